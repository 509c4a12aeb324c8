/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * usage: leaderfirst group|alone|killed
 *
 * The leader thread exits at once with code 1, the process 120 ms later, when its other
 * thread ends: by exit_group(7), by its own exit(9), or killed.  That thread changes its
 * name; the process keeps the leader's name.
 */
#include "workload.h"

#include <pthread.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <sys/prctl.h>

#define LIFE (120 * MS)

static const char *how;
static _Atomic pid_t *thread_id; /* shared with the parent */

static void *outlive(void *arg)
{
	(void)arg;
	prctl(PR_SET_NAME, "not-the-process");
	*thread_id = syscall(SYS_gettid);
	sleep_ns(LIFE);
	if (strcmp(how, "group") == 0)
		syscall(SYS_exit_group, 7);
	if (strcmp(how, "killed") == 0)
		kill(getpid(), SIGKILL);
	syscall(SYS_exit, 9);
	return NULL;
}

int main(int argc, char **argv)
{
	u64 before = now();
	pthread_t thread;
	pid_t pid;
	int status;

	if (argc != 2)
		errx(2, "usage: leaderfirst group|alone|killed");
	how = argv[1];
	thread_id = mmap(NULL, sizeof(*thread_id), PROT_READ | PROT_WRITE,
			 MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (thread_id == MAP_FAILED)
		err(1, "mmap");
	pid = fork_clean();
	if (pid == 0) {
		if (pthread_create(&thread, NULL, outlive, NULL))
			errx(1, "pthread_create");
		syscall(SYS_exit, 1);
	}
	status = wait_for(pid);
	expect_exit(pid, getpid(), "leaderfirst", status, LIFE, now() - before);
	expect_none(*thread_id);
	return 0;
}
