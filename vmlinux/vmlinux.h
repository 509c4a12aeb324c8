/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * The few kernel types that the BPF programs read, written by hand.
 *
 * Only the members that are used are here, in no particular order and at no
 * particular offset: preserve_access_index makes clang record every access by
 * name, and libbpf fills in the offsets of the running kernel when it loads the
 * object (CO-RE).  So the build needs neither BTF nor the kernel's headers.
 * `make GEN_VMLINUX_H=1` uses the full header, dumped from BTF, instead.
 *
 * A suffix that begins with three underscores is not part of the kernel's name:
 * libbpf ignores it, so one type can be described twice.
 */
#ifndef __VMLINUX_H__
#define __VMLINUX_H__

typedef unsigned char __u8;
typedef signed char __s8;
typedef unsigned short __u16;
typedef short __s16;
typedef unsigned int __u32;
typedef int __s32;
typedef unsigned long long __u64;
typedef long long __s64;
typedef __u8 u8;
typedef __u32 u32;
typedef __u64 u64;
typedef int pid_t;
typedef _Bool bool;

enum {
	false = 0,
	true = 1,
};

/* bpf_helper_defs.h names these. */
typedef __u16 __be16;
typedef __u32 __be32;
typedef __u32 __wsum;

/* From linux/bpf.h, which is the kernel's ABI: these never change. */
enum bpf_map_type {
	BPF_MAP_TYPE_HASH = 1,
	BPF_MAP_TYPE_PERCPU_ARRAY = 6,
	BPF_MAP_TYPE_CGROUP_ARRAY = 8,
	BPF_MAP_TYPE_LRU_HASH = 9,
	BPF_MAP_TYPE_RINGBUF = 27,
};

enum {
	BPF_ANY = 0,
	BPF_NOEXIST = 1,
};

enum {
	BPF_RB_FORCE_WAKEUP = 2,
};

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

typedef struct {
	int counter;
} atomic_t;

typedef struct {
	unsigned int val;
} kuid_t;

struct cred {
	kuid_t uid;
	kuid_t euid;
};

struct kernfs_node {
	const char *name;
	u64 id;
};

struct cgroup_subsys_state {
	struct cgroup *cgroup;
	struct cgroup_subsys_state *parent;
};

struct cgroup_root {
	int hierarchy_id;
};

struct cgroup {
	struct cgroup_subsys_state self;
	struct kernfs_node *kn;
	struct cgroup_root *root;
};

struct css_set {
	struct cgroup *dfl_cgrp;
};

struct ns_common {
	unsigned int inum;
};

struct pid_namespace {
	unsigned int level;
	struct ns_common ns;
};

struct upid {
	int nr;
	struct pid_namespace *ns;
};

struct pid {
	unsigned int level;
	struct upid numbers[1];
};

struct percpu_counter {
	long long count;
};

struct mm_struct {
	unsigned long hiwater_rss;
	struct percpu_counter rss_stat[4]; /* an array of these since 6.2 */
	unsigned long arg_start;
	unsigned long arg_end;
};

struct tty_struct {
	/* It is at a multiple of 8 in every kernel.  Without this, clang loads single bytes. */
	char name[64] __attribute__((aligned(8)));
};

struct list_head {
	struct list_head *next;
};

struct seqcount {
	unsigned int sequence;
};

struct seqcount_spinlock {
	struct seqcount seqcount;
};

typedef struct {
	struct seqcount_spinlock seqcount;
} seqlock_t;

struct signal_struct {
	struct list_head thread_head;
	seqlock_t stats_lock;
	u64 sum_sched_runtime;
	u64 utime;
	u64 stime;
	unsigned long min_flt;
	unsigned long maj_flt;
	unsigned long nvcsw;
	unsigned long nivcsw;
	unsigned long inblock;
	unsigned long oublock;
	unsigned long maxrss;
	struct tty_struct *tty;
	atomic_t live;
	int nr_threads;
	int group_exit_code;
	unsigned int flags;
};

struct sched_entity {
	u64 sum_exec_runtime;
};

struct sched_info {
	unsigned long long run_delay;
};

struct task_io_accounting {
	u64 read_bytes;
	u64 write_bytes;
};

struct thread_info {
	unsigned long flags;
	u32 status;
};

struct task_struct {
	struct thread_info thread_info;
	unsigned int flags;
	struct sched_entity se;
	struct sched_info sched_info;
	struct task_io_accounting ioac;
	u64 utime;
	u64 stime;
	unsigned long min_flt;
	unsigned long maj_flt;
	unsigned long nvcsw;
	unsigned long nivcsw;
	struct list_head thread_node;
	void *vfork_done;
	struct mm_struct *mm;
	int exit_code;
	pid_t pid;
	pid_t tgid;
	struct task_struct *real_parent;
	struct task_struct *group_leader;
	struct pid *thread_pid;
	u64 start_boottime;
	const struct cred *cred;
	char comm[16];
	struct signal_struct *signal;
	struct css_set *cgroups;
	kuid_t loginuid;
	unsigned int sessionid;
};

struct linux_binprm {
	const char *filename;
};

/* What the classic tracepoint programs get: tracefs' events/sched/.../format. */
struct trace_event_raw_sched_process_exec {
	u32 __data_loc_filename;
};

#pragma clang attribute pop

#endif
