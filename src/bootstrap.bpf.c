/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * The kernel side: two handlers, which the kernel calls whenever any process on
 * the machine calls exec or ends.  Each fills in a record of bootstrap.h and puts
 * it on the ring buffer.  What does not fit is counted, never forgotten.
 *
 * Start at handle_exec(), near the end.  A task is a thread; the leader is the
 * thread whose PID is that of the process, its tgid.  READ(p, member) is p->member.
 *
 * The headers in bpf/ can stay closed at first.  task reads the kernel's structures,
 * filter and follow decide which processes are wanted, record and strings fill in
 * parts of a record, lastthread picks the thread that reports the end of its
 * process, and classic has the handlers for old kernels.  Read bootstrap.c next.
 */
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include "bootstrap.h"
#include "bpf/task.bpf.h"
#include "bpf/follow.bpf.h"
#include "bpf/filter.bpf.h"
#include "bpf/strings.bpf.h"
#include "bpf/record.bpf.h"
#include "bpf/lastthread.bpf.h"
#include "bpf/resources.bpf.h"

char LICENSE[] SEC("license") = "Dual BSD/GPL";

/* When each running process last called exec: its PID -> CLOCK_BOOTTIME in ns. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, PROCESSES_MAX);
	__type(key, pid_t);
	__type(value, u64);
} exec_start SEC(".maps");

/* The way to user space; bootstrap.c sets its size. */
struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 8 << 20);
} rb SEC(".maps");

/*
 * Copies a finished record to the ring, which then never holds a partial one.  The
 * kernel wakes the reader only if it has read everything before this record.
 */
static __always_inline void send(void *record, u64 size, unsigned long long *if_full)
{
	if (bpf_ringbuf_output(&rb, record, size, 0))
		__sync_fetch_and_add(if_full, 1);
}

/* exec gives the calling thread the PID of its process: task is the leader. */
static __always_inline void on_exec(struct task_struct *task, const char *filename)
{
	pid_t tgid = READ(task, tgid);
	u64 now = bpf_ktime_get_boot_ns();
	u32 zero = 0;

	/* Before 6.4 map functions return an int: the upper half is not theirs. */
	if ((int)bpf_map_update_elem(&exec_start, &tgid, &now, BPF_ANY))
		__sync_fetch_and_add(&lost.untimed, 1);
	note_maxrss(task, tgid);
	if (!filter.execs)
		return;

	struct exec_scratch *s = bpf_map_lookup_elem(&scratch, &zero);
	pid_t pid = pid_of(task);

	if (!s || !is_wanted(task, pid))
		return;

	struct exec_record *e = &s->record;

	fill_header(&e->header, EVENT_EXEC, pid, task, now);
	e->error = 0;

	u64 len = add_details((void *)s->rest, task);

	len += copy_filename(e, s->rest + len, filename);
	len += copy_args(e, s->rest + len, task);
	send(s, sizeof(*e) + len, &lost.exec);
}

/* task is the last thread of its process. */
static __always_inline void on_exit(struct task_struct *task)
{
	struct task_struct *leader = READ(task, group_leader);
	pid_t tgid = READ(task, tgid), pid = pid_of(leader);
	u64 now = bpf_ktime_get_boot_ns();
	u64 created = READ(leader, start_boottime), since = created;
	u64 *exec_time = bpf_map_lookup_elem(&exec_start, &tgid);
	struct exit_scratch e;

	if (exec_time) {
		if (*exec_time > created) /* else it is left from a process with the same PID */
			since = *exec_time;
		bpf_map_delete_elem(&exec_start, &tgid);
	}
	e.record.reserved = 0;
	e.record.duration_ns = now - since;
	e.record.lifetime_ns = now - created;
	e.record.status = wait_status_of(leader);

	if (is_wanted(leader, pid) && e.record.duration_ns >= filter.min_duration_ns &&
	    (!filter.failed || e.record.status)) {
		fill_header(&e.record.header, EVENT_EXIT, pid, leader, now);

		u64 len = add_details((void *)e.rest, leader);

		len += add_resources((void *)e.rest + len, &e.record, task);
		send(&e, sizeof(e.record) + len, &lost.exit);
	}
	unfollow(&rb, pid);
}

/* ctx holds the arguments that TP_PROTO lists in include/trace/events/sched.h. */
SEC("tp_btf/sched_process_exec")
int handle_exec(u64 *ctx)
{
	struct task_struct *task = (void *)ctx[0];
	struct linux_binprm *bprm = (void *)ctx[2];

	on_exec(task, bprm->filename);
	return 0;
}

SEC("tp_btf/sched_process_exit")
int handle_exit(u64 *ctx)
{
	struct task_struct *task = (void *)ctx[0];

	/* ctx[1] is group_dead, which the tracepoint has since 6.16. */
	if (HAS_GROUP_DEAD ? ctx[1] & 1 : is_last_thread(task))
		on_exit(task);
	return 0;
}

#include "bpf/cgroup.bpf.h"
#include "bpf/classic.bpf.h"
#include "bpf/execfail.bpf.h"
#include "bpf/forks.bpf.h"
