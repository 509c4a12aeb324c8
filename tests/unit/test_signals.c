/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * The signal state inherited from the caller has no effect, and a requested end happens.
 * Each run is a child; the tests check its wait status and its line on stderr.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "capture.h"
#include "run/signals.h"
#include "unit.h"

static char err[4096];

static double seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* Runs it in a child; the line that it printed, if any, is in err. */
static int in_child(void (*f)(void))
{
	struct capture c;
	int status;
	pid_t pid;

	capture(&c, STDERR_FILENO);
	pid = fork();
	if (pid == 0) {
		f();
		_exit(0);
	}
	waitpid(pid, &status, 0);
	release(&c, err, sizeof(err));
	return status;
}

/* Checks made in the child: its exit status is the line number of the one that failed. */
#define CHECK(condition)                           \
	do {                                       \
		if (!(condition))                  \
			_exit(__LINE__ % 255 + 1); \
	} while (0)

#define assert_exits(status, code)                                         \
	do {                                                               \
		if (WIFSIGNALED(status))                                   \
			fail_msg("killed by signal %d", WTERMSIG(status)); \
		assert_int_equal(WEXITSTATUS(status), code);               \
	} while (0)

static void block(int signal)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, signal);
	sigprocmask(SIG_BLOCK, &set, NULL);
}

static void wait_for_child(void)
{
	int status;
	pid_t pid;

	signal(SIGCHLD, SIG_IGN);
	reset_signals();
	pid = fork();
	if (pid == 0)
		_exit(3);
	CHECK(waitpid(pid, &status, 0) == pid);
	CHECK(WEXITSTATUS(status) == 3);
}

static void test_child_ignored(void **state)
{
	(void)state;
	assert_exits(in_child(wait_for_child), 0);
}

static void outlive_timers(void)
{
	const struct itimerval soon = { .it_value.tv_usec = 20000 };
	const int kinds[] = { ITIMER_REAL, ITIMER_VIRTUAL, ITIMER_PROF };
	struct itimerval left;

	for (int i = 0; i < 3; i++)
		setitimer(kinds[i], &soon, NULL);
	reset_signals();
	for (int i = 0; i < 3; i++) {
		CHECK(getitimer(kinds[i], &left) == 0);
		CHECK(left.it_value.tv_sec == 0 && left.it_value.tv_usec == 0);
	}
}

static void test_alarm_pending(void **state)
{
	(void)state;
	assert_exits(in_child(outlive_timers), 0);
}

static void outlive_blocked_alarm(void)
{
	block(SIGALRM);
	raise(SIGALRM); /* as after a timer that expired while the signal was blocked */
	reset_signals();
}

static void test_alarm_blocked(void **state)
{
	(void)state;
	assert_exits(in_child(outlive_blocked_alarm), 0);
}

static void die_of_term(void)
{
	block(SIGTERM);
	reset_signals();
	raise(SIGTERM);
}

static void test_blocked(void **state)
{
	int status = in_child(die_of_term);

	(void)state;
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGTERM);
}

static void write_too_much(void)
{
	const struct rlimit limit = { 1000, 1000 };
	char bytes[2000] = "";
	int fd = open("/tmp", O_TMPFILE | O_WRONLY, 0600);

	CHECK(fd >= 0);
	reset_signals();
	CHECK(setrlimit(RLIMIT_FSIZE, &limit) == 0);
	CHECK(write(fd, bytes, sizeof(bytes)) == 1000);
	CHECK(write(fd, bytes, sizeof(bytes)) == -1 && errno == EFBIG);
}

static void test_file_size(void **state)
{
	(void)state;
	assert_exits(in_child(write_too_much), 0);
}

/* Restored for the command as they were, without our handlers. */
static void restore(void)
{
	struct sigaction now;
	sigset_t blocked;

	signal(SIGCHLD, SIG_IGN);
	block(SIGTERM);
	block(SIGUSR1);
	reset_signals();
	restore_signals();
	sigaction(SIGCHLD, NULL, &now);
	CHECK(now.sa_handler == SIG_IGN);
	sigaction(SIGXFSZ, NULL, &now);
	CHECK(now.sa_handler == SIG_DFL);
	sigprocmask(SIG_BLOCK, NULL, &blocked);
	CHECK(sigismember(&blocked, SIGTERM) && sigismember(&blocked, SIGUSR1));
	CHECK(!sigismember(&blocked, SIGINT));
}

static void test_restored(void **state)
{
	(void)state;
	assert_exits(in_child(restore), 0);
}

static int stop_fd;

/* How often the end was requested since the last call. */
static unsigned long long asked(void)
{
	unsigned long long count;

	return read(stop_fd, &count, sizeof(count)) == sizeof(count) ? count : 0;
}

static void first_and_second_signal(void)
{
	struct pollfd fd = { .events = POLLIN };

	fd.fd = stop_fd = catch_signals(0);
	CHECK(fd.fd >= 0 && poll(&fd, 1, 0) == 0);
	raise(SIGTERM);
	CHECK(poll(&fd, 1, 0) == 1 && asked() == 1 && poll(&fd, 1, 0) == 0);
	raise(SIGINT);
	CHECK(asked() == 1);
}

static void test_first_and_second(void **state)
{
	(void)state;
	assert_exits(in_child(first_and_second_signal), 0);
	assert_string_equal(err, "");
}

static void third_signal(void)
{
	stop_fd = catch_signals(0);
	raise(SIGTERM);
	raise(SIGINT);
	raise(SIGHUP);
}

static void test_third(void **state)
{
	int status = in_child(third_signal);

	(void)state;
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGHUP);
}

static void foreign_alarm_before(void)
{
	stop_fd = catch_signals(0);
	raise(SIGALRM);
}

/* SIGALRM keeps its default action until the end is requested. */
static void test_foreign_alarm_before(void **state)
{
	int status = in_child(foreign_alarm_before);

	(void)state;
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGALRM);
	assert_string_equal(err, "");
}

static int taken[2]; /* a pipe: one byte for each signal that the command has taken */

/* A command that exits with 9 after that many SIGTERMs. */
static pid_t command(int signals)
{
	pid_t pid;
	sigset_t set;
	int got;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigprocmask(SIG_BLOCK, &set, NULL);
	CHECK(pipe(taken) == 0);
	pid = fork();
	if (pid == 0) {
		while (signals--) {
			sigwait(&set, &got);
			CHECK(write(taken[1], "", 1) == 1);
		}
		_exit(9);
	}
	sigprocmask(SIG_UNBLOCK, &set, NULL);
	return pid;
}

static void await_reaped(int *status)
{
	double end = seconds() + 30;

	while (!command_reaped(status)) {
		CHECK(seconds() < end);
		poll(NULL, 0, 10);
	}
}

static void forward(void)
{
	int status;
	pid_t pid = command(1);

	stop_fd = catch_signals(pid);
	raise(SIGINT); /* for the command, not for us */
	raise(SIGINT);
	raise(SIGTERM);
	await_reaped(&status);
	CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 9);
	CHECK(asked() == 0);
	raise(SIGINT);
	CHECK(asked() == 1);
}

/* The first is for the command; after its end SIGINT also ends us. */
static void test_forwarded(void **state)
{
	(void)state;
	assert_exits(in_child(forward), 0);
	assert_string_equal(err, "");
}

static void forward_twice(void)
{
	int status;
	char byte;
	pid_t pid = command(2);

	stop_fd = catch_signals(pid);
	raise(SIGTERM);
	CHECK(asked() == 0);
	CHECK(read(taken[0], &byte, 1) == 1); /* two pending signals would merge into one */
	raise(SIGTERM);
	CHECK(asked() == 1);
	await_reaped(&status);
	CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 9);
}

static void test_forwarded_twice(void **state)
{
	(void)state;
	assert_exits(in_child(forward_twice), 0);
	assert_string_equal(err, "");
}

static void ended_before(void)
{
	int status;
	pid_t pid = fork();
	siginfo_t info;

	if (pid == 0)
		_exit(5);
	CHECK(waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT) == 0);
	stop_fd = catch_signals(pid);
	CHECK(command_reaped(&status) && WEXITSTATUS(status) == 5);
	raise(SIGINT); /* the command has ended */
	CHECK(asked() == 1);
}

static void test_ended_before(void **state)
{
	(void)state;
	assert_exits(in_child(ended_before), 0);
	assert_string_equal(err, "");
}

/* Any child, as PID 1 must: orphans become its children. */
static void reap_others(void)
{
	int status;
	pid_t other, pid = command(1);
	double end = seconds() + 30;

	catch_signals(pid);
	other = fork();
	if (other == 0)
		_exit(7);
	while (kill(other, 0) == 0) {
		CHECK(seconds() < end);
		poll(NULL, 0, 10);
	}
	CHECK(!command_reaped(&status));
	raise(SIGTERM);
	await_reaped(&status);
	CHECK(WEXITSTATUS(status) == 9);
}

static void test_reaps_others(void **state)
{
	(void)state;
	assert_exits(in_child(reap_others), 0);
}

static void nohup(void)
{
	signal(SIGHUP, SIG_IGN);
	reset_signals();
	stop_fd = catch_signals(0);
	raise(SIGHUP);
	CHECK(asked() == 0);
}

static void test_nohup(void **state)
{
	(void)state;
	assert_exits(in_child(nohup), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_child_ignored),
		cmocka_unit_test(test_alarm_pending),
		cmocka_unit_test(test_alarm_blocked),
		cmocka_unit_test(test_blocked),
		cmocka_unit_test(test_file_size),
		cmocka_unit_test(test_restored),
		cmocka_unit_test(test_first_and_second),
		cmocka_unit_test(test_third),
		cmocka_unit_test(test_foreign_alarm_before),
		cmocka_unit_test(test_forwarded),
		cmocka_unit_test(test_forwarded_twice),
		cmocka_unit_test(test_ended_before),
		cmocka_unit_test(test_nohup),
		cmocka_unit_test(test_reaps_others),
	};

	/* Reset whatever the caller of the tests ignores or blocks. */
	const int all[] = { SIGINT, SIGTERM, SIGHUP, SIGCHLD, SIGALRM, SIGPIPE, SIGXFSZ };
	sigset_t none;

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		signal(all[i], SIG_DFL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
