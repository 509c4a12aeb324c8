/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* usage: reexec.  One PID, three programs: fork, exec, exec again.  The duration counts from the last. */
#include "workload.h"

#define PAUSE (100 * MS) /* before each exec */
#define LIFE  40         /* ms after the last */

int main(int argc, char **argv)
{
	u64 before = now();
	char self[PATH_MAX], life[12];
	pid_t pid;
	int status;

	if (argc > 1) {
		sleep_ns(PAUSE);
		snprintf(life, sizeof(life), "%d", LIFE);
		execl(sibling("child"), "child", "5", life, (char *)NULL);
		err(1, "child");
	}
	snprintf(self, sizeof(self), "%s", sibling("reexec"));
	pid = fork_clean();
	if (pid == 0) {
		sleep_ns(PAUSE);
		execl(self, argv[0], "again", (char *)NULL);
		err(1, "%s", self);
	}
	status = wait_for(pid);
	expect_exec(pid, getpid(), "reexec", self);
	expect_exec(pid, getpid(), "child", sibling("child"));
	expect_exit(pid, getpid(), "child", status, LIFE * MS, now() - before - 2 * PAUSE);
	return 0;
}
