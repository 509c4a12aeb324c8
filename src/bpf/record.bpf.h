/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Fills in the parts of a record that all kinds have: the header and, if asked for, the details. */
#ifndef RECORD_BPF_H
#define RECORD_BPF_H

#include "bootstrap.h"
#include "bpf/details.h"
#include "bpf/filter.bpf.h"
#include "bpf/task.bpf.h"

/* leader is the process's leader, and pid is pid_of(leader). */
static __always_inline void fill_header(struct event_header *h, enum event_kind kind, pid_t pid,
					struct task_struct *leader, u64 now)
{
	struct task_struct *parent = READ(leader, real_parent);

	h->kind = kind;
	h->flags = filter.details ? FLAG_DETAILS : 0;
	h->pid = pid;
	h->ppid = pid_of(READ(parent, group_leader));
	h->uid = uid_of(leader);
	h->time_ns = now;
	READ_16(h->comm, leader, comm);
}

/* The PID that the process sees: the one in its innermost namespace. */
static __always_inline int ns_pid_of(struct task_struct *leader)
{
	struct pid *pid = READ(leader, thread_pid);
	unsigned int deepest = READ(pid, level);

	if (deepest == 0)
		return READ(leader, tgid);
	pid = READ_UNTYPED(leader, thread_pid);

	struct upid *upid = upid_at(pid, deepest);

	return READ_UNTYPED(upid, nr);
}

/* 0 in a kernel built without cgroups. */
static __always_inline u64 cgroup_id_of(struct task_struct *task)
{
	if (!bpf_core_field_exists(task->cgroups))
		return 0;

	struct css_set *set = READ(task, cgroups);
	struct cgroup *cgroup = READ(set, dfl_cgrp);
	struct kernfs_node *node = READ(cgroup, kn);

	return READ(node, id);
}

/* Returns how many bytes it has written at d: all or none. */
static __always_inline u64 add_details(struct details *d, struct task_struct *leader)
{
	if (!filter.details)
		return 0;

	struct task_struct *thread = READ(leader, real_parent);
	struct task_struct *parent = READ(thread, group_leader);
	struct cred *cred = (struct cred *)READ(leader, cred);
	struct signal_struct *signal = READ(leader, signal);
	struct tty_struct *tty = READ(signal, tty);

	d->start_ns = READ(leader, start_boottime);
	d->parent_start_ns = READ(parent, start_boottime);
	d->cgroup_id = cgroup_id_of(leader);
	d->ns_pid = ns_pid_of(leader);
	d->euid = READ(cred, euid.val);
	d->loginuid = d->session_id = ID_UNSET;
	if (bpf_core_field_exists(leader->loginuid)) { /* CONFIG_AUDIT */
		d->loginuid = READ(leader, loginuid.val);
		d->session_id = READ(leader, sessionid);
	}
	READ_16(d->parent_comm, parent, comm);
	READ_16(d->tty, tty, name); /* zeros if tty is NULL */
	return sizeof(*d);
}

#endif
