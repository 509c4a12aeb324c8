/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * usage: family ROOT GO
 *
 * A running process and its descendants, for a tracer that should follow them: writes
 * the first one's PID to the file ROOT when all of them run, and continues when the
 * FIFO GO is opened for writing.
 *
 *   outsider       not in the family: no line
 *   root           forks an exec at the end
 *     father       waits for its child
 *       son        forks an exec, and a daemon that it leaves to another parent
 *         daemon   forks an exec when its parent is gone
 */
#include "workload.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/prctl.h>

enum { OUTSIDER, ROOT, FATHER, SON, DAEMON, ROOT_EXEC, SON_EXEC, DAEMON_EXEC, PROCESSES };

static struct {
	pid_t pid, ppid; /* its parent at the end */
	int status;
} *all; /* shared */

static int go[2], ready[2];

/* Waits until all processes may continue. */
static void hold(void)
{
	char c;

	close(go[1]);
	close(ready[1]);
	if (read(go[0], &c, 1) != 0)
		_exit(1);
}

static pid_t begin(int who)
{
	pid_t pid = fork_clean();

	if (pid == 0) {
		all[who].pid = getpid();
		all[who].ppid = getppid();
	}
	return pid;
}

static void run(int who)
{
	pid_t pid = begin(who);

	if (pid == 0) {
		execl(sibling("child"), "child", "1", (char *)NULL);
		_exit(127);
	}
	all[who].status = wait_for(pid);
}

static void be_daemon(pid_t parent)
{
	hold();
	while (getppid() == parent)
		sleep_ns(MS);
	all[DAEMON].ppid = getppid();
	run(DAEMON_EXEC);
	_exit(5);
}

static void be_son(void)
{
	pid_t self = getpid();

	if (begin(DAEMON) == 0)
		be_daemon(self);
	hold();
	run(SON_EXEC);
	_exit(4);
}

static void be_father(void)
{
	pid_t son = begin(SON);

	if (son == 0)
		be_son();
	hold();
	all[SON].status = wait_for(son);
	_exit(3);
}

static void be_root(void)
{
	pid_t father = begin(FATHER);

	if (father == 0)
		be_father();
	hold();
	all[FATHER].status = wait_for(father);
	run(ROOT_EXEC);
	_exit(2);
}

int main(int argc, char **argv)
{
	u64 before = now();
	pid_t outsider, root, pid;
	char c;
	int file, status;

	if (argc != 3)
		errx(2, "usage: family ROOT GO");
	all = mmap(NULL, PROCESSES * sizeof(*all), PROT_READ | PROT_WRITE,
		   MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (all == MAP_FAILED || pipe(go) || pipe(ready))
		err(1, "prepare");
	prctl(PR_SET_CHILD_SUBREAPER, 1); /* so that we get the daemon's status */
	alarm(120); /* if the tracer never starts: our end of the pipe is closed with us */
	outsider = begin(OUTSIDER);
	if (outsider == 0) {
		hold();
		_exit(1);
	}
	root = begin(ROOT);
	if (root == 0)
		be_root();
	close(ready[1]);
	if (read(ready[0], &c, 1) != 0) /* end of file: all of them are waiting */
		err(1, "ready");
	file = open(argv[1], O_WRONLY | O_CREAT, 0600);
	if (file < 0 || dprintf(file, "%d\n", root) < 0 || open(argv[2], O_RDONLY) < 0)
		err(1, "%s %s", argv[1], argv[2]);
	close(go[1]);
	while ((pid = waitpid(-1, &status, 0)) > 0)
		for (int i = 0; i < PROCESSES; i++)
			if (all[i].pid == pid)
				all[i].status = status;
	for (int i = ROOT; i < PROCESSES; i++) {
		const char *comm = i >= ROOT_EXEC ? "child" : "family";

		if (i >= ROOT_EXEC)
			expect_exec(all[i].pid, all[i].ppid, comm, sibling("child"));
		expect_exit(all[i].pid, all[i].ppid, comm, all[i].status, 0, now() - before);
	}
	expect_none(all[OUTSIDER].pid);
	return 0;
}
