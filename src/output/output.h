/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * An output: an open stream, and the format in which events are written to it.
 *
 * open, begin, then events and flushes, then end.  The first error stays: events
 * after it are only counted, and output_end() reports it.
 */
#ifndef OUTPUT_H
#define OUTPUT_H

#include <stdbool.h>
#include <stdio.h>

#include "output/clock.h"
#include "output/event.h"
#include "output/format.h"
#include "output/pathsearch.h"
#include "output/process.h"
#include "output/stream.h"
#include "run/options.h"

struct output {
	const struct format *format;
	FILE *file; /* the format writes to it: a buffer before `stream` */
	struct stream stream;
	int reader;         /* of the same regular file, or -1 */
	off_t start;        /* bytes that were in that file before ours */
	bool is_file;       /* -o: its content is replaced */
	bool begun;         /* the format has begun, and will be ended */
	bool command;       /* one is running: SIGPIPE must not end us */
	bool args;          /* table: show the arguments after the file name */
	bool color;         /* table and tree: mark failures */
	bool resources;     /* show what processes used */
	bool exits_only;    /* execs are remembered, not shown */
	bool searches_only; /* failed execs of a PATH search that succeeds are not shown */
	/* The names to show, if that is not decided in the kernel; NULL: all that come. */
	const struct selection *comms;
	bool selective;     /* a process may stop matching the filters while it runs */
	bool follows;       /* some processes and their descendants: every fork matters */
	bool sifts;         /* not every event that comes is shown */
	bool remembers;     /* `processes` is in use */
	bool knows_older;   /* also of processes that are older than the tracer */
	unsigned int width; /* columns of the terminal; 0: not a terminal */
	unsigned int max_args;
	/*
	 * The path of a cgroup v2 by its ID, or NULL if it is unknown.
	 * The string is the callee's, valid until the next call.
	 */
	const char *(*cgroup_path)(unsigned long long id);
	struct clock clock;
	unsigned long long began_ns; /* CLOCK_BOOTTIME; events on the ring may be older */
	struct processes processes;
	/* The program that the current event's process ran until then; NULL: unknown. */
	const struct process *process;
	struct summary *summary; /* NULL: not requested */
	/* A program that exec ended counts in it if it ran this long. */
	unsigned long long summary_min_ns;
	struct searches searches;
	unsigned long long min_duration_ns; /* the minimum for printed exits */
	bool failed;                        /* show only exits with a status other than 0 */
	unsigned long long max_events;      /* records to print at most */
	void *state;                        /* the format's own, from begin to end */
	unsigned long long events, written; /* written: those that have left the buffer */
	unsigned long long malformed;       /* records that were none of bootstrap.h */
};

/*
 * Chooses the format and opens what opt asks for: a file, standard output or, for
 * the table and the tree of a command, standard error.  A file keeps its contents for now.
 * Fills *o in.  Returns 0, or -1 after one line on stderr.
 */
int output_open(struct output *o, const struct options *opt);

/* Which of 1 and 2 can be a command's standard output: data must not mix with it. */
int output_other(const struct output *o);

/*
 * Once attached, and before privileges are dropped: looks at what runs already, and opens
 * for reading what output_end() may have to read.
 */
void output_look_around(struct output *o);

/* Empties the file and writes the format's header.  Returns 0 or -errno. */
int output_begin(struct output *o);

/* Before each drain: the clock may have been set, and cgroups made. */
void output_refresh(struct output *o);

/* A record from the ring: an event, which is decoded, or something to remember. */
void output_record(struct output *o, const void *data, size_t size);

void output_event(struct output *o, const struct event *e);

/* From outside: an error (-errno) like one of a write. */
void output_fail(struct output *o, int err);

/* Writes the buffer.  Returns 0, or -errno of the first error of this output. */
int output_flush(struct output *o);

/*
 * Writes the summary and the format's end, and flushes.  After an error: cuts a
 * regular file after the last whole line that we wrote (an array is closed after its
 * last whole element), unless another program has written to it since or may write to it.
 * Returns 0, or -errno of the first error after one line on stderr with the number
 * of missing events.  -EPIPE is not reported: see signals.h.
 */
int output_end(struct output *o);

#endif
