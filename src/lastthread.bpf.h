/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * Which thread reports the end of its process?
 *
 * sched_process_exit fires for every thread; one line is wanted, when the last
 * of them ends, with the status that wait4(2) will return.  That is harder than
 * it looks, and it is all here: bootstrap.bpf.c asks reports_exit() and goes on.
 *
 * do_exit() (kernel/exit.c) first counts the thread out of signal->live, then
 * stores its exit code, then comes to the tracepoint.  So
 *  - two threads that end together can both see live == 0 at the tracepoint:
 *    only one of them was the last (it is told so by group_dead, since 6.16);
 *  - the last one may come while the leader, counted out already, has not
 *    stored its code: unless the whole group was ended at once (SIGNAL_GROUP_EXIT)
 *    the process's status is the leader's code, and it is not there yet.
 */
#ifndef LASTTHREAD_BPF_H
#define LASTTHREAD_BPF_H

#include "task.bpf.h"

#define SIGNAL_GROUP_EXIT 0x4 /* linux/sched/signal.h */

/* The tracepoint's arguments since 6.16; libbpf ignores the suffix after "___". */
typedef void (*btf_trace_sched_process_exit___group_dead)(void *, struct task_struct *, bool);

/* The same for the classic program; not in vmlinux.h: older kernels have no such member. */
struct trace_event_raw_sched_process_exit___group_dead {
	bool group_dead;
} __attribute__((preserve_access_index));

/* Identifies a process between two execs: exec by a thread makes that thread the leader. */
struct process_key {
	u64 start;
	u64 leader;
};

/*
 * Processes whose end one thread has seen while another may be about to.  Only
 * the few that are ending right now matter: older entries may be dropped.
 */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 4096);
	__type(key, struct process_key);
	__type(value, u32);
} ending SEC(".maps");

static __always_inline struct process_key key_of(struct task_struct *leader, const bool typed)
{
	struct process_key key = {
		.start = READ(leader, start_boottime),
		.leader = (u64)(unsigned long)leader,
	};

	return key;
}

/* True for the first of the threads that call it for one process. */
static __always_inline bool arrives_first(struct task_struct *leader, const bool typed)
{
	struct process_key key = key_of(leader, typed);
	u32 seen = 1;

	return (int)bpf_map_update_elem(&ending, &key, &seen, BPF_NOEXIST) == 0;
}

/* The kernel says which thread was the last. */
static __always_inline bool reports_exit_told(struct task_struct *task, bool group_dead,
					      const bool typed)
{
	struct task_struct *leader = READ(task, group_leader);
	struct signal_struct *signal = READ(task, signal);

	if (task == leader ? group_dead : READ(signal, flags) & SIGNAL_GROUP_EXIT)
		return group_dead;
	/*
	 * Threads that end one by one, the last of them not the leader.  The
	 * leader's code is there once the leader has been here: of these two,
	 * the second to arrive reports.  A leader without mm is long past this.
	 */
	if (task == leader)
		return !(READ(signal, flags) & SIGNAL_GROUP_EXIT) && !arrives_first(leader, typed);
	return group_dead && (!READ(leader, mm) || !arrives_first(leader, typed));
}

/* It does not: whoever sees no thread alive may be the last. */
static __always_inline bool reports_exit_guessed(struct task_struct *task, const bool typed)
{
	struct task_struct *leader = READ(task, group_leader);
	struct signal_struct *signal = READ(task, signal);

	if (READ(signal, live.counter) != 0)
		return false;
	/* Here the tracepoint comes after exit_mm(): a leader with an mm is still to come. */
	if (task != leader && READ(leader, mm))
		return false;
	if (READ(signal, nr_threads) == 1) { /* nobody left to race with: look, do not write */
		struct process_key key = key_of(leader, typed);

		return !bpf_map_lookup_elem(&ending, &key);
	}
	return arrives_first(leader, typed);
}
#endif
