/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * The classic table, one line per event.
 *
 * Ordinary lines equal those of the classic tool to the byte.  Names are escaped
 * (text.h), so that no process can forge a line by choosing an odd name.
 */
#include <string.h>

#include "output/color.h"
#include "output/errors.h"
#include "output/output.h"
#include "output/quote.h"
#include "output/resources.h"
#include "output/status.h"
#include "output/summary.h"
#include "output/text.h"

/* A row without names: numbers of 10 and 20 digits, blanks, a signal's name, resources. */
#define TEXT_LEN (160 + RESOURCES_LEN)

static const struct {
	const char *heading;
	size_t width;
} columns[] = {
	{ "TIME", 8 }, { "EVENT", 5 }, { "COMM", 16 },
	{ "PID", 7 },  { "PPID", 7 },  { "FILENAME/EXIT CODE", 0 },
};

static const char *const kinds[] = {
	[EVENT_EXEC] = " EXEC  ",
	[EVENT_EXIT] = " EXIT  ",
	[EVENT_FORK] = " FORK  ",
	[EVENT_FAILED] = " FAIL  ",
};

static int table_begin(struct output *o)
{
	size_t last = sizeof(columns) / sizeof(columns[0]) - 1;

	for (size_t i = 0; i < last; i++)
		fprintf(o->file, "%-*s ", (int)columns[i].width, columns[i].heading);
	fprintf(o->file, "%s\n", columns[last].heading);
	return 0;
}

/* Blanks up to the column's width, and one more. */
static char *add_blanks(char *at, size_t shown, size_t width)
{
	size_t n = shown < width ? width - shown + 1 : 1;

	memset(at, ' ', n);
	return at + n;
}

static char *add_number(char *at, unsigned int number, size_t width)
{
	char *end = add_decimal(at, number);

	return add_blanks(end, (size_t)(end - at), width);
}

static void put_exec(struct output *o, const struct event *e)
{
	if (o->args) {
		put_command_line(o->file, e);
	} else {
		put_escaped(o->file, e->filename, e->filename_len, "");
		if (e->filename_truncated)
			put_literal(o->file, "...");
	}
}

/* After an exit: the last exec of its process. */
static void put_program(FILE *file, const struct event *exec)
{
	if (!exec->filename) { /* /proc showed no more than the arguments */
		put_args(file, exec);
		return;
	}
	putc_unlocked(' ', file);
	put_command_line(file, exec);
}

static char *add_exit(char *at, const struct output *o, const struct event *e)
{
	char name[SIGNAL_NAME_LEN];
	bool marked = o->color && e->status;

	if (marked)
		at = add_literal(at, COLOR_FAILURE);
	*at++ = '[';
	if (status_signal(e->status)) {
		at = stpcpy(at, signal_name(status_signal(e->status), name));
		if (status_core_dumped(e->status))
			at = add_literal(at, ", core");
	} else {
		at = add_decimal(at, status_exit_code(e->status));
	}
	*at++ = ']';
	if (marked)
		at = add_literal(at, COLOR_END);
	at = add_literal(at, " (");
	at = add_decimal(at, e->duration_ns / 1000000);
	at = add_literal(at, "ms)");
	return e->has_resources ? add_resources(at, &e->resources) : at;
}

static void put_failure(struct output *o, const struct event *e)
{
	char name[ERROR_NAME_LEN];

	fprintf(o->file, o->color ? COLOR_FAILURE "%s" COLOR_END : "%s",
		error_name(e->error, name));
	if (e->filename_len)
		putc_unlocked(' ', o->file);
	put_escaped(o->file, e->filename, e->filename_len, "");
	if (e->filename_truncated)
		put_literal(o->file, "...");
}

static void table_event(struct output *o, const struct event *e)
{
	/* Short parts are combined first: each write to a stream costs a hundred instructions. */
	char text[TEXT_LEN], *at;
	size_t shown;

	at = stpcpy(text, clock_hms(&o->clock, e->time_ns));
	at = stpcpy(at, kinds[e->kind]);
	fwrite_unlocked(text, 1, (size_t)(at - text), o->file);

	shown = put_escaped(o->file, e->comm, e->comm_len, "");

	at = add_blanks(text, shown, columns[2].width);
	at = add_number(at, (unsigned int)e->pid, columns[3].width);
	if (e->kind == EVENT_FORK) /* no blank at the end of a row */
		at = add_decimal(at, (unsigned int)e->ppid);
	else
		at = add_number(at, (unsigned int)e->ppid, columns[4].width);
	if (e->kind == EVENT_EXIT)
		at = add_exit(at, o, e);
	fwrite_unlocked(text, 1, (size_t)(at - text), o->file);
	if (e->kind == EVENT_EXEC)
		put_exec(o, e);
	else if (e->kind == EVENT_FAILED)
		put_failure(o, e);
	else if (e->kind == EVENT_EXIT && o->args && o->process)
		put_program(o->file, &o->process->exec);
	putc_unlocked('\n', o->file);
}

/* The rest of 80 columns, which is less with -r; a bar is shorter than that. */
#define BAR_WIDTH           22
#define BAR_WIDTH_RESOURCES 8

/* The bar is the total relative to the largest one. */
static void put_sum(struct output *o, const struct command_sum *c, unsigned long long longest)
{
	static const char bar[] = " ######################";
	unsigned int width = o->resources ? BAR_WIDTH_RESOURCES : BAR_WIDTH;
	int marks = (int)(c->total_ns / (longest / width + 1));
	const unsigned long long times[] = {
		c->total_ns,
		command_mean_ns(c),
		command_median_ns(c),
		c->max_ns,
	};
	bool marked = o->color && c->failures;
	char text[TEXT_LEN];
	size_t shown = put_escaped(o->file, c->comm, c->comm_len, "");

	*add_blanks(text, shown, columns[2].width) = '\0';
	fprintf(o->file, "%s%6llu %s%5llu%s", text, c->runs, marked ? COLOR_FAILURE : "",
		c->failures, marked ? COLOR_END : "");
	for (size_t i = 0; i < sizeof(times) / sizeof(times[0]); i++)
		fprintf(o->file, " %6s", short_time(times[i], text));
	if (o->resources) {
		fprintf(o->file, " %6s", c->measured ? short_time(c->cpu_ns, text) : "-");
		*(c->max_rss ? add_size(text, c->max_rss) : add_literal(text, "-")) = '\0';
		fprintf(o->file, " %7s", text);
	}
	fprintf(o->file, "%.*s\n", marks ? marks + 1 : 0, bar); /* no blank at the end of a row */
}

static void table_summary(struct output *o, unsigned long long time_ns, const struct summary *s)
{
	unsigned long long longest = s->other.total_ns;

	(void)time_ns;
	if (s->count && s->commands[0]->total_ns > longest)
		longest = s->commands[0]->total_ns;
	fprintf(o->file, "\n%-16s %6s %5s %6s %6s %6s %6s%s %s\n", "COMM", "RUNS", "FAIL", "TOTAL",
		"MEAN", "MEDIAN", "MAX", o->resources ? "    CPU     RSS" : "",
		o->resources ? "TOTAL" : "TOTAL TIME");
	for (size_t i = 0; i < s->count; i++)
		put_sum(o, s->commands[i], longest);
	if (s->other.runs) {
		put_sum(o, &s->other, longest);
		fprintf(o->file, "(other): all commands after the first %zu\n", s->count);
	}
}

const struct format table_format = {
	.people = true,
	.begin = table_begin,
	.event = table_event,
	.summary = table_summary,
};
