/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * usage: asuser UID...
 *
 * For each user a process that becomes that user and calls exec.  One real UID,
 * so a process that is only effectively another's counts as the real one's.
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
