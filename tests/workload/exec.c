/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * usage: exec PATH [ARG...]
 *
 * fork, a pause, exec.  The pause is long enough to distinguish a duration that counts
 * from the exec and one that counts from the fork.
 */
#include "workload.h"

#define PAUSE (100 * MS)

int main(int argc, char **argv)
{
	u64 before = now();
	pid_t pid = fork_clean();
	char comm[16]; /* truncated as in the kernel */
	const char *slash;
	int status;

	if (argc < 2)
		errx(2, "usage: exec PATH [ARG...]");
	if (pid == 0) {
		sleep_ns(PAUSE);
		execv(argv[1], argv + 1);
		err(1, "%s", argv[1]);
	}
	status = wait_for(pid);
	slash = strrchr(argv[1], '/');
	snprintf(comm, sizeof(comm), "%s", slash ? slash + 1 : argv[1]);
	expect_exec(pid, getpid(), comm, argv[1]);
	expect_exit(pid, getpid(), comm, status, 0, now() - before - PAUSE);
	return 0;
}
