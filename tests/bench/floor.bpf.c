/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * The minimum cost of a tracer with this design: two programs that store a time in a
 * hash map, look it up and delete it, read the clock once each, and put a record of
 * the usual size on the ring, without a wake-up.  And two programs that do nothing.
 */
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>

#define RECORD_SIZE    64
#define RB_NO_WAKEUP   1 /* BPF_RB_NO_WAKEUP, linux/bpf.h */

char LICENSE[] SEC("license") = "Dual BSD/GPL";

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 65536);
	__type(key, pid_t);
	__type(value, u64);
} start SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 16 << 20);
} rb SEC(".maps");

SEC("tp_btf/sched_process_exec")
int floor_exec(u64 *ctx)
{
	struct task_struct *task = (void *)ctx[0];
	u64 record[RECORD_SIZE / 8] = { bpf_ktime_get_boot_ns() };
	pid_t pid = task->tgid;

	bpf_map_update_elem(&start, &pid, record, BPF_ANY);
	bpf_ringbuf_output(&rb, record, sizeof(record), RB_NO_WAKEUP);
	return 0;
}

SEC("tp_btf/sched_process_exit")
int floor_exit(u64 *ctx)
{
	struct task_struct *task = (void *)ctx[0];
	u64 record[RECORD_SIZE / 8] = { bpf_ktime_get_boot_ns() };
	pid_t pid = task->tgid;
	u64 *time = bpf_map_lookup_elem(&start, &pid);

	if (task->pid != pid)
		return 0;
	if (time) {
		record[0] -= *time;
		bpf_map_delete_elem(&start, &pid);
	}
	bpf_ringbuf_output(&rb, record, sizeof(record), RB_NO_WAKEUP);
	return 0;
}

SEC("tp_btf/sched_process_exec")
int empty_exec(u64 *ctx)
{
	return 0;
}

SEC("tp_btf/sched_process_exit")
int empty_exit(u64 *ctx)
{
	return 0;
}
