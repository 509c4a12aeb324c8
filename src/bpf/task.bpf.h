/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * Reading a task: what bootstrap.bpf.c needs to know of the kernel's insides.
 * Named sources are those of Linux 5.10 and 6.18, the two ends that are tested.
 */
#ifndef TASK_BPF_H
#define TASK_BPF_H

#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>

/*
 * READ(p, member) is p->member.  In a BTF-typed program the verifier knows what
 * p is, and a plain load does; elsewhere a helper must fetch the bytes.  Every
 * function that uses it has a constant `typed` in scope, so that after inlining
 * one of the two is left.  A member of the kernel's may be smaller than ours (a
 * pointer of a 32-bit kernel): hence the zero and the size.
 */
#define READ(p, member)                                                                 \
	({                                                                              \
		typeof((p)->member) value = 0;                                          \
		if (typed)                                                              \
			value = (p)->member;                                            \
		else                                                                    \
			bpf_probe_read_kernel(&value, bpf_core_field_size((p)->member), \
					      &(p)->member);                            \
		value;                                                                  \
	})

#define PIDNS_LEVELS 32 /* MAX_PID_NS_LEVEL, linux/pid_namespace.h */

/* The tracer's PID namespace; 0: the first one, where a process is known by its tgid. */
const volatile unsigned int pidns_inum = 0;

static __always_inline struct upid *upid_at(struct pid *pid, unsigned int level)
{
	return (void *)pid + bpf_core_field_offset(struct pid, numbers) +
	       level * bpf_core_type_size(struct upid);
}

/*
 * The PID by which the tracer's namespace knows a process; 0: it does not.
 * Addresses are read as plain numbers here even in a typed program: before 6.9
 * the verifier refuses a typed pointer plus a variable offset.
 */
static __always_inline int pid_of(struct task_struct *leader, const bool trusted)
{
	bool typed = trusted;

	if (!pidns_inum)
		return READ(leader, tgid);

	typed = false;
	struct pid *pid = READ(leader, thread_pid);
	unsigned int deepest = READ(pid, level);

	for (unsigned int level = 1; level <= PIDNS_LEVELS && level <= deepest; level++) {
		struct upid *upid = upid_at(pid, level);
		struct pid_namespace *ns = READ(upid, ns);

		if (READ(ns, ns.inum) == pidns_inum)
			return READ(upid, nr);
	}
	return 0;
}

/* The PID by which a process knows itself: that of its own, innermost namespace. */
static __always_inline int ns_pid_of(struct task_struct *leader, const bool trusted)
{
	bool typed = trusted;
	struct pid *pid = READ(leader, thread_pid);
	unsigned int deepest = READ(pid, level);

	if (deepest == 0)
		return READ(leader, tgid);

	typed = false;
	pid = READ(leader, thread_pid);
	struct upid *upid = upid_at(pid, deepest);

	return READ(upid, nr);
}

/* The ID of a task's cgroup v2; 0 in a kernel built without cgroups. */
static __always_inline u64 cgroup_id_of(struct task_struct *task, const bool typed)
{
	if (!bpf_core_field_exists(task->cgroups))
		return 0;

	struct css_set *set = READ(task, cgroups);
	struct cgroup *cgroup = READ(set, dfl_cgrp);
	struct kernfs_node *node = READ(cgroup, kn);

	return READ(node, id);
}

/* The real UID, as the first user namespace numbers it. */
static __always_inline unsigned int uid_of(struct task_struct *task, const bool typed)
{
	struct cred *cred = (struct cred *)READ(task, cred); /* the kernel's is const */

	return READ(cred, uid.val);
}

static __always_inline void read_comm(char *comm, struct task_struct *leader, const bool typed)
{
	_Static_assert(sizeof(leader->comm) == 16, "TASK_COMM_LEN");

	if (typed) { /* two loads; a helper costs ten times as much */
		((u64 *)comm)[0] = ((u64 *)leader->comm)[0];
		((u64 *)comm)[1] = ((u64 *)leader->comm)[1];
	} else {
		bpf_probe_read_kernel(comm, sizeof(leader->comm), &leader->comm);
	}
}

#endif
