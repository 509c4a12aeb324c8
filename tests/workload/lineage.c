/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * usage: lineage PIDS GO
 *
 * Five generations, each process the parent of the next.  Writes their PIDs to the file
 * PIDS, oldest first, and then the ID of a second thread of the oldest.  When the FIFO
 * GO is opened for writing, each runs `child N`, where N is its generation, and exits,
 * the youngest first.  Prints the lines of each generation after "N ".
 */
#include "workload.h"

#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <sys/mman.h>

#define GENERATIONS 5

static struct {
	pid_t pid[GENERATIONS], child[GENERATIONS], thread;
	int status[GENERATIONS], child_status[GENERATIONS];
} * all; /* shared */

static int go[2], ready[2];

static void *wait_here(void *arg)
{
	all->thread = syscall(SYS_gettid);
	pause();
	return arg;
}

static void __attribute__((noreturn)) live(int generation)
{
	char text[2] = { (char)('0' + generation), '\0' };
	pthread_t thread;
	pid_t pid, next = 0;
	char c;

	all->pid[generation] = getpid();
	if (generation == 0) {
		pthread_create(&thread, NULL, wait_here, NULL);
		while (!*(volatile pid_t *)&all->thread)
			sched_yield();
	}
	if (generation + 1 < GENERATIONS)
		next = fork_clean();
	if (next == 0 && generation + 1 < GENERATIONS)
		live(generation + 1);
	close(ready[1]);
	close(go[1]);
	if (read(go[0], &c, 1) != 0)
		_exit(1);
	if (next)
		all->status[generation + 1] = wait_for(next);
	pid = fork_clean();
	if (pid == 0) {
		execl(sibling("child"), "child", text, (char *)NULL);
		_exit(127);
	}
	all->child[generation] = pid;
	all->child_status[generation] = wait_for(pid);
	_exit(0);
}

static void wait_for_go(const char *path)
{
	int fd = open(path, O_RDONLY);

	if (fd < 0)
		err(1, "%s", path);
	close(fd);
}

int main(int argc, char **argv)
{
	u64 before = now();
	char c, path[PATH_MAX];
	FILE *pids;

	if (argc != 3)
		errx(2, "usage: lineage PIDS GO");
	all = mmap(NULL, sizeof(*all), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (all == MAP_FAILED || pipe(go) || pipe(ready))
		err(1, "preparing");
	all->pid[0] = fork_clean();
	if (all->pid[0] == 0)
		live(0);
	close(ready[1]);
	if (read(ready[0], &c, 1) != 0) /* all processes have closed it */
		errx(1, "not ready");
	snprintf(path, sizeof(path), "%s.new", argv[1]);
	pids = fopen(path, "w");
	if (!pids)
		err(1, "%s", path);
	for (int i = 0; i < GENERATIONS; i++)
		fprintf(pids, "%d\n", all->pid[i]);
	fprintf(pids, "%d\n", all->thread);
	fclose(pids);
	rename(path, argv[1]);
	wait_for_go(argv[2]);
	close(go[1]);
	all->status[0] = wait_for(all->pid[0]);
	snprintf(path, sizeof(path), "%s", sibling("child"));
	for (int i = 0; i < GENERATIONS; i++) {
		printf("%d ", i);
		expect_exec(all->child[i], all->pid[i], "child", path);
		printf("%d ", i);
		expect_exit(all->child[i], all->pid[i], "child", all->child_status[i], 0,
			    now() - before);
		printf("%d ", i);
		expect_exit(all->pid[i], i ? all->pid[i - 1] : getpid(), "lineage", all->status[i],
			    0, now() - before);
	}
	return 0;
}
