// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * usage: member [BTF]
 *
 * Runs member.bpf.c once, on this process, and compares the result with getpid(2).
 */
#include <err.h>
#include <stdio.h>
#include <unistd.h>
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include "bootstrap.h"
#include "bpf/filter.h"
#include "member.skel.h"

int main(int argc, char **argv)
{
	LIBBPF_OPTS(bpf_object_open_opts, open, .btf_custom_path = argc > 1 ? argv[1] : NULL);
	LIBBPF_OPTS(bpf_test_run_opts, run);
	struct member_bpf *skel = member_bpf__open_opts(&open);
	unsigned long long pid = (unsigned long long)getpid();

	if (!skel)
		err(1, "open");
	if (member_bpf__load(skel))
		errx(1, "load");
	if (bpf_prog_test_run_opts(bpf_program__fd(skel->progs.read_members), &run))
		err(1, "run");
	printf("PID %llu: read %#llx, %#llx; the helper: %#llx\n", pid,
	       (unsigned long long)skel->bss->read_tgid,
	       (unsigned long long)skel->bss->read_pid,
	       (unsigned long long)skel->bss->pid_tgid);
	return skel->bss->read_tgid != pid || skel->bss->read_pid != pid ||
	       skel->bss->pid_tgid != (pid << 32 | pid);
}
