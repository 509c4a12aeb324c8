/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* usage: lives MS...  Parallel processes that live that long and never call exec. */
#include "workload.h"

int main(int argc, char **argv)
{
	u64 before = now();
	pid_t pids[argc];

	for (int i = 1; i < argc; i++) {
		pids[i] = fork_clean();
		if (pids[i] == 0) {
			sleep_ns(atoi(argv[i]) * MS);
			_exit(i);
		}
	}
	for (int i = 1; i < argc; i++) {
		int status = wait_for(pids[i]);

		expect_exit(pids[i], getpid(), "lives", status, atoi(argv[i]) * MS, now() - before);
	}
	return 0;
}
