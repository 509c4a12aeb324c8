/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * usage: inherit [ignore=SIGNAL | block=SIGNAL | alarm=MS]... COMMAND [ARG...]
 *
 * Executes COMMAND with inherited signal state: signals that are ignored or blocked, by
 * number, and a timer that will send SIGALRM.
 */
#include <sys/time.h>

#include "workload.h"

int main(int argc, char **argv)
{
	int value;

	for (int i = 1; i < argc; i++) {
		if (sscanf(argv[i], "ignore=%d", &value) == 1) {
			signal(value, SIG_IGN);
		} else if (sscanf(argv[i], "block=%d", &value) == 1) {
			sigset_t set;

			sigemptyset(&set);
			sigaddset(&set, value);
			sigprocmask(SIG_BLOCK, &set, NULL);
		} else if (sscanf(argv[i], "alarm=%d", &value) == 1) {
			struct itimerval timer = { .it_value = { value / 1000,
								 value % 1000 * 1000 } };

			setitimer(ITIMER_REAL, &timer, NULL);
		} else {
			execv(argv[i], argv + i);
			err(1, "%s", argv[i]);
		}
	}
	errx(2, "usage: inherit [ignore=SIGNAL | block=SIGNAL | alarm=MS]... COMMAND [ARG...]");
}
