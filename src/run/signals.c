/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Signal handlers, which call only what signal-safety(7) allows; see signals.h. */
#include <err.h>
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "run/signals.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

volatile unsigned long events_unwritten;

static struct {
	bool known;
	struct sigaction child, file_size;
	sigset_t blocked;
} inherited;

static int stop_fd;
static volatile pid_t command_pid; /* 0: none, or it has been reaped */
static volatile int command_status;
static volatile sig_atomic_t reaped, requests, stopping, ending;

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

/* One line on stderr, text with the number in the place of its %u, and the end. */
static _Noreturn void give_up(const char *text)
{
	char line[160], digits[24];
	unsigned long n = events_unwritten;
	size_t length = 0, count = 0;

	do
		digits[count++] = (char)('0' + n % 10);
	while (n /= 10);
	for (; *text; text++) {
		if (*text != '%') {
			line[length++] = *text;
			continue;
		}
		while (count)
			line[length++] = digits[--count];
		text++;
	}
	if (write(STDERR_FILENO, line, length) < 0) { /* nor that */
	}
	_exit(1);
}

/* A timer's signal comes from the kernel, which nobody else can claim: sigaction(2). */
static void on_alarm(int signal, siginfo_t *info, void *context)
{
	const unsigned long long one = 1;
	int saved = errno;

	(void)signal;
	(void)context;
	if (info->si_code != SI_KERNEL)
		return;
	if (ending)
		give_up("bootstrap: output blocked; the last %u events were not written\n");
	output_ends_in(0);
	if (write(stop_fd, &one, sizeof(one)) < 0) { /* it is readable already */
	}
	errno = saved;
}

static void set_timer(unsigned int seconds)
{
	const struct itimerval timer = { .it_value.tv_sec = (time_t)seconds };

	setitimer(ITIMER_REAL, &timer, NULL);
}

void output_ends_in(unsigned int seconds)
{
	struct sigaction action = { .sa_sigaction = on_alarm, .sa_flags = SA_RESTART | SA_SIGINFO };

	/* Not before: until then SIGALRM ends us, as it does any program. */
	sigaction(SIGALRM, &action, NULL);
	ending = seconds == 0;
	set_timer(seconds ? seconds : GIVE_UP_S);
}

void output_moved(void)
{
	if (ending)
		set_timer(GIVE_UP_S);
}

void output_done(void)
{
	set_timer(0);
	ending = 0;
}

static void on_stop(int signal)
{
	const unsigned long long one = 1;
	int saved = errno;
	bool running = command_pid, first;

	if (running && signal == SIGINT)
		return;
	first = requests == 0;
	requests = 1;
	if (stopping || (!first && !running))
		give_up("bootstrap: interrupted again; the last %u events were not written\n");
	/* EPERM: it has become another user. */
	if (!running || kill(command_pid, signal) || !first) {
		stopping = 1;
		output_ends_in(0);
		if (write(stop_fd, &one, sizeof(one)) < 0) { /* it is readable already */
		}
	}
	errno = saved;
}

/* Also those that others have left to us: processes whose parent has ended, for PID 1. */
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
	int err;

	stop_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (stop_fd < 0) {
		err = -errno;
		warn("cannot catch signals");
		return err;
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

bool stop_requested(void)
{
	return stopping;
}

bool command_reaped(int *status)
{
	*status = command_status;
	return reaped;
}

void end_by_sigpipe(void)
{
	raise(SIGPIPE);
	warnx("cannot write the events: %s", strerror(EPIPE));
}
