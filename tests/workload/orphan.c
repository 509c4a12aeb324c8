/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * usage: orphan [reaper]
 *
 * A process whose parent ends before it: its EXEC has the parent's PID, its EXIT
 * that of whoever has adopted it, which is init or, with "reaper", this one.
 */
#include "workload.h"

#include <sys/prctl.h>

/* The orphan: tells who it is and who adopted it. */
static int orphan(int out, int parent_gone, int execed)
{
	pid_t ids[2];
	char c;

	close(execed); /* now that the exec is over, the parent may end */
	if (read(parent_gone, &c, 1) != 0) /* the end of the pipe: the parent is no more */
		return 1;
	while (getppid() == atoi(getenv("PARENT"))) /* it closes its files before it gives us away */
		sleep_ns(MS);
	ids[0] = getpid();
	ids[1] = getppid();
	return write(out, ids, sizeof(ids)) == sizeof(ids) ? 5 : 1;
}

int main(int argc, char **argv)
{
	int alive[2], told[2], status;
	u64 before = now();
	pid_t parent, ids[2];
	char c, number[12];

	if (argc == 4)
		return orphan(atoi(argv[1]), atoi(argv[2]), atoi(argv[3]));
	if (argc > 1)
		prctl(PR_SET_CHILD_SUBREAPER, 1);
	if (pipe(told))
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
			snprintf(out, sizeof(out), "%d", told[1]);
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
	close(told[1]);
	if (read(told[0], ids, sizeof(ids)) != sizeof(ids))
		errx(1, "the orphan has not told its PID");
	expect_exec(ids[0], parent, "orphan", sibling("orphan"));
	/* Its end is the end of the pipe; its status it has told us by getting this far. */
	while (read(told[0], &c, 1) > 0)
		;
	status = 5 << 8;
	if (argc > 1 && wait_for(ids[0]) != status)
		errx(1, "the orphan did not end with 5");
	expect_exit(ids[0], ids[1], "orphan", status, 0, now() - before);
	return 0;
}
