/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * usage: threadexec [late]
 *
 * exec by a thread that is not the leader.  The thread gets the leader's PID, and the
 * leader disappears without an end of the process: one EXEC, one EXIT, and nothing for
 * the thread's own ID.  With "late", the leader has ended before that.
 */
#include "workload.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <sys/mman.h>

#define PAUSE (100 * MS)
#define LIFE  40 /* ms */

static _Atomic pid_t *thread_id; /* shared with the parent */
static const char *path;

static void *call_exec(void *arg)
{
	char life[12];

	(void)arg;
	*thread_id = syscall(SYS_gettid);
	sleep_ns(PAUSE);
	snprintf(life, sizeof(life), "%d", LIFE);
	execl(path, "child", "4", life, (char *)NULL);
	err(1, "%s", path);
}

int main(int argc, char **argv)
{
	bool late = argc > 1 && strcmp(argv[1], "late") == 0;
	u64 before = now();
	pthread_t thread;
	pid_t pid;
	int status;

	path = sibling("child");
	thread_id = mmap(NULL, sizeof(*thread_id), PROT_READ | PROT_WRITE,
			 MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (thread_id == MAP_FAILED)
		err(1, "mmap");
	pid = fork_clean();
	if (pid == 0) {
		if (pthread_create(&thread, NULL, call_exec, NULL))
			errx(1, "pthread_create");
		if (late)
			syscall(SYS_exit, 1);
		for (;;)
			pause();
	}
	status = wait_for(pid);
	expect_exec(pid, getpid(), "child", path);
	expect_exit(pid, getpid(), "child", status, LIFE * MS, now() - before - PAUSE);
	expect_none(*thread_id);
	return 0;
}
