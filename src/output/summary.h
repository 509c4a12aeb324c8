/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * -s: how often each command ran, for how long, and how often it failed.
 *
 * It counts programs as they end; the format writes the sums at the end.
 */
#ifndef SUMMARY_H
#define SUMMARY_H

#include "output/output.h"

/* The number of names with their own rows; the runs of all others share one row. */
#define SUMMARY_COMMANDS 4096

/* Sixteen for each power of two of microseconds, up to the largest number of ns in 64 bits. */
#define SUMMARY_BUCKETS 817

struct command_sum {
	char comm[COMM_LEN]; /* filled up with NULs */
	size_t comm_len;
	unsigned long long runs, failures;
	unsigned long long total_ns, min_ns, max_ns; /* from duration_ns, as on exit lines */
	/* -r; a run that ended with another exec has no separate resources. */
	unsigned long long measured; /* runs */
	unsigned long long cpu_ns;   /* their sum */
	unsigned long long max_rss;  /* bytes; 0: unknown */
	unsigned long long buckets[SUMMARY_BUCKETS];
};

struct summary {
	void *tree; /* of `commands`, for tsearch(), by name */
	struct command_sum *commands[SUMMARY_COMMANDS];
	size_t count;
	struct command_sum other; /* those beyond SUMMARY_COMMANDS */
};

unsigned long long command_mean_ns(const struct command_sum *c);

/* The lower one if the number is even.  Accurate to 1/32, and exact for one or two runs. */
unsigned long long command_median_ns(const struct command_sum *c);

/* Returns NULL after one line on stderr. */
struct summary *summary_new(void);

/* A program named e->comm has ended, with e->status after e->duration_ns. */
void summary_add(struct summary *s, const struct event *e);

/* Sorts the sums, has the format of o write them, and frees s. */
void summary_end(struct summary *s, struct output *o, unsigned long long time_ns);

#endif
