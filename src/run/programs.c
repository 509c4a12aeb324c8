/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* See programs.h. */
#include <bpf/bpf.h>

#include "run/programs.h"

void autoload(struct bpf_program *typed, struct bpf_program *other, bool use_typed, bool needed)
{
	bpf_program__set_autoload(typed, needed && use_typed);
	bpf_program__set_autoload(other, needed && !use_typed);
}

static unsigned long long misses(const struct bpf_program *program)
{
	struct bpf_prog_info info = {};
	unsigned int len = sizeof(info);
	int fd = bpf_program__fd(program);

	/* Without privileges Linux 5.10 does not report it; it never skips any. */
	if (fd < 0 || bpf_obj_get_info_by_fd(fd, &info, &len))
		return 0;
	return info.recursion_misses;
}

unsigned long long skipped(const struct bpf_program *typed, const struct bpf_program *other)
{
	return misses(typed) + misses(other);
}
