/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * usage: killed [core]
 *
 * For each fatal signal, a process that dies of it; with "core", core dumps are allowed.
 * wait4(2) shows whether there was one.
 */
#include "workload.h"

#include <sys/resource.h>

int main(int argc, char **argv)
{
	rlim_t size = argc > 1 && strcmp(argv[1], "core") == 0 ? 16 << 20 : 0;

	for (size_t i = 0; i < FATAL_SIGNALS; i++) {
		int number = fatal_signals[i].number;
		u64 before = now();
		pid_t pid = fork_clean();
		int status;

		if (pid == 0) {
			setrlimit(RLIMIT_CORE, &(struct rlimit){ size, size });
			signal(number, SIG_DFL); /* the shell may have ignored it */
			kill(getpid(), number);
			_exit(1);
		}
		status = wait_for(pid);
		if (!WIFSIGNALED(status) || WTERMSIG(status) != number)
			errx(1, "signal %d came back as status %#x", number, status);
		expect_exit(pid, getpid(), "killed", status, 0, now() - before);
	}
	return 0;
}
