/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * usage: spaced COUNT MS
 *
 * COUNT processes, MS apart.  Prints for each "PID TIME", the us of
 * CLOCK_BOOTTIME at which its parent knew of its end: the tracer's line should
 * be there at that moment or soon after.  stamp.c tells when it came.
 */
#include "workload.h"

int main(int argc, char **argv)
{
	if (argc != 3)
		errx(2, "usage: spaced COUNT MS");
	for (int n = atoi(argv[1]); n > 0; n--) {
		pid_t pid = fork_clean();

		if (pid == 0)
			_exit(0);
		wait_for(pid);
		printf("%d %llu\n", pid, now() / 1000);
		sleep_ns(atoi(argv[2]) * MS);
	}
	return 0;
}
