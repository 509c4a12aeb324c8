/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* usage: failexec NOT-THERE NOT-EXECUTABLE NOT-A-PROGRAM.  Three execs that fail differently. */
#include "workload.h"

int main(int argc, char **argv)
{
	const int expected[] = { ENOENT, EACCES, ENOEXEC };
	u64 before = now();
	pid_t pid;
	int status;

	if (argc != 4)
		errx(2, "usage: failexec NOT-THERE NOT-EXECUTABLE NOT-A-PROGRAM");
	pid = fork_clean();
	if (pid == 0) {
		for (int i = 0; i < 3; i++) {
			execl(argv[i + 1], argv[i + 1], (char *)NULL);
			if (errno != expected[i])
				err(1, "%s", argv[i + 1]);
		}
		_exit(127);
	}
	status = wait_for(pid);
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 127)
		errx(1, "not all failed as expected: status %#x", status);
	expect_exit(pid, getpid(), "failexec", status, 0, now() - before);
	return 0;
}
