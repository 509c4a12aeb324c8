/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * usage: bpfstats COMMAND [ARG...]
 *
 * Makes the kernel measure the run time of all BPF programs while COMMAND runs.
 * The statistics are on while the descriptor is open, so they end with COMMAND in
 * any case.  Root only.
 */
#include <err.h>
#include <linux/bpf.h>
#include <sys/syscall.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	union bpf_attr attr = { .enable_stats.type = BPF_STATS_RUN_TIME };

	if (argc < 2)
		errx(2, "usage: bpfstats COMMAND [ARG...]");
	/* The kernel opens it with O_CLOEXEC. */
	int fd = (int)syscall(SYS_bpf, BPF_ENABLE_STATS, &attr, sizeof(attr));

	if (fd < 0 || dup(fd) < 0)
		err(1, "cannot enable the statistics");
	execvp(argv[1], argv + 1);
	err(1, "%s", argv[1]);
}
