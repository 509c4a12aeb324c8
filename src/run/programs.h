/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Each handler is in two programs: one for typed kernel pointers, one for the others. */
#ifndef PROGRAMS_H
#define PROGRAMS_H

#include <stdbool.h>

#include <bpf/libbpf.h>

/* One of the two will be loaded, if the run needs the handler. */
void autoload(struct bpf_program *typed, struct bpf_program *other, bool use_typed, bool needed);

/*
 * How often the kernel skipped a handler because it would have interrupted
 * itself.  This happens since Linux 7, where handlers can be preempted.
 */
unsigned long long skipped(const struct bpf_program *typed, const struct bpf_program *other);

#endif
