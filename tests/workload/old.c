/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * usage: old READY GO
 *
 * Two processes that are older than the tracer, one of which called exec before the
 * tracer started.  Creates the file READY when they run, and ends them when the FIFO GO
 * is opened for writing.  Their durations must count from their creation.
 */
#include "workload.h"

#include <fcntl.h>

#define PAUSE (200 * MS) /* before the second one's exec */

int main(int argc, char **argv)
{
	int go[2], exec_done[2], status;
	u64 before = now(), born, ended;
	pid_t forked, execed;
	char c;

	if (argc == 2) /* the second one, after its exec */
		return read(0, &c, 1) == 0 ? 12 : 1;
	if (argc != 3)
		errx(2, "usage: old READY GO");
	if (pipe(go))
		err(1, "pipe");
	alarm(120); /* if the tracer never starts: our end of the pipe is closed with us */
	forked = fork_clean();
	if (forked == 0) {
		close(go[1]);
		_exit(read(go[0], &c, 1) == 0 ? 11 : 1);
	}
	if (pipe2(exec_done, O_CLOEXEC))
		err(1, "pipe");
	execed = fork_clean();
	if (execed == 0) {
		sleep_ns(PAUSE);
		dup2(go[0], 0);
		close(go[0]);
		close(go[1]);
		execl("/proc/self/exe", "old", "again", (char *)NULL);
		err(1, "exec");
	}
	born = now();
	close(exec_done[1]);
	if (read(exec_done[0], &c, 1) != 0)
		err(1, "read");
	if (open(argv[1], O_WRONLY | O_CREAT, 0600) < 0 || open(argv[2], O_RDONLY) < 0)
		err(1, "%s %s", argv[1], argv[2]);
	ended = now();
	close(go[1]);
	status = wait_for(forked);
	expect_exit(forked, getpid(), "old", status, ended - born, now() - before);
	status = wait_for(execed);
	expect_exit(execed, getpid(), "exe", status, ended - born, now() - before);
	return 0;
}
