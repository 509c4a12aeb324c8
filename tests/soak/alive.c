/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * usage: alive COUNT PROGRAM
 *
 * Keeps COUNT processes of PROGRAM, which is stay.c, alive at once, and kills them at
 * the end of standard input.  Prints "ready" to stderr when all run, and the expected
 * lines to stdout.
 */
#include "workload.h"

#include <fcntl.h>
#include <spawn.h>

struct process {
	pid_t pid;
	u64 before, after; /* the exec was in between */
	u64 killed;
};

/*
 * Starts one and returns when its exec is done.  The return of vfork in the parent is
 * not enough: the kernel wakes the parent before the exec's tracepoint.
 */
static int start(struct process *p, const char *path)
{
	char *args[] = { "stay", NULL }, *none[] = { NULL }, c;
	static posix_spawn_file_actions_t actions;
	static int ready[2];

	if (!ready[1]) {
		if (pipe2(ready, O_CLOEXEC))
			err(1, "pipe");
		posix_spawn_file_actions_init(&actions);
		posix_spawn_file_actions_adddup2(&actions, ready[1], STDOUT_FILENO);
	}
	p->before = now();
	errno = posix_spawn(&p->pid, path, &actions, NULL, args, none);
	if (errno || read(ready[0], &c, 1) != 1)
		return -1;
	p->after = now();
	return 0;
}

int main(int argc, char **argv)
{
	int n = argc == 3 ? atoi(argv[1]) : 0;
	struct process *p = calloc(n + 1, sizeof(*p));
	char c;

	if (n < 1 || !p)
		errx(2, "usage: alive COUNT PROGRAM");
	for (int i = 0; i < n; i++) {
		if (start(&p[i], argv[2])) {
			warn("only %d of %d processes", i, n);
			while (i--)
				kill(p[i].pid, SIGKILL);
			return 1;
		}
	}
	fputs("ready\n", stderr);
	while (read(0, &c, 1) > 0)
		;
	for (int i = 0; i < n; i++) {
		p[i].killed = now();
		kill(p[i].pid, SIGKILL);
	}
	for (int i = 0; i < n; i++) {
		int status = wait_for(p[i].pid);
		const char *comm = strrchr(argv[2], '/') + 1;

		expect_exec(p[i].pid, getpid(), comm, argv[2]);
		expect_exit(p[i].pid, getpid(), comm, status, p[i].killed - p[i].after,
			    now() - p[i].before);
	}
	return 0;
}
