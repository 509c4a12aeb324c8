/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * usage: crowd N PROGRAM
 *
 * Keeps N processes of PROGRAM, started with an argument, alive.  Prints a line
 * once all of them run, and ends them at the end of its standard input.
 */
#define _GNU_SOURCE /* environ */
#include <err.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	long n = argc == 3 ? atol(argv[1]) : 0;
	pid_t *pids = calloc((size_t)(n > 0 ? n : 1), sizeof(*pids));
	long started = 0;
	char c;

	if (argc != 3 || n < 0 || !pids)
		errx(2, "usage: crowd N PROGRAM");
	for (long i = 0; i < n; i++) {
		char *command[] = { argv[2], "stay", NULL };

		/* Returns after the exec. */
		if (posix_spawn(&pids[i], argv[2], NULL, NULL, command, environ))
			break;
		started = i + 1;
	}
	if (started < n)
		warnx("only %ld of %ld processes could be started", started, n);
	else if (puts("ready") >= 0 && fflush(stdout) == 0)
		while (read(0, &c, 1) > 0)
			;
	for (long i = 0; i < started; i++)
		kill(pids[i], SIGKILL);
	while (wait(NULL) > 0)
		;
	return started < n;
}
