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
	long long offset;             /* wall-clock time minus CLOCK_BOOTTIME, at the last event */
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
static void put_who(struct printer *p, const struct event *e)
{
	char text[JSON_LEN], *at = text;

	at = add_literal(at, "\"time\":");
	at = add_json_time(at, p, e->wall_ns);
	at = add_literal(at, ",\"ppid\":");
	at = add_decimal(at, (unsigned int)e->ppid);
	at = add_literal(at, ",\"uid\":");
	at = add_decimal(at, e->uid);
	fwrite_unlocked(text, 1, (size_t)(at - text), p->file);
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

static void put_begin(struct printer *p, const struct event *e)
{
	put_track(p->file, e);
	put_head(p->file, 'B', e->pid, e->time_ns, e->comm, e->comm_len);
	put_literal(p->file, ",\"args\":{");
	put_command(p->file, e);
	put_literal(p->file, "\"filename\":");
	put_json_string(p->file, e->filename, e->filename_len);
	putc_unlocked(',', p->file);
	put_who(p, e);
	put_literal(p->file, "}}");
}

static void put_end(FILE *file, const struct slice *slice, unsigned long long ns)
{
	put_head(file, 'E', slice->pid, ns, slice->comm, slice->comm_len);
}

/* An exit, whose slice may have begun here, or before us, or without an exec. */
static void put_exit(struct printer *p, const struct event *e, const struct slice *slice)
{
	char text[JSON_LEN], *at = text;

	if (slice) {
		put_end(p->file, slice, e->time_ns);
		put_literal(p->file, ",\"args\":{");
	} else {
		put_track(p->file, e);
		put_head(p->file, 'X', e->pid, e->time_ns - e->duration_ns, e->comm, e->comm_len);
		at = add_literal(at, ",\"dur\":");
		at = add_thousandths(at, e->duration_ns);
		at = add_literal(at, ",\"args\":{");
		fwrite_unlocked(text, 1, (size_t)(at - text), p->file);
		put_who(p, e);
		putc_unlocked(',', p->file);
	}
	at = add_json_status(text, e->status);
	at = add_literal(at, ",\"lifetime_ms\":");
	at = add_json_ms(at, e->lifetime_ns);
	at = add_literal(at, "}}");
	fwrite_unlocked(text, 1, (size_t)(at - text), p->file);
}

static int trace_begin(struct printer *p)
{
	p->state = calloc(1, sizeof(struct trace));
	if (!p->state)
		return -ENOMEM;
	put_literal(p->file, "[{\"ph\":\"M\"," GROUP
			     "0,\"name\":\"process_name\",\"args\":{\"name\":\"processes\"}}");
	return 0;
}

static void trace_event(struct printer *p, const struct event *e)
{
	struct trace *t = p->state;
	struct slice **slice = find_slice(t, e->pid);

	t->offset = (long long)(e->wall_ns - e->time_ns);
	if (e->time_ns > t->last_ns)
		t->last_ns = e->time_ns;

	if (e->kind == EVENT_EXIT) {
		put_exit(p, e, *slice);
	} else if (*slice) { /* another exec */
		put_end(p->file, *slice, e->time_ns);
		putc_unlocked('}', p->file);
	}
	if (*slice)
		forget_slice(slice);
	if (e->kind == EVENT_EXEC) {
		put_begin(p, e);
		remember_slice(t, e);
	}
}

/* Wall-clock time -> the events' own, and not before the last of them. */
static unsigned long long event_time(const struct trace *t, unsigned long long wall_ns)
{
	unsigned long long ns = wall_ns - (unsigned long long)t->offset;

	return ns > t->last_ns ? ns : t->last_ns;
}

static void trace_lost(struct printer *p, unsigned long long wall_ns, const struct loss *loss)
{
	char text[JSON_LEN], *at = text;

	at = add_literal(at, ",\n{\"ph\":\"i\",\"s\":\"g\"," GROUP "0,\"ts\":");
	at = add_thousandths(at, event_time(p->state, wall_ns));
	at = add_literal(at, ",\"name\":\"lost ");
	at = add_decimal(at, loss->exec + loss->exit);
	at = add_literal(at, " events\",\"args\":{\"exec\":");
	at = add_decimal(at, loss->exec);
	at = add_literal(at, ",\"exit\":");
	at = add_decimal(at, loss->exit);
	at = add_literal(at, "}}");
	fwrite_unlocked(text, 1, (size_t)(at - text), p->file);
}

/* What still runs ends here, for the viewers. */
static void trace_end(struct printer *p, unsigned long long wall_ns)
{
	struct trace *t = p->state;

	for (size_t i = 0; i < CHAINS; i++)
		while (t->chains[i]) {
			put_end(p->file, t->chains[i], event_time(t, wall_ns));
			put_literal(p->file, ",\"args\":{\"running\":true}}");
			forget_slice(&t->chains[i]);
		}
	put_literal(p->file, "]\n");
	free(t);
	p->state = NULL;
}

const struct output trace_output = {
	.begin = trace_begin,
	.event = trace_event,
	.lost = trace_lost,
	.end = trace_end,
};
