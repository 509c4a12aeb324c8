/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* What the filter options name -> what the kernel side compares with. */
#ifndef FILTER_H
#define FILTER_H

#include "run/options.h"

struct filter {
	unsigned int pidns_inum; /* our PID namespace; 0: the first one, or no /proc to ask */
	int pid;                 /* 0: any */
	unsigned int uid;        /* if opt->users.count */
	int cgroup_fd; /* the open directory if opt->cgroups.count, else -1; the caller's to close */
};

/*
 * Looks up the user, the process, the directory and the BTF file that opt names.
 * Returns 0, or -1 after one line on stderr: there is no such thing.
 */
int filter_resolve(struct filter *f, const struct options *opt);

#endif
