/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * Chrome trace events, for the Perfetto UI, chrome://tracing and speedscope.
 *
 * One JSON array, with one event per line.  Every process has its own track, with
 * a slice on it: B and E if its exec was seen, otherwise X at its exit.  A process
 * older than the tracer begins with the trace.  Viewers only
 * support processes and their threads, so ours are threads (tid) of a single
 * process, GROUP.  Times are us of CLOCK_BOOTTIME, which is never set, and whose
 * ns a double, which viewers use, can still distinguish.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "output/json.h"
#include "output/output.h"
#include "output/quote.h"
#include "output/resources.h"
#include "output/text.h"

#define GROUP "\"pid\":1,\"tid\":"

struct trace {
	unsigned long long last_ns; /* time of the last event */
};

/* Has a B been written for it? */
static bool is_open(const struct output *o, const struct process *p)
{
	return p && p->seen && !o->exits_only;
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

/* A track is named after the program that ran last on it. */
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

/* speedscope ends a slice only by the name it began with. */
static void put_end(FILE *file, const struct process *p, unsigned long long ns)
{
	put_head(file, 'E', p->exec.pid, ns, p->exec.comm, p->exec.comm_len);
}

/*
 * A process whose end was not seen: it has left the filters, or its exit was lost.
 * Its end time is unknown, so its slice ends at the last known time.
 */
static void put_unseen_end(void *ctx, const struct process *p)
{
	const struct output *o = ctx;

	if (!is_open(o, p))
		return;
	put_end(o->file, p, p->exec.time_ns);
	put_literal(o->file, ",\"args\":{\"end_unknown\":true}}");
}

/* An exit, whose slice may have begun here, or before us, or without an exec. */
static void put_exit(struct output *o, const struct event *e)
{
	char text[JSON_LEN + RESOURCES_JSON_LEN], *at = text;
	unsigned long long since = e->time_ns - e->duration_ns;
	bool clipped = since < o->began_ns;

	if (clipped)
		since = o->began_ns < e->time_ns ? o->began_ns : e->time_ns;
	if (is_open(o, o->process)) {
		put_end(o->file, o->process, e->time_ns);
		put_literal(o->file, ",\"args\":{");
	} else {
		put_track(o->file, e);
		put_head(o->file, 'X', e->pid, since, e->comm, e->comm_len);
		at = add_literal(at, ",\"dur\":");
		at = add_thousandths(at, e->time_ns - since);
		at = add_literal(at, ",\"args\":{");
		if (clipped)
			at = add_literal(at, "\"clipped\":true,");
		fwrite_unlocked(text, 1, (size_t)(at - text), o->file);
		if (o->process)
			put_command(o->file, &o->process->exec);
		put_who(o, e);
		putc_unlocked(',', o->file);
	}
	at = add_json_status(text, e->status);
	at = add_literal(at, ",\"lifetime_ms\":");
	at = add_json_ms(at, e->lifetime_ns);
	if (e->has_resources) {
		*at++ = ',';
		at = add_json_resources(at, &e->resources);
	}
	at = add_literal(at, "}}");
	fwrite_unlocked(text, 1, (size_t)(at - text), o->file);
}

/* A fork, or an exec that failed: a mark on the track of the process. */
static void put_mark(struct output *o, const struct event *e)
{
	const char *name = e->kind == EVENT_FORK ? "fork" : "exec failed";

	put_track(o->file, e);
	put_head(o->file, 'i', e->pid, e->time_ns, name, strlen(name));
	put_literal(o->file, ",\"s\":\"t\",\"args\":{");
	put_who(o, e);
	if (e->kind == EVENT_FAILED)
		put_json_failure(o->file, e);
	put_literal(o->file, "}}");
}

static int chrome_begin(struct output *o)
{
	o->state = calloc(1, sizeof(struct trace));
	if (!o->state)
		return -ENOMEM;
	o->processes.forgotten = put_unseen_end;
	o->processes.ctx = o;
	put_literal(o->file, "[{\"ph\":\"M\"," GROUP
			     "0,\"name\":\"process_name\",\"args\":{\"name\":\"processes\"}}");
	return 0;
}

static void chrome_event(struct output *o, const struct event *e)
{
	struct trace *t = o->state;

	if (e->time_ns > t->last_ns)
		t->last_ns = e->time_ns;

	if (e->kind == EVENT_EXIT) {
		put_exit(o, e);
	} else if (e->kind == EVENT_EXEC) {
		if (is_open(o, o->process)) {
			put_end(o->file, o->process, e->time_ns);
			putc_unlocked('}', o->file);
		}
		put_begin(o, e);
	} else {
		put_mark(o, e);
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

/* Ends the slices of running processes, for the viewers. */
static void chrome_end(struct output *o, unsigned long long time_ns)
{
	struct trace *t = o->state;

	for (const struct process *p = o->processes.oldest; p; p = p->newer) {
		if (!is_open(o, p))
			continue;
		if (!process_runs(p, o->selective)) {
			put_unseen_end(o, p);
			continue;
		}
		put_end(o->file, p, time_ns > t->last_ns ? time_ns : t->last_ns);
		put_literal(o->file, ",\"args\":{\"running\":true}}");
	}
	put_literal(o->file, "]\n");
	free(t);
	o->state = NULL;
}

const struct format chrome_format = {
	.details = true,
	.args = true,
	.array = true,
	.begin = chrome_begin,
	.event = chrome_event,
	.lost = chrome_lost,
	.end = chrome_end,
};
