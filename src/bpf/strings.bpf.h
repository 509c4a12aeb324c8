/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* The strings of an exec record: the file name, then the arguments. */
#ifndef STRINGS_BPF_H
#define STRINGS_BPF_H

#include "bootstrap.h"
#include "bpf/details.h"
#include "bpf/task.bpf.h"

/* An exec record under construction: too large for the 512 bytes of BPF's stack. */
struct exec_scratch {
	struct exec_record record;
	char rest[sizeof(struct details) + FILENAME_MAX_LEN + ARGS_MAX];
};

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, u32);
	__type(value, struct exec_scratch);
} scratch SEC(".maps");

/*
 * Each length is clamped by an `if` on a separate unsigned variable: every clang
 * compiles that to code whose bounds the verifier of Linux 5.10 understands.
 * The functions return how many bytes they have written.
 */
/* len is what a helper that copied it returned. */
static __always_inline u64 end_filename(struct exec_record *e, char *to, u64 len)
{
	if (len > FILENAME_MAX_LEN)
		len = 0; /* negative: not readable */
	/* Otherwise clang 15 merges this comparison with the next, which 5.10 cannot verify. */
	barrier_var(len);
	if (len == 0)
		to[len++] = 0;
	if (len == FILENAME_MAX_LEN)
		e->header.flags |= FLAG_FILENAME_TRUNCATED;
	e->filename_len = len;
	return len;
}

static __always_inline u64 copy_filename(struct exec_record *e, char *to, const char *filename)
{
	return end_filename(e, to, bpf_probe_read_kernel_str(to, FILENAME_MAX_LEN, filename));
}

/* After exec they are contiguous at the top of the new program's stack. */
static __always_inline u64 copy_args(struct exec_record *e, char *to, struct task_struct *task)
{
	struct mm_struct *mm = READ(task, mm);
	u64 start = READ(mm, arg_start);
	u64 wanted = READ(mm, arg_end) - start;
	u64 len = wanted;

	if (len > filter.max_args)
		len = filter.max_args;
	if (len > ARGS_MAX)
		len = ARGS_MAX;
	if (len && bpf_probe_read_user(to, len, (void *)start))
		len = 0;
	if (len < wanted)
		e->header.flags |= FLAG_ARGS_TRUNCATED;
	e->args_len = len;
	return len;
}

#endif
