/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * The classic table, one line an event.
 *
 * Ordinary lines are those of the classic tool to the byte.  Names are escaped
 * (text.h): no process can forge a line by calling itself something odd.
 */
#include <string.h>

#include "output/output.h"
#include "output/quote.h"
#include "output/status.h"
#include "output/summary.h"
#include "output/text.h"

/* Of what a row has besides its names: numbers of 10 and 20 digits, blanks, a signal's name. */
#define TEXT_LEN 160

static const struct {
	const char *heading;
	size_t width;
} columns[] = {
	{ "TIME", 8 }, { "EVENT", 5 }, { "COMM", 16 },
	{ "PID", 7 },  { "PPID", 7 },  { "FILENAME/EXIT CODE", 0 },
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
		at = add_literal(at, "\x1b[1;31m"); /* bold, red */
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
		at = add_literal(at, "\x1b[m");
	at = add_literal(at, " (");
	at = add_decimal(at, e->duration_ns / 1000000);
	return add_literal(at, "ms)");
}

static void table_event(struct output *o, const struct event *e)
{
	/* What is short is put together first: each write to a stream costs a hundred instructions. */
	char text[TEXT_LEN], *at;
	size_t shown;

	at = stpcpy(text, clock_hms(&o->clock, e->time_ns));
	at = e->kind == EVENT_EXEC ? add_literal(at, " EXEC  ") : add_literal(at, " EXIT  ");
	fwrite_unlocked(text, 1, (size_t)(at - text), o->file);

	shown = put_escaped(o->file, e->comm, e->comm_len, "");

	at = add_blanks(text, shown, columns[2].width);
	at = add_number(at, (unsigned int)e->pid, columns[3].width);
	at = add_number(at, (unsigned int)e->ppid, columns[4].width);
	if (e->kind != EVENT_EXEC)
		at = add_exit(at, o, e);
	fwrite_unlocked(text, 1, (size_t)(at - text), o->file);
	if (e->kind == EVENT_EXEC)
		put_exec(o, e);
	else if (o->args && o->process)
		put_program(o->file, &o->process->exec);
	putc_unlocked('\n', o->file);
}

#define BAR_WIDTH 22 /* what 80 columns leave; a bar is shorter than that */

/* The bar is the total beside the longest one. */
static void put_sum(struct output *o, const struct command_sum *c, unsigned long long longest)
{
	static const char bar[] = " ######################";
	int marks = (int)(c->total_ns / (longest / BAR_WIDTH + 1));
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
	fprintf(o->file, "%s%6llu %s%5llu%s", text, c->runs, marked ? "\x1b[1;31m" : "",
		c->failures, marked ? "\x1b[m" : "");
	for (size_t i = 0; i < sizeof(times) / sizeof(times[0]); i++)
		fprintf(o->file, " %6s", short_time(times[i], text));
	fprintf(o->file, "%.*s\n", marks ? marks + 1 : 0, bar); /* no blank at the end of a row */
}

static void table_summary(struct output *o, unsigned long long time_ns, const struct summary *s)
{
	unsigned long long longest = s->other.total_ns;

	(void)time_ns;
	if (s->count && s->commands[0]->total_ns > longest)
		longest = s->commands[0]->total_ns;
	fprintf(o->file, "\n%-16s %6s %5s %6s %6s %6s %6s %s\n", "COMM", "RUNS", "FAIL", "TOTAL",
		"MEAN", "MEDIAN", "MAX", "TOTAL TIME");
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
