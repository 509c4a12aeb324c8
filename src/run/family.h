/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * Which running processes are descendants of those to be followed?
 *
 * The kernel side handles each child of a followed process from the moment that its
 * parent is followed.  The rest is found here, from pairs of child and parent: those
 * in /proc, and those that the kernel side has seen being forked meanwhile.
 *
 * Accepted race: a child whose parent ends between the fork, before attaching, and
 * our first look at the child in /proc already has a new parent there.
 */
#ifndef FAMILY_H
#define FAMILY_H

#include <stdbool.h>
#include <stddef.h>

#define PID_LIMIT 4194304 /* PID_MAX_LIMIT of 64-bit kernels, linux/threads.h; PIDs are below it */

struct family {
	struct kin {
		int pid, parent;
	} * kin; /* one for each pair that has been noted, in no order */
	size_t count, room;
	unsigned char *what; /* by PID, PID_LIMIT of them: 0, or the value passed to family_add() */
};

/* Returns 0 or -ENOMEM; family_free() in either case. */
int family_init(struct family *f);

/* Adds a process that is followed (what is not 0); its descendants will be like it. */
void family_add(struct family *f, int pid, unsigned char what);

/* Notes one process; one that cannot be is ignored.  Returns 0 or -ENOMEM. */
int family_note(struct family *f, int pid, int parent);

/* Notes every process in /proc.  Returns 0 or -errno. */
int family_note_proc(struct family *f);

/*
 * Calls add() for each process that descends from one that was added, and was not
 * added itself.  Returns the sum of the results of add(), or its first negative one.
 */
int family_spread(struct family *f, int (*add)(void *ctx, int pid, unsigned char what), void *ctx);

void family_free(struct family *f);

/* The process that a thread belongs to, as /proc shows it; 0: there is no such thread. */
int process_of(int tid);

/* Has it ended, except that its parent has not waited for it?  Also true if there is none. */
bool process_is_dead(int pid);

/*
 * Is every thread of it in do_exit(), kernel/exit.c?  It may have passed its tracepoint,
 * but is not dead yet: the kernel may first release its memory and close its files.
 */
bool process_is_ending(int pid);

#endif
