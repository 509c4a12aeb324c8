/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * A format: how events are written.
 *
 * Its functions only write to o->file, and never flush: output.c flushes once
 * per drain.  Errors stay in the stream.  Times are CLOCK_BOOTTIME in ns;
 * clock_wall() turns one into the time of day.
 */
#ifndef FORMAT_H
#define FORMAT_H

#include <stdbool.h>

#include "output/event.h"
#include "output/loss.h"
#include "run/options.h"

struct output;
struct summary;

struct format {
	bool details; /* needs struct details of every event */
	bool args;    /* needs the arguments of every exec */
	bool array;   /* is a JSON array, with an element on each line */
	bool people;  /* for humans: with a command it goes to standard error */

	int (*begin)(
		struct output *o); /* 0 or -errno.  NULL: nothing to do, as for the next three */
	/* The losses since the last call. */
	void (*lost)(struct output *o, unsigned long long time_ns, enum loss_cause cause,
		     const struct loss *loss);
	/* Before end, if there is a summary. */
	void (*summary)(struct output *o, unsigned long long time_ns, const struct summary *s);
	/* Nothing follows.  time_ns is not before the last event.  Only after a begin that succeeded. */
	void (*end)(struct output *o, unsigned long long time_ns);
	void (*event)(struct output *o, const struct event *e);
};

extern const struct format table_format, json_format, chrome_format, tree_format, html_format;

/* The one that opt asks for. */
const struct format *format_of(const struct options *opt);

#endif
