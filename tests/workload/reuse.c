/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * usage: reuse ROUNDS PATH
 *
 * Pairs of processes with the same PID, one directly after the other: the first calls
 * exec and then lives for a while, the second never calls exec.  The duration of the
 * second must not count from the exec of the first.
 */
#include "workload.h"

#define LIFE_MS 50

int main(int argc, char **argv)
{
	pid_t pid = 0;
	int status;

	if (argc != 3)
		errx(2, "usage: reuse ROUNDS PATH");
	for (int n = atoi(argv[1]); n > 0; n--) {
		u64 before = now(), gone;
		pid_t first = fork_as(0);

		if (first < 0)
			err(1, "clone3");
		if (first == 0) {
			char ms[8];

			snprintf(ms, sizeof(ms), "%d", LIFE_MS);
			execl(argv[2], argv[2], "1", ms, (char *)NULL);
			_exit(127);
		}
		status = wait_for(first);
		gone = now();
		pid = fork_as(first);
		if (pid == 0)
			_exit(2);
		if (pid < 0)
			err(1, "clone3: PID %d", first); /* another process has it now */
		expect_exec(first, getpid(), strrchr(argv[2], '/') + 1, argv[2]);
		expect_exit(first, getpid(), strrchr(argv[2], '/') + 1, status, LIFE_MS * MS, gone - before);
		status = wait_for(pid);
		expect_exit(pid, getpid(), "reuse", status, 0, now() - gone);
	}
	return 0;
}
