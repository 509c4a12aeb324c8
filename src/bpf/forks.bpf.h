/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* New processes: they are followed if their parent is, and shown with --forks. */
#ifndef FORKS_BPF_H
#define FORKS_BPF_H

struct fork_record {
	struct event_header header;
	struct details details;
};

static __always_inline int on_fork(struct task_struct *parent, struct task_struct *child)
{
	struct task_struct *leader = READ(parent, group_leader);

	if (READ(child, pid) != READ(child, tgid)) /* a thread */
		return 0;

	pid_t pid = pid_of(child);

	if (filter.follow)
		follow_child(pid, pid_of(leader));
	if (!filter.forks || !is_wanted(child, pid))
		return 0;

	struct fork_record e = {};

	fill_header(&e.header, EVENT_FORK, pid, child, READ(child, start_boottime));
	send(&e, sizeof(e.header) + add_details(&e.details, child), &lost.other);
	return 0;
}

/* A raw tracepoint if kernel pointers are untyped: the classic one cannot recognize threads. */
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
