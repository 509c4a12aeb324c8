/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* usage: storm COUNT PATH.  Runs PATH COUNT times, one after the other, as fast as possible. */
#include "workload.h"

#include <spawn.h>

int main(int argc, char **argv)
{
	char *args[] = { "storm", NULL }, *none[] = { NULL };
	const char *comm;

	if (argc != 3)
		errx(2, "usage: storm COUNT PATH");
	comm = strrchr(argv[2], '/') + 1;
	for (int n = atoi(argv[1]); n > 0; n--) {
		u64 before = now();
		pid_t pid;
		int status;

		if (posix_spawn(&pid, argv[2], NULL, NULL, args, none))
			errx(1, "posix_spawn %s", argv[2]);
		status = wait_for(pid);
		expect_exec(pid, getpid(), comm, argv[2]);
		expect_exit(pid, getpid(), comm, status, 0, now() - before);
	}
	return 0;
}
