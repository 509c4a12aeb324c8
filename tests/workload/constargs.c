/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * usage: constargs COUNT
 *
 * COUNT new processes that call exec with arguments that are constants of the program,
 * on pages that they have never accessed.  A tracer that reads them when the system call
 * begins gets a page fault.
 */
#include "workload.h"

/* More than a page apart. */
static const char padding_1[8192] = { 1 };
static const char words[] = "constant\0arguments\0of-a-fresh/child";
static const char padding_2[8192] = { 1 };

int main(int argc, char **argv)
{
	static char command_line[PATH_MAX + 64];
	const char *child = sibling("child");
	volatile const char *keep = argc < 0 ? padding_1 : padding_2;

	(void)keep;
	if (argc != 2)
		errx(2, "usage: constargs COUNT");
	snprintf(command_line, sizeof(command_line), "%s (constant) arguments of-a-fresh/child", child);
	for (int n = atoi(argv[1]); n > 0; n--) {
		u64 before = now();
		pid_t pid = fork_clean();
		int status;

		if (pid == 0) {
			execl(child, words, words + 9, words + 19, (char *)NULL);
			_exit(127);
		}
		status = wait_for(pid);
		expect_exec(pid, getpid(), "child", command_line);
		expect_exit(pid, getpid(), "child", status, 0, now() - before);
	}
	return 0;
}
