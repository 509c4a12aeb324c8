/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * usage: races KIND COUNT [THREADS]
 *
 * COUNT processes of 16 (or THREADS) threads, including the leader, that all end at the
 * same time:
 *   group   each calls exit_group with its own code; one of them wins
 *   alone   each exits by itself with its own code
 *   mixed   every third calls exit_group, the others exit by themselves
 *   killed  each exits by itself while SIGKILL arrives
 *   exec    the last calls exec, the others exit by themselves
 * One EXIT for each process, with the status that wait4(2) returns.
 */
#include "workload.h"

#include <pthread.h>
#include <stdbool.h>

static const char *kind, *path;
static int threads = 16;
static pthread_barrier_t together;

static bool is(const char *name)
{
	return strcmp(kind, name) == 0;
}

static void *end(void *number)
{
	int i = (int)(long)number;

	pthread_barrier_wait(&together);
	if (is("group") || (is("mixed") && i % 3 == 1))
		syscall(SYS_exit_group, 10 + i);
	if (is("killed") && i == threads - 1)
		kill(getpid(), SIGKILL);
	if (is("exec") && i == threads - 1)
		execl(path, "child", "3", (char *)NULL);
	syscall(SYS_exit, 10 + i);
	return NULL;
}

static void run_threads(void)
{
	pthread_attr_t small;
	pthread_t thread;

	pthread_attr_init(&small);
	pthread_attr_setstacksize(&small, 64 << 10);
	pthread_barrier_init(&together, NULL, threads);
	for (long i = 1; i < threads; i++)
		if (pthread_create(&thread, &small, end, (void *)i))
			errx(1, "pthread_create");
	end((void *)0);
}

int main(int argc, char **argv)
{
	if (argc < 3)
		errx(2, "usage: races KIND COUNT [THREADS]");
	kind = argv[1];
	threads = argc > 3 ? atoi(argv[3]) : threads;
	path = sibling("child");
	for (int n = atoi(argv[2]); n > 0; n--) {
		u64 before = now();
		pid_t pid = fork_clean();
		int status;

		if (pid == 0)
			run_threads();
		status = wait_for(pid);
		if (is("exec"))
			expect_exec(pid, getpid(), "child", path);
		expect_exit(pid, getpid(), is("exec") ? "child" : "races", status, 0,
			    now() - before);
	}
	return 0;
}
