// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * READ_UNTYPED, which READ uses where pointers are untyped, with members that are
 * smaller in the kernel than here, like pointers in a 32-bit kernel: a task whose IDs
 * are declared with 8 bytes but have 4.
 */
#include "bpf/task.bpf.h"

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)
struct task_struct___wide {
	u64 pid;
	u64 tgid;
};
#pragma clang attribute pop

unsigned long long read_tgid, read_pid, pid_tgid;

SEC("raw_tp/sched_process_exit")
int read_members(void *ctx)
{
	struct task_struct___wide *task = (void *)bpf_get_current_task();

	(void)ctx;
	pid_tgid = bpf_get_current_pid_tgid();
	read_tgid = READ_UNTYPED(task, tgid);
	read_pid = READ_UNTYPED(task, pid);
	return 0;
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
