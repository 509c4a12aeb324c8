/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* A record that is not an event: a cgroup v2 was made.  Both sides read this header. */
#ifndef BPF_CGROUP_H
#define BPF_CGROUP_H

#define RECORD_CGROUP   100 /* its kind; those of events are in bootstrap.h */
#define CGROUP_NAME_MAX 256 /* NAME_MAX and the NUL */

/* Then its name. */
struct cgroup_record {
	unsigned short kind;     /* RECORD_CGROUP */
	unsigned short name_len; /* including the NUL */
	unsigned int reserved;   /* 0 */
	unsigned long long id;
	unsigned long long parent;
};

_Static_assert(sizeof(struct cgroup_record) == 24, "no padding");

#endif
