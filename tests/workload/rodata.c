/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * usage: rodata N.  Runs N times `true` with arguments that are constants on
 * pages which the child, just forked, has not touched: not there yet when it
 * enters execve(2).
 */
#include "workload.h"

#define PAGE __attribute__((aligned(4096)))

static const char first[4096] PAGE = "true", second[4096] PAGE = "a constant", third[4096] PAGE = "in .rodata";

int main(int argc, char **argv)
{
	char *const args[] = { (char *)first, (char *)second, (char *)third, NULL };
	int times = argc == 2 ? atoi(argv[1]) : 1;

	for (int i = 0; i < times; i++) {
		pid_t pid = fork();

		if (pid < 0)
			err(1, "fork");
		if (pid == 0) {
			execv("/bin/true", args);
			_exit(127);
		}
		if (wait_for(pid))
			errx(1, "true failed");
	}
	return 0;
}
