/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * The kernel side: two handlers, run whenever any process of the machine calls
 * exec or ends.  Each filters, fills in a record of bootstrap.h and puts it on
 * the ring buffer; what cannot be put there is counted, never forgotten.
 *
 * Start at handle_exec(), near the end: the kernel calls it, and on_exec() above
 * does the work.  A task is a thread, the leader is the one whose PID is the
 * process's, and READ(p, member) is p->member; `typed` says by which of the two
 * ways in we came.
 *
 * When a process last called exec is kept in execstart.bpf.h, a hash map made
 * cheap.  How a task is read is in task.bpf.h, which processes are wanted in
 * filter.bpf.h, which thread speaks for its process in lastthread.bpf.h.  All
 * four can stay closed at first.  Read bootstrap.c next.
 */
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>
#include "bootstrap.h"
#include "bpf/execstart.bpf.h"
#include "bpf/task.bpf.h"
#include "bpf/filter.bpf.h"
#include "bpf/lastthread.bpf.h"

char LICENSE[] SEC("license") = "Dual BSD/GPL";

#define SIGNAL_GROUP_EXIT 0x4 /* linux/sched/signal.h */

/* The way to user space; bootstrap.c sets its size. */
struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4 << 20);
} rb SEC(".maps");

/* An exec record under construction: too large for the 512 bytes of BPF's stack. */
struct exec_scratch {
	struct exec_record record;
	char text[FILENAME_MAX_LEN + ARGS_MAX];
};

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, u32);
	__type(value, struct exec_scratch);
} scratch SEC(".maps");

/* Set by user space before loading; the verifier then removes what is not needed. */
const volatile unsigned long long min_duration_ns = 0; /* of exits; not 0: no execs */
const volatile bool only_failed = false;               /* the same */
const volatile unsigned int max_args = 0;              /* bytes; 0: no arguments wanted */

/* Read by user space while we run. */
struct loss lost = {};          /* events that found no room on the ring */
unsigned long long untimed = 0; /* execs that found no room in exec_start */

/* Written by user space: true while it naps, and will look at the ring by itself. */
volatile bool napping = false;

/*
 * Copies a record in one piece, so that nothing half made ever stands on the
 * ring.  To wake the reader costs an interrupt, ten times as much as all the rest
 * here: one that naps is left alone.
 */
static __always_inline bool send(void *record, u64 size)
{
	bool quiet = napping;

	if (bpf_ringbuf_output(&rb, record, size, quiet ? BPF_RB_NO_WAKEUP : 0))
		return false;
	if (quiet && !napping) {
		/* Its last look may have missed the record: wake it with an empty one. */
		void *empty = bpf_ringbuf_reserve(&rb, 8, 0);

		if (empty)
			bpf_ringbuf_discard(empty, BPF_RB_FORCE_WAKEUP);
	}
	return true;
}

static __always_inline void fill_header(struct event_header *h, struct task_struct *leader,
					const bool typed)
{
	struct task_struct *parent = READ(leader, real_parent);

	h->flags = 0;
	h->ppid = pid_of(READ(parent, group_leader), typed);
	h->ns_pid = ns_pid_of(leader, typed);
	h->cgroup_id = cgroup_id_of(leader, typed);
	read_comm(h->comm, leader, typed);
}

static __always_inline int on_exec(struct task_struct *task, const char *filename, const bool typed)
{
	pid_t tgid = READ(task, tgid);
	u64 now = bpf_ktime_get_boot_ns();
	u32 zero = 0;

	if (!remember_exec(tgid, now))
		__sync_fetch_and_add(&untimed, 1);

	if (min_duration_ns || only_failed) /* of such a process only the exit is wanted */
		return 0;

	struct exec_scratch *s = bpf_map_lookup_elem(&scratch, &zero);
	pid_t pid = pid_of(task, typed);

	if (!s || !is_wanted(task, pid, typed))
		return 0;

	struct exec_record *e = &s->record;

	e->header.kind = EVENT_EXEC;
	e->header.pid = pid;
	e->header.time_ns = now;
	fill_header(&e->header, task, typed);
	e->uid = uid_of(task, typed);

	/* The bounds of each length are written so that every clang keeps them for the verifier. */
	u64 len = bpf_probe_read_kernel_str(s->text, FILENAME_MAX_LEN, filename);

	if (len > FILENAME_MAX_LEN)
		len = 0; /* negative: not readable */
	if (len == 0)
		s->text[len++] = 0;
	if (len == FILENAME_MAX_LEN)
		e->header.flags |= FLAG_FILENAME_TRUNCATED;
	e->filename_len = len;
	e->args_len = 0;

	if (max_args) {
		struct mm_struct *mm = READ(task, mm);
		u64 start = READ(mm, arg_start);
		u64 wanted = READ(mm, arg_end) - start;
		u64 n = wanted;

		if (n > max_args)
			n = max_args;
		if (n > ARGS_MAX)
			n = ARGS_MAX;
		if (bpf_probe_read_user(s->text + len, n, (void *)start))
			n = 0;
		if (n < wanted)
			e->header.flags |= FLAG_ARGS_TRUNCATED;
		e->args_len = n;
		len += n;
	}

	if (!send(s, sizeof(*e) + len))
		__sync_fetch_and_add(&lost.exec, 1);
	return 0;
}

static __always_inline int on_exit(struct task_struct *task, const bool typed)
{
	struct task_struct *leader = READ(task, group_leader);
	struct signal_struct *signal = READ(task, signal);
	pid_t tgid = READ(task, tgid);
	u64 now = bpf_ktime_get_boot_ns();
	struct exit_record e = {};

	/* Since its last exec, or since fork if it has called none that we have seen. */
	u64 created = READ(leader, start_boottime);
	u64 since = forget_exec(tgid);

	if (since < created) /* none, or that of a PID's earlier owner */
		since = created;

	e.duration_ns = now - since;
	e.lifetime_ns = now - created;

	/* As wait_task_zombie(), kernel/exit.c, has it. */
	if (READ(signal, flags) & SIGNAL_GROUP_EXIT)
		e.status = READ(signal, group_exit_code);
	else
		e.status = READ(leader, exit_code);

	pid_t pid = pid_of(leader, typed);
	bool wanted = is_wanted(leader, pid, typed);

	if (follow)
		bpf_map_delete_elem(&followed, &pid);
	if (!wanted || e.duration_ns < min_duration_ns || (only_failed && !e.status))
		return 0;

	e.header.kind = EVENT_EXIT;
	e.header.pid = pid;
	e.header.time_ns = now;
	fill_header(&e.header, leader, typed);
	e.uid = uid_of(leader, typed);

	if (!send(&e, sizeof(e)))
		__sync_fetch_and_add(&lost.exit, 1);
	return 0;
}

/*
 * The way in where the kernel has BTF: arguments are typed pointers, as the
 * TP_PROTO of include/trace/events/sched.h lists them.
 */
SEC("tp_btf/sched_process_exec")
int handle_exec(u64 *ctx)
{
	struct task_struct *task = (void *)ctx[0];
	struct linux_binprm *bprm = (void *)ctx[2];

	return on_exec(task, bprm->filename, true);
}

SEC("tp_btf/sched_process_exit")
int handle_exit(u64 *ctx)
{
	struct task_struct *task = (void *)ctx[0];

	bool last = bpf_core_type_exists(btf_trace_sched_process_exit___group_dead) ?
			    ctx[1] & 1 :
			    is_last_thread(task, true);

	return last ? on_exit(task, true) : 0;
}

/* Loaded only if descendants are to be followed. */
SEC("tp_btf/sched_process_fork")
int handle_fork(u64 *ctx)
{
	return on_fork((void *)ctx[0], (void *)ctx[1], true);
}

/*
 * The classic way in, through tracefs, where the kernel has no BTF of its own.
 * A program of this kind filters for perf, too: what returned 0 would be hidden
 * from every perf(1) on the machine that counts the same tracepoint.
 */
SEC("tp/sched/sched_process_exec")
int handle_exec_tp(struct trace_event_raw_sched_process_exec *ctx)
{
	/* Lower half: where the string stands in the record; upper half: its length. */
	const char *filename = (void *)ctx + (ctx->__data_loc_filename & 0xffff);

	on_exec((void *)bpf_get_current_task(), filename, false);
	return 1;
}

SEC("tp/sched/sched_process_exit")
int handle_exit_tp(struct trace_event_raw_sched_process_exit___group_dead *ctx)
{
	struct task_struct *task = (void *)bpf_get_current_task();

	bool last = bpf_core_field_exists(ctx->group_dead) ? ctx->group_dead :
							     is_last_thread(task, false);

	if (last)
		on_exit(task, false);
	return 1;
}

/* A raw tracepoint: the classic one does not tell a thread from a process. */
SEC("raw_tp/sched_process_fork")
int handle_fork_raw(u64 *ctx)
{
	return on_fork((void *)ctx[0], (void *)ctx[1], false);
}
