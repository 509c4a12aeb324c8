/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * usage: storm WRITERS TOTAL PROGRAM [ARG...]
 *
 * WRITERS processes start PROGRAM in parallel, again and again, each waiting for its
 * last one to end, TOTAL times in all.  They begin when standard input is readable or
 * at its end.  Prints how long that took, in ns.
 *
 * It uses vfork, not fork, because copying this program's page tables would hide the
 * cost of exec and exit, which is measured.
 */
#define _GNU_SOURCE
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static long long now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000000LL + t.tv_nsec;
}

static void write_events(long count, char **command)
{
	int status;

	while (count--) {
		pid_t pid = vfork();

		if (pid == 0) {
			execv(command[0], command);
			_exit(127);
		}
		if (pid < 0 || waitpid(pid, &status, 0) != pid || status)
			err(1, "%s", command[0]);
	}
	exit(0);
}

int main(int argc, char **argv)
{
	long writers = argc > 3 ? atol(argv[1]) : 0;
	long total = argc > 3 ? atol(argv[2]) : 0;
	long long start;
	int status, failed = 0;

	if (writers < 1 || total < writers)
		errx(2, "usage: storm WRITERS TOTAL PROGRAM [ARG...]");
	if (read(0, &status, 1) < 0)
		err(1, "standard input");
	start = now_ns();
	for (long i = 0; i < writers; i++) {
		pid_t pid = fork();

		if (pid < 0)
			err(1, "fork");
		if (pid == 0)
			write_events(total / writers + (i < total % writers), argv + 3);
	}
	while (wait(&status) > 0)
		failed |= status;
	printf("%lld\n", now_ns() - start);
	return failed ? 1 : 0;
}
