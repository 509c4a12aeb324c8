/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * usage: crowd ROOT GO
 *
 * A process that forks all the time, each child also forking once, while a tracer that
 * should follow it attaches.  Writes its PID to the file ROOT.  Every process that is
 * still alive when the FIFO GO is opened must have a line; soon after that all end.
 * Every parent outlives its children.
 */
#include "workload.h"

#include <fcntl.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <sys/mman.h>

#define MOST 100000

static struct {
	atomic_int count;
	atomic_bool stop;
	struct {
		pid_t pid, ppid;
		u64 begun, ended;
	} life[MOST];
} *all; /* shared */

/* Adds a new process to the list. */
static int begin(void)
{
	int me = all->count++;

	if (me >= MOST)
		_exit(1);
	all->life[me].pid = getpid();
	all->life[me].ppid = getppid();
	all->life[me].begun = now();
	return me;
}

/* A child and its child, each for up to 120 ms: in a slow guest, too, some are always alive. */
static void live(unsigned int seed)
{
	int me = begin();

	if (fork() == 0) {
		me = begin();
		seed = seed * 7 + 3;
	}
	sleep_ns((seed * 2654435761u >> 28) * 8 * MS);
	while (waitpid(-1, NULL, 0) > 0)
		;
	all->life[me].ended = now();
	_exit(6);
}

static void be_root(pid_t parent)
{
	for (unsigned int i = 0; !all->stop && getppid() == parent; i++) {
		pid_t pid = fork();

		if (pid == 0)
			live(i);
		sleep_ns(MS / 2);
		while (waitpid(-1, NULL, WNOHANG) > 0)
			;
	}
	while (waitpid(-1, NULL, 0) > 0)
		;
	_exit(7);
}

int main(int argc, char **argv)
{
	u64 before = now(), ready, lines = 0;
	pid_t parent = getpid(), root;
	int file, status;

	if (argc != 3)
		errx(2, "usage: crowd ROOT GO");
	all = mmap(NULL, sizeof(*all), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (all == MAP_FAILED)
		err(1, "mmap");
	alarm(120); /* if the tracer never starts */
	root = fork_clean();
	if (root == 0)
		be_root(parent);
	file = open(argv[1], O_WRONLY | O_CREAT, 0600);
	if (file < 0 || dprintf(file, "%d\n", root) < 0 || open(argv[2], O_RDONLY) < 0)
		err(1, "%s %s", argv[1], argv[2]);
	ready = now();
	sleep_ns(20 * MS); /* a few more that begin only now */
	all->stop = true;
	status = wait_for(root);
	expect_exit(root, getpid(), "crowd", status, 0, now() - before);
	for (int i = 0; i < all->count && i < MOST; i++)
		if (all->life[i].ended > ready) {
			expect_exit(all->life[i].pid, all->life[i].ppid, "crowd", 6 << 8,
				    all->life[i].ended - all->life[i].begun, now() - before);
			lines += all->life[i].begun < ready;
		}
	if (lines == 0)
		errx(1, "no process was alive when the tracer was ready");
	return 0;
}
