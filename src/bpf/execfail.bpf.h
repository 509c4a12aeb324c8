/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * Calls of exec that failed (-e): seen at the end of every system call, since no
 * tracepoint of exec fires for them, and those of the single calls not for 32-bit ones.
 * Loaded only with -e: it costs every system call on the machine 0.1 to 0.2 us.
 */
#ifndef EXECFAIL_BPF_H
#define EXECFAIL_BPF_H

/* A 32-bit call, or thread: asm/thread_info.h of x86 and of arm64. */
#define TS_COMPAT 2
#define TIF_32BIT 22

/* Kernel-internal: linux/errno.h.  The kernel will repeat the call after a signal. */
#define ERESTARTSYS 512

/* Registers, by architecture.  libbpf removes the branches that the kernel does not need. */
struct pt_regs___x86 {
	unsigned long bx, cx, di, si, orig_ax;
} __attribute__((preserve_access_index));

struct pt_regs___arm64 {
	u64 regs[31];
	u64 orig_x0;
	int syscallno;
} __attribute__((preserve_access_index));

/* Not shared with exec: a program that interrupts another must not write into its record. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, u32);
	__type(value, struct exec_scratch);
} fail_scratch SEC(".maps");

#define NOT_EXEC (~0ULL)

/* The user's pointer to the file name if this was execve or execveat, else NOT_EXEC. */
static __always_inline u64 exec_filename(struct task_struct *task, void *ctx_regs)
{
	struct pt_regs___x86 *x86 = ctx_regs;
	struct pt_regs___arm64 *arm64 = ctx_regs;

	if (bpf_core_field_exists(x86->orig_ax)) {
		u64 number = READ_UNTYPED(x86, orig_ax);

		if (READ(task, thread_info.status) & TS_COMPAT)
			return number == 11  ? (u32)READ_UNTYPED(x86, bx) :
			       number == 358 ? (u32)READ_UNTYPED(x86, cx) :
					       NOT_EXEC;
		return number == 59  ? READ_UNTYPED(x86, di) :
		       number == 322 ? READ_UNTYPED(x86, si) :
				       NOT_EXEC;
	}
	if (bpf_core_field_exists(arm64->syscallno)) {
		int number = READ_UNTYPED(arm64, syscallno);

		/* The result is in regs[0] already. */
		if (READ(task, thread_info.flags) >> TIF_32BIT & 1)
			return number == 11  ? (u32)READ_UNTYPED(arm64, orig_x0) :
			       number == 387 ? (u32)READ_UNTYPED(arm64, regs[1]) :
					       NOT_EXEC;
		return number == 221 ? READ_UNTYPED(arm64, orig_x0) :
		       number == 281 ? READ_UNTYPED(arm64, regs[1]) :
				       NOT_EXEC;
	}
	return NOT_EXEC;
}

static __always_inline int on_sys_exit(struct task_struct *task, void *regs, long result)
{
	u64 filename;
	u32 zero = 0;

	if (result >= 0 || result <= -ERESTARTSYS)
		return 0;
	filename = exec_filename(task, regs);
	if (filename == NOT_EXEC)
		return 0;

	struct task_struct *leader = READ(task, group_leader);
	struct exec_scratch *s = bpf_map_lookup_elem(&fail_scratch, &zero);
	pid_t pid = pid_of(leader);

	if (!s || !is_wanted(leader, pid))
		return 0;

	struct exec_record *e = &s->record;

	fill_header(&e->header, EVENT_FAILED, pid, leader, bpf_ktime_get_boot_ns());
	e->error = -result;
	e->args_len = 0;

	u64 len = add_details((void *)s->rest, leader);
	u64 name_len = bpf_probe_read_user_str(s->rest + len, FILENAME_MAX_LEN, (void *)filename);

	len += end_filename(e, s->rest + len, name_len);
	send(s, sizeof(*e) + len, &lost.other);
	return 0;
}

SEC("tp_btf/sys_exit")
int handle_sys_exit(u64 *ctx)
{
	return on_sys_exit(bpf_get_current_task_btf(), (void *)ctx[0], ctx[1]);
}

SEC("raw_tp/sys_exit")
int handle_sys_exit_raw(u64 *ctx)
{
	return on_sys_exit(current_task(), (void *)ctx[0], ctx[1]);
}

#endif
