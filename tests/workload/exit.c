/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* usage: exit FIRST LAST.  One process for each exit code, which never calls exec. */
#include "workload.h"

int main(int argc, char **argv)
{
	if (argc != 3)
		errx(2, "usage: exit FIRST LAST");
	for (int code = atoi(argv[1]); code <= atoi(argv[2]); code++) {
		u64 before = now();
		pid_t pid = fork_clean();
		int status;

		if (pid == 0)
			_exit(code);
		status = wait_for(pid);
		if (!WIFEXITED(status) || WEXITSTATUS(status) != code)
			errx(1, "exit code %d came back as status %#x", code, status);
		expect_exit(pid, getpid(), "exit", status, 0, now() - before);
	}
	return 0;
}
