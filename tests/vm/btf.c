/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * For a kernel that was built without BTF: the types used by vmlinux/vmlinux.h and the
 * programs, from that kernel's own headers.  tests/vm/btf compiles this and turns the
 * debug information into BTF.
 */
#include <linux/binfmts.h>
#include <linux/cgroup.h>
#include <linux/cred.h>
#include <linux/kernfs.h>
#include <linux/mm_types.h>
#include <linux/pid_namespace.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/trace_events.h>
#include <linux/tty.h>

/* The macros of trace/events/sched.h define this one, but only for the kernel itself. */
struct trace_event_raw_sched_process_exec {
	struct trace_entry ent;
	u32 __data_loc_filename;
	pid_t pid;
	pid_t old_pid;
	char __data[];
};

/* Unreferenced types would be omitted. */
struct trace_event_raw_sched_process_exec *exec;
struct task_struct *task;
struct linux_binprm *binprm;
struct pid_namespace *pid_namespace;
struct css_set *css_set;
struct tty_struct *tty_struct;
