/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * Chrome trace events, for the Perfetto UI, chrome://tracing and speedscope.
 *
 * One JSON array, an event a line.  Every process is a track of its own, and a
 * slice on it: B and E where its exec was seen, else X at its exit.  Viewers
 * know of processes and their threads only, so ours are threads (tid) of the
 * one process that is there, GROUP.  Times are us of CLOCK_BOOTTIME: nobody
 * sets that clock, and a double, which viewers use, still tells its ns apart.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "output/json.h"
#include "output/output.h"
#include "output/quote.h"
#include "output/text.h"

#define GROUP "\"pid\":1,\"tid\":"

/* A slice that has begun.  There are as many as processes alive. */
struct slice {
	struct slice *next;
	int pid;
	size_t comm_len;
	char comm[COMM_LEN]; /* speedscope ends a slice only by the name it began with */
};

#define CHAINS 4096

struct trace {
	struct slice *chains[CHAINS]; /* by PID */
	unsigned long long last_ns;
};

static struct slice **chain_of(struct trace *t, int pid)
{
	return &t->chains[(unsigned int)pid % CHAINS];
}

/* What points to the slice of the process, or to the NULL at the end of its chain. */
static struct slice **find_slice(struct trace *t, int pid)
{
	struct slice **at = chain_of(t, pid);

	while (*at && (*at)->pid != pid)
		at = &(*at)->next;
	return at;
}

static void remember_slice(struct trace *t, const struct event *e)
{
	struct slice **chain = chain_of(t, e->pid), *slice = malloc(sizeof(*slice));

	if (!slice)
		return; /* its end will be a slice by itself */
	slice->next = *chain;
	slice->pid = e->pid;
	slice->comm_len = e->comm_len;
	memcpy(slice->comm, e->comm, e->comm_len);
	*chain = slice;
}

static void forget_slice(struct slice **at)
{
	struct slice *slice = *at;

	*at = slice->next;
	free(slice);
}

/* {"ph":"B",...,"ts":1.000,"name":"sh" and no more: arguments and the brace follow. */
static void put_head(FILE *file, char phase, int pid, unsigned long long ns, const char *comm,
		     size_t comm_len)
{
	char text[JSON_LEN], *at = text;

	at = add_literal(at, ",\n{\"ph\":\"");
	*at++ = phase;
	at = add_literal(at, "\"," GROUP);
	at = add_decimal(at, (unsigned int)pid);
	at = add_literal(at, ",\"ts\":");
	at = add_thousandths(at, ns);
	at = add_literal(at, ",\"name\":");
	fwrite_unlocked(text, 1, (size_t)(at - text), file);
	put_json_string(file, comm, comm_len);
}

/* The name of a track is that of what ran on it last. */
static void put_track(FILE *file, const struct event *e)
{
	put_literal(file, ",\n{\"ph\":\"M\"," GROUP);
	put_decimal(file, (unsigned int)e->pid);
	put_literal(file, ",\"name\":\"thread_name\",\"args\":{\"name\":");
	put_json_string(file, e->comm, e->comm_len);
	put_literal(file, "}}");
}

/* "time":...,"ppid":1,"uid":0 of the event. */
static void put_who(struct output *o, const struct event *e)
{
	char text[JSON_LEN], *at = text;

	at = add_literal(at, "\"time\":");
	at = add_json_time(at, o, e->time_ns);
	at = add_literal(at, ",\"ppid\":");
	at = add_decimal(at, (unsigned int)e->ppid);
	at = add_literal(at, ",\"uid\":");
	at = add_decimal(at, e->uid);
	fwrite_unlocked(text, 1, (size_t)(at - text), o->file);
}

static void put_command(FILE *file, const struct event *e)
{
	char *line = NULL;
	size_t size = 0;
	FILE *memory = open_memstream(&line, &size);

	if (!memory)
		return;
	put_args(memory, e);
	if (fclose(memory) == 0 && size > 0) {
		put_literal(file, "\"command\":");
		put_json_string(file, line + 1, size - 1); /* not the blank before it */
		putc_unlocked(',', file);
	}
	free(line);
}

static void put_begin(struct output *o, const struct event *e)
{
	put_track(o->file, e);
	put_head(o->file, 'B', e->pid, e->time_ns, e->comm, e->comm_len);
	put_literal(o->file, ",\"args\":{");
	put_command(o->file, e);
	put_literal(o->file, "\"filename\":");
	put_json_string(o->file, e->filename, e->filename_len);
	putc_unlocked(',', o->file);
	put_who(o, e);
	put_literal(o->file, "}}");
}

static void put_end(FILE *file, const struct slice *slice, unsigned long long ns)
{
	put_head(file, 'E', slice->pid, ns, slice->comm, slice->comm_len);
}

/* An exit, whose slice may have begun here, or before us, or without an exec. */
static void put_exit(struct output *o, const struct event *e, const struct slice *slice)
{
	char text[JSON_LEN], *at = text;

	if (slice) {
		put_end(o->file, slice, e->time_ns);
		put_literal(o->file, ",\"args\":{");
	} else {
		put_track(o->file, e);
		put_head(o->file, 'X', e->pid, e->time_ns - e->duration_ns, e->comm, e->comm_len);
		at = add_literal(at, ",\"dur\":");
		at = add_thousandths(at, e->duration_ns);
		at = add_literal(at, ",\"args\":{");
		fwrite_unlocked(text, 1, (size_t)(at - text), o->file);
		put_who(o, e);
		putc_unlocked(',', o->file);
	}
	at = add_json_status(text, e->status);
	at = add_literal(at, ",\"lifetime_ms\":");
	at = add_json_ms(at, e->lifetime_ns);
	at = add_literal(at, "}}");
	fwrite_unlocked(text, 1, (size_t)(at - text), o->file);
}

static int chrome_begin(struct output *o)
{
	o->state = calloc(1, sizeof(struct trace));
	if (!o->state)
		return -ENOMEM;
	put_literal(o->file, "[{\"ph\":\"M\"," GROUP
			     "0,\"name\":\"process_name\",\"args\":{\"name\":\"processes\"}}");
	return 0;
}

static void chrome_event(struct output *o, const struct event *e)
{
	struct trace *t = o->state;
	struct slice **slice = find_slice(t, e->pid);

	if (e->time_ns > t->last_ns)
		t->last_ns = e->time_ns;

	if (e->kind == EVENT_EXIT) {
		put_exit(o, e, *slice);
	} else if (*slice) { /* another exec */
		put_end(o->file, *slice, e->time_ns);
		putc_unlocked('}', o->file);
	}
	if (*slice)
		forget_slice(slice);
	if (e->kind == EVENT_EXEC) {
		put_begin(o, e);
		remember_slice(t, e);
	}
}

static void chrome_lost(struct output *o, unsigned long long time_ns, enum loss_cause cause,
			const struct loss *loss)
{
	char text[JSON_LEN], *at = text;

	at = add_literal(at, ",\n{\"ph\":\"i\",\"s\":\"g\"," GROUP "0,\"ts\":");
	at = add_thousandths(at, time_ns);
	at = add_literal(at, ",\"name\":\"lost ");
	at = add_decimal(at, loss_count(loss));
	*at++ = ' ';
	at = stpcpy(at, loss_what(cause));
	at = add_literal(at, "\",\"args\":{\"exec\":");
	at = add_decimal(at, loss->exec);
	at = add_literal(at, ",\"exit\":");
	at = add_decimal(at, loss->exit);
	at = add_literal(at, ",\"cause\":\"");
	at = stpcpy(at, loss_name(cause));
	at = add_literal(at, "\"}}");
	fwrite_unlocked(text, 1, (size_t)(at - text), o->file);
}

/* What still runs ends here, for the viewers. */
static void chrome_end(struct output *o, unsigned long long time_ns)
{
	struct trace *t = o->state;

	for (size_t i = 0; i < CHAINS; i++)
		while (t->chains[i]) {
			put_end(o->file, t->chains[i], time_ns > t->last_ns ? time_ns : t->last_ns);
			put_literal(o->file, ",\"args\":{\"running\":true}}");
			forget_slice(&t->chains[i]);
		}
	put_literal(o->file, "]\n");
	free(t);
	o->state = NULL;
}

const struct format chrome_format = {
	.args = true,
	.array = true,
	.begin = chrome_begin,
	.event = chrome_event,
	.lost = chrome_lost,
	.end = chrome_end,
};
