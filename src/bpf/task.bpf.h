/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * Reading a task: helpers for the kernel's structures, used by the other BPF
 * files.  Kernel sources named here are those of Linux 5.10 and 6.18.
 */
#ifndef TASK_BPF_H
#define TASK_BPF_H

#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>
#include "bootstrap.h"
#include "bpf/filter.h"

/* Set by user space before loading, so that the verifier can remove unused code. */
const volatile struct filter filter = {};
const volatile bool typed = true; /* kernel pointers are, so that plain loads may follow them */

/* Read by user space while we run. */
struct lost lost = {};

/* Entries of a map with one for each process; each takes about 80 bytes. */
#define PROCESSES_MAX 65536

#define EEXIST 17 /* asm-generic/errno-base.h */

/*
 * Reads a member, a number or a pointer, through an untyped pointer.  It may be smaller in
 * the kernel than here (a pointer of a 32-bit kernel): its bytes are the first of 8,
 * which is the low end or the high one.
 */
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
#define FIRST_BYTES(word, size) ((word) >> (64 - 8 * (size)))
#else
#define FIRST_BYTES(word, size) (word)
#endif
#define READ_UNTYPED(p, member)                                                               \
	({                                                                                    \
		u64 word = 0;                                                                 \
		bpf_probe_read_kernel(&word, bpf_core_field_size((p)->member), &(p)->member); \
		(typeof((p)->member))FIRST_BYTES(word, bpf_core_field_size((p)->member));     \
	})

/*
 * READ(p, member) is p->member.  In a BTF-typed program the verifier knows what
 * p is and accepts a plain load; elsewhere a helper must fetch the bytes.  The
 * verifier removes the branch that is not taken.
 */
#define READ(p, member)                                  \
	({                                               \
		typeof((p)->member) value;               \
		if (typed)                               \
			value = (p)->member;             \
		else                                     \
			value = READ_UNTYPED(p, member); \
		value;                                   \
	})

/* Copies 16 bytes of a character array: two loads, where a helper costs ten times as much. */
#define READ_16(to, p, member)                                         \
	do {                                                           \
		if (typed) {                                           \
			((u64 *)(to))[0] = ((u64 *)(p)->member)[0];    \
			((u64 *)(to))[1] = ((u64 *)(p)->member)[1];    \
		} else {                                               \
			bpf_probe_read_kernel((to), 16, &(p)->member); \
		}                                                      \
	} while (0)

/*
 * The current task, untyped, with the value that a member which points to it has.  The
 * helper returns a long: that of a 32-bit kernel is sign-extended.
 */
static __always_inline struct task_struct *current_task(void)
{
	u64 task = bpf_get_current_task();

	if (bpf_core_field_size(((struct task_struct *)0)->group_leader) == 4)
		task = (u32)task;
	return (void *)task;
}

#define PIDNS_LEVELS 32 /* MAX_PID_NS_LEVEL, linux/pid_namespace.h */

/*
 * The PID in one level of the namespaces that a process is in.  Before 6.9 the
 * verifier refuses a typed pointer plus a variable offset, so none is used.
 */
static __always_inline struct upid *upid_at(struct pid *pid, unsigned int level)
{
	return (void *)pid + bpf_core_field_offset(struct pid, numbers) +
	       level * bpf_core_type_size(struct upid);
}

/* A process's PID in the namespace `inum` (0: the first one); 0: it has none there. */
static __always_inline int pid_in(struct task_struct *leader, unsigned int inum)
{
	if (!inum)
		return READ(leader, tgid);

	struct pid *pid = READ_UNTYPED(leader, thread_pid);
	unsigned int deepest = READ_UNTYPED(pid, level);

	for (unsigned int level = 1; level <= PIDNS_LEVELS && level <= deepest; level++) {
		struct upid *upid = upid_at(pid, level);
		struct pid_namespace *ns = READ_UNTYPED(upid, ns);

		if (READ_UNTYPED(ns, ns.inum) == inum)
			return READ_UNTYPED(upid, nr);
	}
	return 0;
}

/* The real UID, as the first user namespace numbers it. */
static __always_inline unsigned int uid_of(struct task_struct *task)
{
	struct cred *cred = (struct cred *)READ(task, cred); /* const in the kernel */

	return READ(cred, uid.val);
}

#define SIGNAL_GROUP_EXIT 0x4 /* linux/sched/signal.h */

/* What wait4(2) returns for a process: see wait_task_zombie(), kernel/exit.c. */
static __always_inline unsigned int wait_status_of(struct task_struct *leader)
{
	struct signal_struct *signal = READ(leader, signal);

	if (READ(signal, flags) & SIGNAL_GROUP_EXIT)
		return READ(signal, group_exit_code);
	return READ(leader, exit_code);
}

#endif
