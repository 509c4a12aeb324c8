/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * Following processes and their descendants: those of -p, or a COMMAND's.  User
 * space names the roots (run/follow.c); a child is what its parent is.
 */
#ifndef FOLLOW_BPF_H
#define FOLLOW_BPF_H

#include "bpf/task.bpf.h"

/* By the PID that we print: followed or excluded.  Not in the map: neither. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, PROCESSES_MAX);
	__type(key, pid_t);
	__type(value, u32);
} followed SEC(".maps");

/*
 * While user space looks for running descendants, any new child may be one of
 * them: child -> parent.  Processes forked before the search are found in /proc,
 * those forked during the search are found here.
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

	if (what && *what != FOLLOW_ENDED)
		return *what == FOLLOW_MEMBER;
	/* During the search, it may be one that will be excluded. */
	return !filter.follow_only && (!filter.search || search_done);
}

/*
 * A process has ended, and its record is on the ring.  After the last one the reader
 * is woken, even if none of them was printed: a record that is discarded does that.
 */
static __always_inline void unfollow(void *ring, pid_t pid)
{
	if (!filter.follow)
		return;

	/* /proc shows it for a while yet, so user space may still want to add it. */
	bool searching = filter.search && !search_done, member;
	u32 *what = bpf_map_lookup_elem(&followed, &pid), ended = FOLLOW_ENDED;

	if (searching && !what) {
		if (!(int)bpf_map_update_elem(&followed, &pid, &ended, BPF_NOEXIST))
			return;
		what = bpf_map_lookup_elem(&followed, &pid); /* it just has */
	}
	if (!what)
		return;
	member = *what == FOLLOW_MEMBER;
	if (searching)
		*what = FOLLOW_ENDED;
	else
		bpf_map_delete_elem(&followed, &pid);
	if (!member)
		return;
	__sync_fetch_and_add(&members, -1);
	/* Using the result needs Linux 5.12.  If two end together, both may see 0. */
	if (*(volatile long long *)&members)
		return;

	void *empty = bpf_ringbuf_reserve(ring, 8, 0);

	if (empty) /* otherwise it is full, and will be read */
		bpf_ringbuf_discard(empty, BPF_RB_FORCE_WAKEUP);
}

/* A child is what its parent is. */
static __always_inline void follow_child(pid_t pid, pid_t parent)
{
	u32 *what = bpf_map_lookup_elem(&followed, &parent);

	if (what) {
		/*
		 * Before 6.4 map functions return an int: the upper half is not theirs.
		 * User space may have added, and counted, the child already: it is in
		 * /proc before its tracepoint.
		 */
		u32 *old = bpf_map_lookup_elem(&followed, &pid);
		int err = bpf_map_update_elem(&followed, &pid, what,
					      old && *old == FOLLOW_ENDED ? BPF_ANY : BPF_NOEXIST);

		if (!err && *what == FOLLOW_MEMBER)
			__sync_fetch_and_add(&members, 1);
		else if (err && err != -EEXIST)
			__sync_fetch_and_add(&lost.unfollowed, 1);
	} else if (filter.search && !search_done) {
		if ((int)bpf_map_update_elem(&born, &pid, &parent, BPF_ANY))
			__sync_fetch_and_add(&lost.unfollowed, 1);
	} else {
		/* Of an earlier process with this PID, if the handler of its exit was skipped. */
		bpf_map_delete_elem(&followed, &pid);
	}
}

#endif
