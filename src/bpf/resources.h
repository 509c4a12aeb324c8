/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * What a process has used from fork to its end, without the children that it has
 * waited for: a section of an exit record (-r).  Both sides read this header.
 */
#ifndef RESOURCES_H
#define RESOURCES_H

struct resources {
	unsigned long long cpu_ns;
	unsigned long long user_ticks, system_ticks;  /* in ns; only their ratio means something */
	unsigned long long max_rss;                   /* pages; RSS_UNKNOWN */
	unsigned long long read_bytes, written_bytes; /* from and to storage */
	/* The kernel's have 64 bits; these stop at the highest number, and partial is set. */
	unsigned int minor_faults, major_faults;
	unsigned int voluntary_switches, involuntary_switches;
	unsigned int partial; /* not 0: threads that were still running may not be counted either */
	unsigned int reserved;
};

#define RSS_UNKNOWN (~0ULL)

_Static_assert(sizeof(struct resources) == 72, "no padding");

#endif
