/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * The one interface behind which the output formats stand.
 *
 * A printer writes to the stream it is given and to nothing else; it never
 * flushes: the caller does, once a batch.  Errors stay in the stream (ferror).
 */
#ifndef OUTPUT_H
#define OUTPUT_H

#include <stdbool.h>
#include <stdio.h>

#include "output/clock.h"
#include "output/event.h"
#include "run/options.h"

#define OUTPUT_BUFFER 65536 /* bytes; a batch that is larger is written in pieces of this size */

struct output;
struct summary;

/* What the printers are told and may keep between two events. */
struct printer {
	FILE *file;  /* the caller's */
	bool args;   /* table: show the arguments after the file name */
	bool colour; /* table: mark failures */
	/*
	 * The path of a cgroup v2 by its ID, or NULL if there is none any more.
	 * The string is the callee's, valid until the next call.
	 */
	const char *(*cgroup_path)(unsigned long long id);
	struct clock_text clock;
	void *state; /* the format's own, from begin to end */
	/* Of summary_output (summary.h), and NULL without it. */
	const struct output *format; /* what it passes on to: the caller sets it */
	struct summary *summary;
};

struct output {
	int (*begin)(struct printer *p); /* 0 or -errno */
	void (*event)(struct printer *p, const struct event *e);
	/* What was lost since the last call, told at wall_ns. */
	void (*lost)(struct printer *p, unsigned long long wall_ns, const struct loss *loss);
	/* Nothing follows.  wall_ns is not before the last event. */
	void (*end)(struct printer *p, unsigned long long wall_ns);
	/* Before end, if there is a summary.  NULL: the format has no place for one. */
	void (*summary)(struct printer *p, unsigned long long wall_ns, const struct summary *s);
};

extern const struct output table_output, json_output, trace_output;

/*
 * Chooses the format and opens the stream that opt asks for: a file, standard
 * output or, for the table of a command, standard error.  Fills *p in.
 * Returns 0, or -1 after one line on stderr.
 */
int output_open(const struct output **output, struct printer *p, const struct options *opt);

/*
 * If a write has failed, as on a full disk: cuts a regular file after its last
 * whole line (a trace: closes the array after its last whole event).  A file that
 * another has written to since, one that cannot be read by its name below /proc,
 * and a pipe or terminal stay as they are.
 */
void output_mend(const struct output *output, struct printer *p);

/*
 * If more has been lost than *told, says so on stderr, with the cause, and to
 * the format; then *told is now.
 */
void output_loss(const struct output *output, struct printer *p, unsigned long long wall_ns,
		 struct loss now, struct loss *told, const char *cause);

#endif
