/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * Following processes and their descendants: those of -p, or a COMMAND's.  User
 * space names the roots (run/follow.c); a child is what its parent is.
 */
#ifndef FOLLOW_BPF_H
#define FOLLOW_BPF_H

#include "bootstrap.h"
#include "bpf/filter.h"
#include "bpf/task.bpf.h"

const volatile struct filter filter = {};
struct lost lost = {};

/* By the PID that we print: what a process is.  Not in here: neither. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, PROCESSES_MAX);
	__type(key, pid_t);
	__type(value, u32);
} followed SEC(".maps");

/*
 * While user space looks for the descendants that already run, any child may
 * turn out to be one: child -> parent.  What is forked before the search is
 * found in /proc, what is forked during it is found here.
 */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, PROCESSES_MAX);
	__type(key, pid_t);
	__type(value, pid_t);
} born SEC(".maps");

bool search_done = false; /* `born` need not be filled in any more */
long long members = 0;    /* living processes that are FOLLOW_MEMBER; user space adds the roots */

static __always_inline bool is_followed(pid_t pid)
{
	u32 *what = bpf_map_lookup_elem(&followed, &pid);

	return what ? *what == FOLLOW_MEMBER : !filter.follow_only;
}

static __always_inline void unfollow(pid_t pid)
{
	u32 *what = bpf_map_lookup_elem(&followed, &pid);

	if (what && *what == FOLLOW_MEMBER)
		__sync_fetch_and_add(&members, -1);
	bpf_map_delete_elem(&followed, &pid);
}

static __always_inline int on_fork(struct task_struct *parent, struct task_struct *child)
{
	pid_t child_pid = pid_in(child, filter.pidns_inum);
	pid_t parent_pid = pid_in(READ(parent, group_leader), filter.pidns_inum);
	u32 *what;

	if (READ(child, pid) != READ(child, tgid)) /* a thread */
		return 0;
	what = bpf_map_lookup_elem(&followed, &parent_pid);
	if (what) {
		/* Before 6.4 map functions return an int: the upper half is not theirs. */
		if ((int)bpf_map_update_elem(&followed, &child_pid, what, BPF_ANY))
			__sync_fetch_and_add(&lost.unfollowed, 1);
		else if (*what == FOLLOW_MEMBER)
			__sync_fetch_and_add(&members, 1);
	} else if (filter.search && !search_done) {
		if ((int)bpf_map_update_elem(&born, &child_pid, &parent_pid, BPF_ANY))
			__sync_fetch_and_add(&lost.unfollowed, 1);
	}
	return 0;
}

/* A raw tracepoint where kernel pointers are not typed: the classic one cannot tell a thread. */
SEC("tp_btf/sched_process_fork")
int handle_fork(u64 *ctx)
{
	return on_fork((void *)ctx[0], (void *)ctx[1]);
}

SEC("raw_tp/sched_process_fork")
int handle_fork_raw(u64 *ctx)
{
	return on_fork((void *)ctx[0], (void *)ctx[1]);
}

#endif
