/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * The filters: is this process wanted?
 *
 * Each is off unless user space says otherwise before loading; what is off costs
 * nothing, since the verifier removes code that constants make unreachable, and
 * the maps and programs that only it needs are not created.
 */
#ifndef FILTER_BPF_H
#define FILTER_BPF_H

#include "bpf/task.bpf.h"

const volatile bool follow = false;        /* only members of `followed` */
const volatile bool filter_uid = false;    /* only processes of wanted_uid */
const volatile bool filter_comm = false;   /* only processes called wanted_comm */
const volatile bool filter_cgroup = false; /* only processes below wanted_cgroup */
const volatile unsigned int wanted_uid = 0;
const volatile char wanted_comm[16] = {};

/* The processes that are followed, by the PID that we print: a root and its descendants. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, 131072);
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
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, 65536);
	__type(key, pid_t);
	__type(value, pid_t);
} born SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_CGROUP_ARRAY);
	__uint(max_entries, 1);
	__uint(key_size, 4);
	__uint(value_size, 4);
} wanted_cgroup SEC(".maps");

const volatile bool search = false; /* `born` exists */
bool search_done = false;           /* and need not be filled in any more */
unsigned long long strays = 0;      /* descendants that found no room in `followed` or `born` */

/* pid is what pid_of() says of the leader. */
static __always_inline bool is_wanted(struct task_struct *leader, pid_t pid, const bool typed)
{
	if (!pid)
		return false;
	if (follow && !bpf_map_lookup_elem(&followed, &pid))
		return false;
	if (filter_uid && uid_of(leader, typed) != wanted_uid)
		return false;
	if (filter_cgroup && bpf_current_task_under_cgroup(&wanted_cgroup, 0) != 1)
		return false;
	if (filter_comm) {
		char comm[16];

		read_comm(comm, leader, typed);
		/* Before 6.0 there may be old bytes after the NUL. */
		for (int i = 0; i < 16; i++) {
			if (comm[i] != wanted_comm[i])
				return false;
			if (!comm[i])
				break;
		}
	}
	return true;
}

/* A new process is followed if its parent is. */
static __always_inline int on_fork(struct task_struct *parent, struct task_struct *child,
				   const bool typed)
{
	pid_t tgid = READ(child, tgid);
	u32 yes = 1;

	if (READ(child, pid) != tgid) /* a thread */
		return 0;

	pid_t child_pid = pid_of(child, typed);
	pid_t parent_pid = pid_of(READ(parent, group_leader), typed);

	if (bpf_map_lookup_elem(&followed, &parent_pid)) {
		if ((int)bpf_map_update_elem(&followed, &child_pid, &yes, BPF_ANY))
			__sync_fetch_and_add(&strays, 1);
	} else if (search && !search_done) {
		if ((int)bpf_map_update_elem(&born, &child_pid, &parent_pid, BPF_ANY))
			__sync_fetch_and_add(&strays, 1);
	}
	return 0;
}

#endif
