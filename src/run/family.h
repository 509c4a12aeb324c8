/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * Who descends from whom: the processes that already run when one of them is to
 * be followed with its descendants.
 *
 * The kernel side follows each child that a member has from the moment it is a
 * member.  The rest is found here, from pairs of child and parent: those that
 * /proc shows, and those that the kernel side has seen being born meanwhile.
 * What remains is accepted: a child whose parent ends between being forked,
 * before attaching, and the first look at it in /proc, has a new parent there.
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
	bool *member; /* PID_LIMIT of them, of which few are ever touched */
};

/* Begins with one member.  Returns 0 or -ENOMEM; family_free() in either case. */
int family_init(struct family *f, int root);

/* Notes one process; one that cannot be is ignored.  Returns 0 or -ENOMEM. */
int family_note(struct family *f, int pid, int parent);

/* Notes every process in /proc.  Returns 0 or -errno. */
int family_note_proc(struct family *f);

/*
 * Calls add() for each process that descends from a member and was none yet.
 * Returns how many there were, or the first negative result of add().
 */
int family_add_members(struct family *f, int (*add)(void *ctx, int pid), void *ctx);

void family_free(struct family *f);

#endif
