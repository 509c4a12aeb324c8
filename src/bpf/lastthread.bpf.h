/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * Which thread reports the end of its process?
 *
 * sched_process_exit fires for every thread.  One line is wanted, when the last
 * of them ends, with the status that wait4(2) will return.  Since 6.16 the
 * tracepoint has an argument for it, group_dead.  The rest of this file is for
 * older kernels: true for one thread of each process, once its status is known.
 *
 * There do_exit(), kernel/exit.c, first counts the thread out of signal->live, then
 * stores its exit code, releases its memory, and reaches the tracepoint.  So
 *  - two threads that end together can both see live == 0, and one must win;
 *  - before 6.0 the last one may arrive while the leader, already counted out, has
 *    not stored its exit code, which may be the status of the process.  The leader
 *    still has its mm then, and will report.
 */
#ifndef LASTTHREAD_BPF_H
#define LASTTHREAD_BPF_H

#include "bpf/task.bpf.h"

/* The tracepoint's arguments since 6.16; libbpf ignores the suffix after "___". */
typedef void (*btf_trace_sched_process_exit___group_dead)(void *, struct task_struct *, bool);

#define HAS_GROUP_DEAD bpf_core_type_exists(btf_trace_sched_process_exit___group_dead)

/* The same for the classic program.  It is not in vmlinux.h, since older kernels lack it. */
struct trace_event_raw_sched_process_exit___group_dead {
	bool group_dead;
} __attribute__((preserve_access_index));

/* Identifies a process: PIDs alone are reused. */
struct process_key {
	u64 start;
	u64 pid;
};

/*
 * Processes whose end one thread has reported while another may be about to.  Only
 * the few that are ending right now matter: older entries may be dropped.
 */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 4096);
	__type(key, struct process_key);
	__type(value, u32);
} ending SEC(".maps");

static __always_inline bool is_last_thread(struct task_struct *task)
{
	struct task_struct *leader = READ(task, group_leader);
	struct signal_struct *signal = READ(task, signal);
	struct process_key key = {
		.start = READ(leader, start_boottime),
		.pid = READ(task, tgid),
	};
	u32 seen = 1;

	if (READ(signal, live.counter) != 0)
		return false;
	if (task != leader && READ(leader, mm))
		return false;
	if (READ(signal, nr_threads) == 1) /* no thread is left to race with: a lookup is enough */
		return !bpf_map_lookup_elem(&ending, &key);
	/* Any other error: rather two exits than none. */
	return (int)bpf_map_update_elem(&ending, &key, &seen, BPF_NOEXIST) != -EEXIST;
}

#endif
