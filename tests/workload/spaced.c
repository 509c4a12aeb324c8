/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * usage: spaced COUNT MS
 *
 * COUNT processes, MS apart.  Prints "PID TIME" for each: the us of CLOCK_BOOTTIME at
 * which its parent noticed its end.  The tracer's line should arrive at that time or
 * soon after; stamp.c shows when it arrived.
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
