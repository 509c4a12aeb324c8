/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * The processes that are alive, by PID, and what each of them runs: its last exec as
 * an event, or the data from /proc for a process older than the tracer.
 *
 * Memory is bounded.  At the limit, the process with the oldest exec is forgotten,
 * and one line on stderr reports that, once.
 */
#ifndef PROCESS_H
#define PROCESS_H

#include <stdbool.h>
#include <stddef.h>

#include "output/event.h"

/* Bytes: 150,000 processes with short command lines.  Users choose how long theirs are. */
#define PROCESS_MEMORY (64U << 20)

struct process {
	/*
	 * Its strings are in this memory.  From /proc, only pid, comm, details.start_ns and
	 * the strings are set, and those that are unknown are NULL.
	 */
	struct event exec;
	bool seen; /* as an event; otherwise it is from /proc */
	size_t size;
	struct process *older, *newer;
	char strings[];
};

/* Zeroed, it is empty. */
struct processes {
	void *tree; /* for tsearch(), by PID */
	struct process *oldest, *newest;
	size_t memory, limit; /* limit: 0 means PROCESS_MEMORY */
	bool said;            /* that some were forgotten */
	/* One whose end was not seen and will not be, if not NULL. */
	void (*forgotten)(void *ctx, const struct process *p);
	void *ctx;
};

/*
 * Reads /proc, with at most max_args bytes of arguments of each process.  Call it once
 * execs are traced, so that no program can be missed, and while we are privileged,
 * since the names of other users' programs take that.  Without a /proc of our PID
 * namespace it does nothing.
 */
void processes_read(struct processes *t, size_t max_args);

/*
 * The program that the process of e, an exec or an exit, ran until then; NULL if unknown.
 * Forgets the program of another process with the same PID.  Valid until the next call
 * with the same table.
 */
const struct process *processes_before(struct processes *t, const struct event *e);

/* Remembers an exec, or removes the process of an exit. */
void processes_note(struct processes *t, const struct event *e);

void processes_free(struct processes *t);

/*
 * Does the process run now, according to kill(2) and /proc?  With `same`, only if
 * it still has the name and the user of its exec.
 */
bool process_runs(const struct process *p, bool same);

#endif
