/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * The same two handlers as classic tracepoint programs, for kernels without BTF:
 * they are attached through tracefs, and kernel pointers are untyped.
 *
 * They return 1.  Programs of this kind also filter events for perf: if one returns 0,
 * the event is hidden from every perf(1) on the machine that counts the tracepoint.
 */
#ifndef CLASSIC_BPF_H
#define CLASSIC_BPF_H

SEC("tp/sched/sched_process_exec")
int handle_exec_tp(struct trace_event_raw_sched_process_exec *ctx)
{
	/* Lower half: the offset of the string in the record; upper half: its length. */
	const char *filename = (void *)ctx + (ctx->__data_loc_filename & 0xffff);

	on_exec(current_task(), filename);
	return 1;
}

SEC("tp/sched/sched_process_exit")
int handle_exit_tp(struct trace_event_raw_sched_process_exit___group_dead *ctx)
{
	struct task_struct *task = current_task();

	bool last = bpf_core_field_exists(ctx->group_dead) ? ctx->group_dead : is_last_thread(task);

	if (last)
		on_exit(task);
	return 1;
}

#endif
