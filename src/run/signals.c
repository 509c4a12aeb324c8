/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Signal handlers, which call only what signal-safety(7) allows; see signals.h. */
#include <err.h>
#include <errno.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "run/signals.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static struct {
	bool known;
	struct sigaction child, file_size;
	sigset_t blocked;
} inherited;

static int stop_fd;
static volatile pid_t command_pid; /* 0: none, or it has been reaped */
static volatile int command_status;
static volatile sig_atomic_t reaped, received;

static const int end_signals[] = { SIGINT, SIGTERM, SIGHUP };

void reset_signals(void)
{
	const struct sigaction standard = { .sa_handler = SIG_DFL };
	const struct sigaction ignore = { .sa_handler = SIG_IGN };
	const int ours[] = { SIGINT, SIGTERM, SIGHUP, SIGPIPE, SIGALRM, SIGCHLD };
	const struct itimerval none = {};
	struct sigaction alarm_action;
	sigset_t set;

	sigaction(SIGCHLD, &standard, &inherited.child);
	sigaction(SIGXFSZ, &ignore, &inherited.file_size);
	setitimer(ITIMER_REAL, &none, NULL);
	setitimer(ITIMER_VIRTUAL, &none, NULL);
	setitimer(ITIMER_PROF, &none, NULL);
	/* One that went off while SIGALRM was blocked is still pending: ignoring discards it. */
	sigaction(SIGALRM, &ignore, &alarm_action);
	sigaction(SIGALRM, &alarm_action, NULL);
	sigemptyset(&set);
	for (size_t i = 0; i < COUNT(ours); i++)
		sigaddset(&set, ours[i]);
	sigprocmask(SIG_UNBLOCK, &set, &inherited.blocked);
	inherited.known = true;
}

void restore_signals(void)
{
	if (!inherited.known)
		return;
	sigaction(SIGCHLD, &inherited.child, NULL);
	sigaction(SIGXFSZ, &inherited.file_size, NULL);
	sigprocmask(SIG_SETMASK, &inherited.blocked, NULL);
}

static void on_stop(int number)
{
	const unsigned long long one = 1;
	bool running = command_pid;
	int saved = errno;

	if (running && number == SIGINT)
		return;
	received++;
	/* kill() fails if the command has become another user. */
	if (!running || kill(command_pid, number) || received > 1) {
		if (write(stop_fd, &one, sizeof(one)) < 0) { /* it cannot overflow */
		}
	}
	for (size_t i = 0; received > 1 && i < COUNT(end_signals); i++)
		signal(end_signals[i], SIG_DFL);
	errno = saved;
}

/* Also adopted children: if we are PID 1, processes whose parent has ended. */
static void on_child(int signal)
{
	int saved = errno, status;
	pid_t pid;

	(void)signal;
	while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
		if (pid != command_pid)
			continue;
		command_status = status;
		command_pid = 0; /* from now on that number may be another process's */
		reaped = 1;
	}
	errno = saved;
}

int catch_signals(pid_t command)
{
	struct sigaction stop = { .sa_handler = on_stop, .sa_flags = SA_RESTART };
	struct sigaction child = { .sa_handler = on_child, .sa_flags = SA_RESTART | SA_NOCLDSTOP };
	struct sigaction old;

	stop_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (stop_fd < 0) {
		warn("cannot catch signals");
		return -1;
	}
	/* One handler at a time. */
	sigaddset(&stop.sa_mask, SIGCHLD);
	for (size_t i = 0; i < COUNT(end_signals); i++) {
		sigaddset(&stop.sa_mask, end_signals[i]);
		sigaddset(&child.sa_mask, end_signals[i]);
	}
	command_pid = command;
	sigaction(SIGCHLD, &child, NULL);
	if (command) {
		signal(SIGQUIT, SIG_IGN);
		signal(SIGPIPE, SIG_IGN);
		raise(SIGCHLD); /* it may have ended before */
	}
	for (size_t i = 0; i < COUNT(end_signals); i++) {
		sigaction(end_signals[i], &stop, &old);
		if (end_signals[i] == SIGHUP && old.sa_handler == SIG_IGN) /* nohup(1) */
			sigaction(SIGHUP, &old, NULL);
	}
	return stop_fd;
}

bool command_reaped(int *status)
{
	bool known = reaped; /* read first: the handler sets it last */

	*status = command_status;
	return known;
}
