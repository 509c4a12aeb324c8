/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Signal handlers; signals.h says what they do. */
#include <errno.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "run/signals.h"

static volatile sig_atomic_t stopping;
static volatile pid_t command_pid;
static int stop_fd;

static void on_stop(int signal)
{
	const unsigned long long one = 1;
	int saved = errno;

	/* The command may have ended, or be another user's once privileges are dropped. */
	if (!command_pid || (signal != SIGINT && kill(command_pid, signal))) {
		stopping = 1;
		alarm(GIVE_UP_S);
		if (write(stop_fd, &one, sizeof(one)) < 0) { /* it is readable already */
		}
	}
	errno = saved;
}

static void on_alarm(int signal)
{
	static const char text[] =
		"bootstrap: nobody reads the output: the last events were not written\n";

	(void)signal;
	if (write(STDERR_FILENO, text, sizeof(text) - 1) < 0) { /* nor that */
	}
	_exit(1);
}

int catch_signals(pid_t command)
{
	const int signals[] = { SIGINT, SIGTERM, SIGHUP };
	struct sigaction action = { .sa_handler = on_stop, .sa_flags = SA_RESTART };

	stop_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (stop_fd < 0)
		return -errno;
	command_pid = command;
	if (command)
		signal(SIGQUIT, SIG_IGN);
	else
		action.sa_flags |= SA_RESETHAND;
	for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++) {
		struct sigaction old;

		sigaction(signals[i], &action, &old);
		if (signals[i] == SIGHUP && old.sa_handler == SIG_IGN) /* nohup(1) */
			sigaction(SIGHUP, &old, NULL);
	}
	signal(SIGALRM, on_alarm);
	return stop_fd;
}

bool stop_requested(void)
{
	return stopping;
}
