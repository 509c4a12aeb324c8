/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * What is missing from the output, and why.  bootstrap.c reads the counters; this
 * reports them: on stderr as they grow, to the format, and as a total at the end.
 */
#ifndef LOSS_H
#define LOSS_H

struct output;

enum loss_cause {
	LOSS_RING,    /* no room on the ring */
	LOSS_SKIPPED, /* the kernel did not call a handler that would have interrupted itself */
	LOSS_SKIPPED_CALLS, /* the same at the end of a system call, which may have been an exec */
	LOSS_UNFOLLOWED,    /* a process that could not be followed: it, and its descendants */
	LOSS_UNTIMED,   /* no event is missing, but a duration counts from the process's creation */
	LOSS_MALFORMED, /* a record that event_decode() rejected */
	LOSS_CAUSES,
};

/*
 * The number of each: events, or the things named by loss_what().  `other`: events of
 * unknown kind; with LOSS_SKIPPED, forks: events, or processes that were not followed.
 */
struct loss {
	unsigned long long exec, exit, other;
};

struct losses {
	struct loss by[LOSS_CAUSES];
};

unsigned long long loss_count(const struct loss *loss);

/* "ring_full" and so on, as in JSON. */
const char *loss_name(enum loss_cause cause);

/* What is missing: "events", "processes" or "durations". */
const char *loss_what(enum loss_cause cause);

/* Is the figure exact?  Otherwise it is an upper bound. */
_Bool loss_is_exact(enum loss_cause cause, const struct output *o);

/* Reports the increase of now over *reported, then sets *reported to now. */
void losses_report(struct losses *reported, struct losses now, struct output *o);

/* A line on stderr with the total of lost events, of processes, and of durations, if there are any. */
void losses_total(const struct losses *l, const struct output *o);

#endif
