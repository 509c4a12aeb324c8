/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Signal handlers; see signals.h. */
#include <err.h>
#include <errno.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "run/signals.h"

static volatile sig_atomic_t requests;
static volatile pid_t command_pid;
static int stop_fd;
static void (*sigpipe_before)(int) = SIG_DFL;

static void on_signal(int number)
{
	const unsigned long long one = 1;
	int saved = errno;

	if (command_pid && number == SIGINT)
		return;
	/* The command may have ended already. */
	if (!command_pid || requests || kill(command_pid, number)) {
		if (write(stop_fd, &one, sizeof(one)) < 0) { /* it cannot overflow */
		}
	}
	if (++requests == 2)
		signal(number, SIG_DFL);
	errno = saved;
}

int catch_signals(pid_t command)
{
	static const int numbers[] = { SIGINT, SIGTERM, SIGHUP };
	const struct sigaction action = { .sa_handler = on_signal, .sa_flags = SA_RESTART };

	stop_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (stop_fd < 0) {
		warn("cannot catch signals");
		return -1;
	}
	command_pid = command;
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		struct sigaction before;

		sigaction(numbers[i], NULL, &before);
		if (numbers[i] != SIGHUP || before.sa_handler != SIG_IGN) /* nohup(1) */
			sigaction(numbers[i], &action, NULL);
	}
	if (command)
		signal(SIGQUIT, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN);
	sigpipe_before = signal(SIGPIPE, SIG_IGN);
	return stop_fd;
}

void die_of_sigpipe(void)
{
	signal(SIGPIPE, sigpipe_before);
	raise(SIGPIPE);
}
