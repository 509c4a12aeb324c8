/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * The kernel side of NAME: a handler that runs whenever a signal is sent.
 *
 * Another tracepoint?  `sudo bpftool btf dump file /sys/kernel/btf/vmlinux format c |
 * grep btf_trace_` lists them with their arguments.  A type that vmlinux.h lacks?
 * Add the members that you read, or build with GEN_VMLINUX_H=1.
 */
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include "NAME.h"

#define SIGCHLD 17 /* asm-generic/signal.h */

char LICENSE[] SEC("license") = "Dual BSD/GPL";

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 256 << 10);
} rb SEC(".maps");

/* ctx: (int sig, struct kernel_siginfo *info, struct task_struct *task, int group, int result) */
SEC("tp_btf/signal_generate")
int handle_signal(u64 *ctx)
{
	struct task_struct *receiver = (void *)ctx[2];
	struct sent_signal *e;

	/* Put filters here, before anything is sent: every process that ends sends a SIGCHLD. */
	if ((int)ctx[0] == SIGCHLD)
		return 0;
	e = bpf_ringbuf_reserve(&rb, sizeof(*e), 0);
	if (!e) /* the ring is full: count it in a tool that must not lose anything */
		return 0;
	e->signal = (int)ctx[0];
	e->sender = bpf_get_current_pid_tgid() >> 32;
	e->receiver = receiver->tgid;
	bpf_get_current_comm(e->comm, sizeof(e->comm));
	bpf_ringbuf_submit(e, 0);
	return 0;
}
