/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * Is this process wanted?  A filter that is off costs nothing: the verifier
 * removes code that constants make unreachable, and a map that only this filter
 * needs is not created.
 */
#ifndef FILTER_BPF_H
#define FILTER_BPF_H

#include "bpf/task.bpf.h"
#include "bpf/filter.h"
#include "bpf/follow.bpf.h"

struct {
	__uint(type, BPF_MAP_TYPE_CGROUP_ARRAY);
	__uint(max_entries, FILTER_MAX);
	__uint(key_size, 4);
	__uint(value_size, 4);
} cgroups SEC(".maps");

/* The PID to print for a process; 0: it is outside of the tracer's PID namespace. */
static __always_inline int pid_of(struct task_struct *leader)
{
	return pid_in(leader, filter.pidns_inum);
}

/* Both end with a NUL.  Before 6.0 there may be old bytes after it. */
static __always_inline bool same_comm(const char *comm, const volatile char *other)
{
	for (int i = 0; i < 16; i++) {
		if (comm[i] != other[i])
			return false;
		if (!comm[i])
			break;
	}
	return true;
}

/*
 * Applies one `choice`: matches is an expression in i, the number of a value.
 * The bound is a constant, so that every verifier sees that the loop ends.
 */
#define IS_CHOSEN(choice, matches)                                           \
	({                                                                   \
		bool chosen = !(choice).included, excluded = false;          \
		for (u32 i = 0; i < FILTER_MAX && i < (choice).count; i++) { \
			if (!(matches))                                      \
				continue;                                    \
			if ((choice).exclude[i])                             \
				excluded = true;                             \
			else                                                 \
				chosen = true;                               \
		}                                                            \
		chosen && !excluded;                                         \
	})

/* pid is pid_of(leader).  The cgroup is that of the current task. */
static __always_inline bool is_wanted(struct task_struct *leader, pid_t pid)
{
	if (!pid || (filter.follow && !is_followed(pid)))
		return false;
	if (filter.uid.count) {
		unsigned int uid = uid_of(leader);

		if (!IS_CHOSEN(filter.uid, filter.uids[i] == uid))
			return false;
	}
	if (filter.cgroup.count &&
	    !IS_CHOSEN(filter.cgroup, bpf_current_task_under_cgroup(&cgroups, i) == 1))
		return false;
	if (filter.comm.count) {
		char comm[16];

		READ_16(comm, leader, comm);
		if (!IS_CHOSEN(filter.comm, same_comm(comm, filter.comms[i])))
			return false;
	}
	return true;
}

#endif
