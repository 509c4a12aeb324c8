/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * When did a process last call exec?
 *
 * The plain answer is a hash map, PID -> time: exec_start.  But to put an entry
 * into it and to take it out again costs as much as all else that the two handlers
 * do.  So an array stands before it, exec_slots, with a slot for each PID; it ends
 * at EXEC_SLOTS, and larger PIDs begin at slot 0 again.  Only a process that finds its
 * slot taken, by another that is alive, goes into the hash map.
 */
#ifndef EXECSTART_BPF_H
#define EXECSTART_BPF_H

#include "vmlinux.h"
#include <bpf/bpf_helpers.h>

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(map_flags, BPF_F_NO_PREALLOC); /* 1 MiB, and 64 bytes for each entry */
	__uint(max_entries, 65536);
	__type(key, pid_t);
	__type(value, u64);
} exec_start SEC(".maps");

/*
 * A slot is one word, for that is read and written in one piece: below, the time
 * in ns of CLOCK_BOOTTIME, enough for 18 years; above, what the slot's number does
 * not say of its owner's PID, which has 22 bits at most (PID_MAX_LIMIT,
 * linux/threads.h).  A slot that is nobody's is 0.
 */
#define SLOT_BITS  17
#define OWNER_BITS (22 - SLOT_BITS)
#define TIME_BITS  (64 - OWNER_BITS)
#define EXEC_SLOTS (1 << SLOT_BITS)

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY); /* 1 MiB */
	__uint(max_entries, EXEC_SLOTS);
	__type(key, u32);
	__type(value, u64);
} exec_slots SEC(".maps");

bool crowded = false; /* exec_start has been needed */

/* Returns false if there is no room. */
static __always_inline bool remember_exec(pid_t pid, u64 now)
{
	u32 slot = (u32)pid % EXEC_SLOTS;
	u64 owner = (u64)pid >> SLOT_BITS;
	u64 *entry = bpf_map_lookup_elem(&exec_slots, &slot);

	/*
	 * If two processes come to one free slot within the same few ns, the later
	 * keeps it, and the other's duration will count from its creation.
	 */
	if (entry && (!*entry || *entry >> TIME_BITS == owner)) {
		*entry = owner << TIME_BITS | now;
		return true;
	}
	crowded = true;
	/* Before 6.4 the helper returns an int: the upper half is not its own. */
	return (int)bpf_map_update_elem(&exec_start, &pid, &now, BPF_ANY) == 0;
}

/* The time of the last exec, and then it is forgotten; 0: none is known. */
static __always_inline u64 forget_exec(pid_t pid)
{
	u32 slot = (u32)pid % EXEC_SLOTS;
	u64 owner = (u64)pid >> SLOT_BITS;
	u64 *entry = bpf_map_lookup_elem(&exec_slots, &slot);
	u64 time = 0;

	if (entry && *entry && *entry >> TIME_BITS == owner) {
		time = *entry & ((1ULL << TIME_BITS) - 1);
		*entry = 0;
	}
	if (crowded) {
		u64 *other = bpf_map_lookup_elem(&exec_start, &pid);

		if (other) {
			/* Both, if the slot had become free before it called exec again. */
			if (*other > time)
				time = *other;
			bpf_map_delete_elem(&exec_start, &pid);
		}
	}
	return time;
}

#endif
