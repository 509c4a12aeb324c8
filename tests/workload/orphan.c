/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * usage: orphan [reaper]
 *
 * A process whose parent ends first: its EXEC has the parent's PID, its EXIT the PID of
 * the process that adopted it, which is init or, with "reaper", this process.
 */
#include "workload.h"

#include <sys/prctl.h>

/* The orphan: reports its PID and that of its new parent. */
static int orphan(int out, int parent_gone, int execed)
{
	pid_t ids[2];
	char c;

	close(execed); /* now that the exec is over, the parent may end */
	if (read(parent_gone, &c, 1) != 0) /* end of file: the parent has gone */
		return 1;
	while (getppid() == atoi(getenv("PARENT"))) /* it closes its files before we get a new parent */
		sleep_ns(MS);
	ids[0] = getpid();
	ids[1] = getppid();
	return write(out, ids, sizeof(ids)) == sizeof(ids) ? 5 : 1;
}

int main(int argc, char **argv)
{
	int alive[2], report[2], status;
	u64 before = now();
	pid_t parent, ids[2];
	char c, number[12];

	if (argc == 4)
		return orphan(atoi(argv[1]), atoi(argv[2]), atoi(argv[3]));
	if (argc > 1)
		prctl(PR_SET_CHILD_SUBREAPER, 1);
	if (pipe(report))
		err(1, "pipe");
	parent = fork_clean();
	if (parent == 0) {
		char out[12], in[12], begun[12];
		int execed[2];

		snprintf(number, sizeof(number), "%d", getpid());
		setenv("PARENT", number, 1);
		if (pipe(alive) || pipe(execed))
			err(1, "pipe");
		if (fork_clean() == 0) {
			close(alive[1]);
			close(execed[0]);
			snprintf(out, sizeof(out), "%d", report[1]);
			snprintf(in, sizeof(in), "%d", alive[0]);
			snprintf(begun, sizeof(begun), "%d", execed[1]);
			execl(sibling("orphan"), "orphan", out, in, begun, (char *)NULL);
			_exit(1);
		}
		close(execed[1]);
		_exit(read(execed[0], &c, 1) == 0 ? 2 : 1);
	}
	status = wait_for(parent);
	expect_exit(parent, getpid(), "orphan", status, 0, now() - before);
	close(report[1]);
	if (read(report[0], ids, sizeof(ids)) != sizeof(ids))
		errx(1, "the orphan did not report its PID");
	expect_exec(ids[0], parent, "orphan", sibling("orphan"));
	/* Its end closes the pipe.  That it got this far shows its status. */
	while (read(report[0], &c, 1) > 0)
		;
	status = 5 << 8;
	if (argc > 1 && wait_for(ids[0]) != status)
		errx(1, "the orphan did not end with 5");
	expect_exit(ids[0], ids[1], "orphan", status, 0, now() - before);
	return 0;
}
