/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * Fills in struct resources, by the rules of getrusage(2): the totals of the threads
 * that have been released are in signal_struct, those of the others in their tasks.
 */
#ifndef RESOURCES_BPF_H
#define RESOURCES_BPF_H

#include "bootstrap.h"
#include "bpf/details.h"
#include "bpf/lastthread.bpf.h"
#include "bpf/resources.h"
#include "bpf/task.bpf.h"

#define PF_FORKNOEXEC 0x40     /* linux/sched.h */
#define THREADS_MAX   64       /* threads that still run when their process ends */
#define TRIES_MAX     8        /* to add them up while none is released */
#define TICK_NS       10000000 /* the longest, CONFIG_HZ=100 */

/* An exit record under construction. */
struct exit_scratch {
	struct exit_record record;
	char rest[sizeof(struct details) + sizeof(struct resources)];
};

/*
 * Before 6.16 the memory is gone at the tracepoint, and signal->maxrss is all that
 * is left.  exec adds the peak of the program before it to that, so it says
 * something only if it has grown since.
 */
struct maxrss_at_exec {
	u64 created; /* start time of the process, because PIDs are reused */
	u64 pages;
};

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, PROCESSES_MAX);
	__type(key, pid_t);
	__type(value, struct maxrss_at_exec);
} maxrss_at_exec SEC(".maps");

static __always_inline void note_maxrss(struct task_struct *task, pid_t tgid)
{
	if (!filter.resources || HAS_GROUP_DEAD)
		return;

	struct signal_struct *signal = READ(task, signal);
	struct maxrss_at_exec now = {
		.created = READ(task, start_boottime),
		.pages = READ(signal, maxrss),
	};

	bpf_map_update_elem(&maxrss_at_exec, &tgid, &now, BPF_ANY);
}

/* The peak of the last program, as in wait4(2), or unknown. */
static __always_inline u64 max_rss_of(struct task_struct *task, struct task_struct *leader)
{
	if (HAS_GROUP_DEAD) {
		struct mm_struct *mm = READ(task, mm);
		u64 peak = READ(mm, hiwater_rss);
		/* File, anonymous and shared memory; 2 is swap.  One may be below 0 for a moment. */
		long long now[3] = { READ(mm, rss_stat[0].count), READ(mm, rss_stat[1].count),
				     READ(mm, rss_stat[3].count) };
		u64 sum = 0;

		for (int i = 0; i < 3; i++)
			sum += now[i] > 0 ? now[i] : 0;
		if (!mm || READ(leader, vfork_done)) /* the parent's memory */
			return RSS_UNKNOWN;
		return sum > peak ? sum : peak;
	}

	struct signal_struct *signal = READ(leader, signal);
	pid_t tgid = READ(leader, tgid);
	u64 maxrss = READ(signal, maxrss);
	struct maxrss_at_exec *before = bpf_map_lookup_elem(&maxrss_at_exec, &tgid);

	if (before && before->created == READ(leader, start_boottime))
		return maxrss > before->pages ? maxrss : RSS_UNKNOWN;
	return READ(leader, flags) & PF_FORKNOEXEC ? maxrss : RSS_UNKNOWN;
}

/* Without a branch, which the verifier would follow both ways for each thread. */
static __always_inline void add_count(struct resources *r, unsigned int *sum, u64 n)
{
	u64 all = *sum + n, above = all >> 32;

	*sum = (unsigned int)all | (unsigned int)((0 - above) >> 32);
	r->partial |= (unsigned int)above;
}

/* Adds up what a thread, or the released threads of a process, have used. */
#define ADD_COMMON(r, p, read)                                             \
	do {                                                               \
		(r)->user_ticks += read(p, utime);                         \
		(r)->system_ticks += read(p, stime);                       \
		add_count(r, &(r)->minor_faults, read(p, min_flt));        \
		add_count(r, &(r)->major_faults, read(p, maj_flt));        \
		add_count(r, &(r)->voluntary_switches, read(p, nvcsw));    \
		add_count(r, &(r)->involuntary_switches, read(p, nivcsw)); \
	} while (0)

#define ADD_THREAD(r, t, read)                                           \
	do {                                                             \
		ADD_COMMON(r, t, read);                                  \
		(r)->cpu_ns += read(t, se.sum_exec_runtime);             \
		if (bpf_core_field_exists((t)->ioac.read_bytes)) {       \
			(r)->read_bytes += read(t, ioac.read_bytes);     \
			(r)->written_bytes += read(t, ioac.write_bytes); \
		}                                                        \
	} while (0)

/* Threads that still run while their process ends: all except the leader and the current one. */
static __always_inline void add_other_threads(struct resources *r, struct task_struct *task,
					      struct task_struct *leader,
					      struct signal_struct *signal)
{
	u64 offset = bpf_core_field_offset(struct task_struct, thread_node);
	u64 head = (u64)signal + bpf_core_field_offset(struct signal_struct, thread_head);
	u64 node = (u64)READ_UNTYPED(signal, thread_head.next);

	for (int i = 0; i < THREADS_MAX && node && node != head; i++) {
		struct task_struct *thread = (void *)(node - offset);

		if (thread != task && thread != leader)
			ADD_THREAD(r, thread, READ_UNTYPED);
		node = (u64)READ_UNTYPED(thread, thread_node.next);
	}
	if (node != head)
		r->partial = 1;
}

/* Without the other threads. */
static __always_inline void add_up(struct resources *r, struct task_struct *task,
				   struct task_struct *leader, struct signal_struct *signal)
{
	*r = (struct resources){ 0 };
	ADD_COMMON(r, signal, READ);
	r->cpu_ns = READ(signal, sum_sched_runtime);
	r->read_bytes = READ(signal, inblock) << 9;
	r->written_bytes = READ(signal, oublock) << 9;
	ADD_THREAD(r, leader, READ);
	if (task != leader)
		ADD_THREAD(r, task, READ);
}

/*
 * The totals.  A thread that is released moves from the list to the totals of signal, in
 * a write section of stats_lock (__exit_signal(), kernel/exit.c): its sequence is odd
 * meanwhile, and another one afterwards.
 */
static __always_inline void add_up_all(struct resources *r, struct task_struct *task,
				       struct task_struct *leader, struct signal_struct *signal)
{
	int threads = READ(signal, nr_threads);

	barrier(); /* it is read first */
	add_up(r, task, leader, signal);
	if (threads <= 1 + (task != leader))
		return;
	for (int try = 0; try < TRIES_MAX; try++) {
		unsigned int sequence = READ(signal, stats_lock.seqcount.seqcount.sequence);

		barrier();
		add_up(r, task, leader, signal);
		add_other_threads(r, task, leader, signal);
		barrier();
		if (!(sequence & 1) &&
		    READ(signal, stats_lock.seqcount.seqcount.sequence) == sequence)
			return;
	}
	r->partial = 1;
}

/* task is the last thread.  Returns how many bytes it has written at r: all or none. */
static __always_inline u64 add_resources(struct resources *r, struct exit_record *e,
					 struct task_struct *task)
{
	if (!filter.resources)
		return 0;

	struct task_struct *leader = READ(task, group_leader);
	struct signal_struct *signal = READ(leader, signal);

	e->header.flags |= FLAG_RESOURCES;
	add_up_all(r, task, leader, signal);
	r->max_rss = max_rss_of(task, leader);

	/*
	 * The scheduler adds up only at ticks and switches, so the sum lacks up to a tick.
	 * A thread that never slept has run for its whole life, except while it waited for a CPU.
	 */
	if (READ(signal, nr_threads) == 1 && task == leader && !r->voluntary_switches &&
	    bpf_core_field_exists(leader->sched_info.run_delay)) {
		/* The times are from two clocks: the difference may be negative. */
		long long ran = e->lifetime_ns - READ(leader, sched_info.run_delay);
		long long most = r->cpu_ns + TICK_NS;

		if (ran > most)
			ran = most;
		if (ran > (long long)r->cpu_ns)
			r->cpu_ns = ran;
	}
	return sizeof(*r);
}

#endif
