/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
#ifndef SKIPPED_H
#define SKIPPED_H

#include <bpf/libbpf.h>

/*
 * How often the kernel did not call a handler, since it would have interrupted
 * itself.  That happens since Linux 7, where handlers can be preempted.  Each handler
 * is one of two programs, of which the other is not loaded.
 */
unsigned long long skipped(const struct bpf_program *typed, const struct bpf_program *classic);

#endif
