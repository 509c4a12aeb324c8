/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * usage: asuser UID...
 *
 * For each user, a process that changes to that user and calls exec.  A process with
 * another effective UID only counts as a process of its real UID.
 */
#include "workload.h"

int main(int argc, char **argv)
{
	const char *child = sibling("child");

	for (int i = 1; i < argc; i++) {
		u64 before = now();
		pid_t pid = fork_clean();
		int status;

		if (pid == 0) {
			uid_t uid = atoi(argv[i]);

			if (setresuid(uid, uid, 0))
				err(1, "setresuid");
			execl(child, "child", "9", (char *)NULL);
			err(1, "%s", child);
		}
		status = wait_for(pid);
		expect_exec(pid, getpid(), "child", child);
		expect_exit(pid, getpid(), "child", status, 0, now() - before);
	}
	return 0;
}
