/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * Writes which processes are followed to the maps of bpf/follow.bpf.h.
 *
 * This and filter.c are the leaves that call libbpf: for map operations by descriptor.
 */
#ifndef FOLLOW_H
#define FOLLOW_H

#include "run/options.h"

struct follow {
	int followed, born; /* descriptors of the maps */
	long long *members; /* the kernel side's count of living processes that are followed */
};

/* From now on pid is followed.  Returns 0, or -1 after one line on stderr. */
int follow_pid(const struct follow *f, int pid);

/*
 * The same for the processes of --pid, or not for those with a '!', and for their
 * descendants.  Returns 0, or -1 after one line on stderr.
 */
int follow_families(const struct follow *f, const struct selection *pids);

#endif
