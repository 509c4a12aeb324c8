/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* The values of the filter options -> the values that the kernel side compares with. */
#ifndef RUN_FILTER_H
#define RUN_FILTER_H

#include <stdbool.h>

#include "bpf/filter.h"
#include "run/options.h"

/*
 * Looks up the users, processes, directories and the BTF file that opt names, and
 * opens the directories.  Returns 0, or -1 after one line on stderr.
 */
int filter_resolve(struct filter *f, const struct options *opt);

/* Before attaching: puts the directories into the map `cgroups`.  Returns 0, or -1 after one line on stderr. */
int filter_set_cgroups(const struct options *opt, int map_fd);

/* Are the typed programs to be loaded?  Only if the kernel describes its own types. */
bool filter_typed(const struct options *opt);

#endif
