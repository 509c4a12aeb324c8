/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * A program that is looked for in PATH: exec fails in one directory after the other, until
 * it succeeds.  Such failures are held back here, and dropped if the
 * process then runs a file of that name.  Any other event of the process shows that
 * they were real failures.
 *
 * The records are copied.  Memory is bounded: with too many, the oldest are no longer
 * held back.
 */
#ifndef PATHSEARCH_H
#define PATHSEARCH_H

#include <stdbool.h>
#include <stddef.h>

#include "output/event.h"

#define SEARCH_MEMORY (4U << 20) /* bytes in all */
#define SEARCH_TRIES  64         /* per process: directories in PATH */

/* Zeroed, it is empty. */
struct searches {
	void *tree; /* processes with failures that are held back, for tsearch() */
	struct held *oldest, *newest;
	size_t memory;
	void (*put)(void *ctx, const struct event *e); /* prints a held-back event */
	void *ctx;
};

/*
 * For each event e, with the record it was decoded from.  Calls put() for events to
 * print before it, and returns true if e itself is held back.
 */
bool searches_hold(struct searches *s, const struct event *e, const void *record, size_t size);

/* The run is over: calls put() for the rest, in the order in which they came. */
void searches_end(struct searches *s);

#endif
