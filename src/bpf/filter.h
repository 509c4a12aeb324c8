/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * The settings of the kernel side.  run/filter.c fills them in from the
 * options, bootstrap.c copies it into read-only data before loading, and
 * bpf/filter.bpf.h compares with it.  Both sides read this header.
 */
#ifndef BPF_FILTER_H
#define BPF_FILTER_H

#define FILTER_MAX 16 /* values of one kind */

/* A value of the map `followed`. */
#define FOLLOW_MEMBER   1
#define FOLLOW_EXCLUDED 2
#define FOLLOW_ENDED    3 /* during the search: user space must not add it any more */

/* Which values of a kind are wanted: those included, or all if none is; never one excluded. */
struct choice {
	unsigned int count;    /* number of values */
	unsigned int included; /* how many of them include; the rest exclude */
	_Bool exclude[FILTER_MAX];
};

struct filter {
	unsigned long long min_duration_ns; /* of exits */
	unsigned int pidns_inum;            /* the tracer's PID namespace; 0: the first one */
	unsigned int max_args;              /* bytes of arguments of each exec */
	_Bool failed;                       /* only exits with a status other than 0 */

	/* Records to send, besides exits. */
	_Bool execs, exec_errors, forks;
	_Bool details;   /* with each record */
	_Bool resources; /* with each exit */

	_Bool follow;      /* the map `followed` is in use */
	_Bool follow_only; /* a process that is not in it is not wanted */
	_Bool search;      /* the map `born` is, too */

	struct choice uid, comm, cgroup; /* cgroups are in the map `cgroups`, in this order */
	unsigned int uids[FILTER_MAX];
	char comms[FILTER_MAX][16];
} __attribute__((aligned(8))); /* of the same size on i386, which aligns 8 bytes to 4 */

#endif
