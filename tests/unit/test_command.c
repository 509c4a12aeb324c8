/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * The gate, and the statuses that a shell would report.  Changing the user needs root
 * and is tested in tests/live; here only that it fails before the command runs.
 */
#include <dirent.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "capture.h"
#include "run/command.h"
#include "unit.h"

static char err[4096];
static const struct identity same_user;

/* Runs it to its end; its messages on stderr, and ours, are in err. */
static int run(const char *const *argv, int out)
{
	struct command c;
	struct capture stderr_;
	int status;

	capture(&stderr_, STDERR_FILENO);
	assert_int_equal(command_start(&c, (char **)argv, out, &same_user), 0);
	assert_true(c.pid > 0 && c.gate >= 0 && c.pidfd >= 0);
	command_go(&c);
	assert_int_equal(c.gate, -1);
	status = command_wait(&c);
	release(&stderr_, err, sizeof(err));
	return status;
}

/* Checks for one line, after the name of this program. */
static void check_said(const char *text)
{
	const char *said = strstr(err, ": ");

	check_line(err, program_invocation_short_name);
	assert_non_null(said);
	check_line(said + 2, text);
}

#define run(...) run((const char *const[]){ __VA_ARGS__, NULL }, STDOUT_FILENO)

static void test_exit_codes(void **state)
{
	const int codes[] = { 0, 1, 2, 3, 42, 125, 126, 127, 128, 137, 255 };
	char code[16];

	(void)state;
	for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++) {
		snprintf(code, sizeof(code), "exit %d", codes[i]);
		assert_int_equal(run("sh", "-c", code), codes[i]);
		assert_string_equal(err, "");
	}
}

static void test_signals(void **state)
{
	(void)state;
	assert_int_equal(run("sh", "-c", "kill -TERM $$"), 128 + SIGTERM);
	assert_int_equal(run("sh", "-c", "kill -KILL $$"), 128 + SIGKILL);
	assert_int_equal(run("sh", "-c", "ulimit -c 0; kill -SEGV $$"), 128 + SIGSEGV);
}

static void test_arguments(void **state)
{
	(void)state;
	assert_int_equal(run("sh", "-c", "[ \"$*\" = 'a b  -c' ] && [ -z \"$3\" ] && [ $# = 4 ]", "sh",
			     "a", "b", "", "-c"),
			 0);
}

static void test_not_found(void **state)
{
	(void)state;
	assert_int_equal(run("no-such-command-anywhere"), 127);
	check_said("cannot run 'no-such-command-anywhere': No such file or directory");
	assert_int_equal(run("/no/such/path"), 127);
	check_said("cannot run '/no/such/path': No such file or directory");
	assert_int_equal(run(""), 127);
	check_said("cannot run ''");
}

static void test_not_executable(void **state)
{
	(void)state;
	assert_int_equal(run("/"), 126);
	check_said("cannot run '/': Permission denied");
	assert_int_equal(run("/dev/null"), 126);
	check_said("cannot run '/dev/null': Permission denied");
}

/* Its standard output is the descriptor that it was given. */
static void test_output(void **state)
{
	char *argv[] = { (char *)"echo", (char *)"here", NULL };
	struct command c;
	char text[16];
	int out[2];

	(void)state;
	assert_int_equal(pipe(out), 0);
	assert_int_equal(command_start(&c, argv, out[1], &same_user), 0);
	close(out[1]); /* our copy: everything else is from the command */
	command_go(&c);
	assert_int_equal(command_wait(&c), 0);
	assert_int_equal(read(out[0], text, sizeof(text)), 5);
	assert_memory_equal(text, "here\n", 5);
	assert_int_equal(read(out[0], text, sizeof(text)), 0);
	close(out[0]);
}

/* Readable for poll(2) once the command has ended, but not while it waits at the gate. */
static void test_pidfd(void **state)
{
	char *argv[] = { (char *)"true", NULL };
	struct command c;
	struct pollfd end;

	(void)state;
	assert_int_equal(command_start(&c, argv, STDOUT_FILENO, &same_user), 0);
	end = (struct pollfd){ .fd = c.pidfd, .events = POLLIN };
	assert_int_equal(poll(&end, 1, 0), 0);
	command_go(&c);
	assert_int_equal(poll(&end, 1, 10000), 1);
	assert_int_equal(command_wait(&c), 0);
	assert_int_equal(poll(&end, 1, 0), 1);
	assert_true(end.revents & POLLNVAL); /* closed */
}

/* Its first instruction is behind the gate: if that is never opened, nothing happens. */
static void test_abandoned(void **state)
{
	char *argv[] = { (char *)"echo", (char *)"I ran", NULL };
	struct command c;
	struct capture stderr_;
	int out[2];
	pid_t pid;
	char text[16];

	(void)state;
	assert_int_equal(pipe(out), 0);
	capture(&stderr_, STDERR_FILENO);
	assert_int_equal(command_start(&c, argv, out[1], &same_user), 0);
	pid = c.pid;
	command_abandon(&c);
	release(&stderr_, err, sizeof(err));
	assert_string_equal(err, "");
	assert_int_equal(c.pid, 0);
	assert_int_equal(waitpid(pid, NULL, WNOHANG), -1); /* nothing is left behind */
	assert_int_equal(errno, ECHILD);
	close(out[1]);
	assert_int_equal(read(out[0], text, sizeof(text)), 0);
	close(out[0]);
}

/* The tracer dies without a message: the command never runs. */
static void test_tracer_dies(void **state)
{
	char *argv[] = { (char *)"echo", (char *)"I ran", NULL };
	int out[2], status;
	pid_t tracer;
	char text[16];

	(void)state;
	assert_int_equal(pipe(out), 0);
	tracer = fork();
	assert_true(tracer >= 0);
	if (tracer == 0) {
		struct command c;

		close(out[0]);
		if (command_start(&c, argv, out[1], &same_user))
			_exit(1);
		raise(SIGKILL);
	}
	assert_int_equal(waitpid(tracer, &status, 0), tracer);
	assert_true(WIFSIGNALED(status));
	close(out[1]);
	/* End of file: the last possible writer has gone. */
	assert_int_equal(read(out[0], text, sizeof(text)), 0);
	close(out[0]);
}

/* Killed while it waits: that is its status, and opening the gate does not harm the tracer. */
static void test_killed_at_the_gate(void **state)
{
	char *argv[] = { (char *)"true", NULL };
	struct command c;
	siginfo_t info;

	(void)state;
	assert_int_equal(command_start(&c, argv, STDOUT_FILENO, &same_user), 0);
	assert_int_equal(kill(c.pid, SIGKILL), 0);
	assert_int_equal(waitid(P_PID, (id_t)c.pid, &info, WEXITED | WNOWAIT), 0);
	command_go(&c);
	assert_int_equal(command_wait(&c), 128 + SIGKILL);
}

/* A negative number of groups fails for root, too. */
static void test_cannot_become(void **state)
{
	const gid_t group = 0;
	const struct identity who = {
		.change = true, .uid = (uid_t)-2, .gid = (gid_t)-2, .groups = &group, .group_count = -1
	};
	char *argv[] = { (char *)"echo", (char *)"I ran", NULL };
	struct command c;
	struct capture stderr_;
	int out[2];
	char text[16];

	(void)state;
	assert_int_equal(pipe(out), 0);
	capture(&stderr_, STDERR_FILENO);
	assert_true(command_start(&c, argv, out[1], &who) < 0);
	release(&stderr_, err, sizeof(err));
	check_said("cannot become user 4294967294: ");
	assert_int_equal(c.pid, 0);
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1); /* nothing is left behind */
	assert_int_equal(errno, ECHILD);
	close(out[1]);
	assert_int_equal(read(out[0], text, sizeof(text)), 0);
	close(out[0]);
}

static int open_descriptors(void)
{
	DIR *dir = opendir("/proc/self/fd");
	int n = 0;

	assert_non_null(dir);
	while (readdir(dir))
		n++;
	closedir(dir);
	return n;
}

static void test_no_descriptor_leaks(void **state)
{
	char *argv[] = { (char *)"true", NULL };
	int before = open_descriptors();
	struct command c;

	(void)state;
	assert_int_equal(run("true"), 0);
	assert_int_equal(open_descriptors(), before);
	assert_int_equal(command_start(&c, argv, STDOUT_FILENO, &same_user), 0);
	command_abandon(&c);
	assert_int_equal(open_descriptors(), before);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_exit_codes),
		cmocka_unit_test(test_signals),
		cmocka_unit_test(test_arguments),
		cmocka_unit_test(test_not_found),
		cmocka_unit_test(test_not_executable),
		cmocka_unit_test(test_output),
		cmocka_unit_test(test_pidfd),
		cmocka_unit_test(test_abandoned),
		cmocka_unit_test(test_tracer_dies),
		cmocka_unit_test(test_killed_at_the_gate),
		cmocka_unit_test(test_cannot_become),
		cmocka_unit_test(test_no_descriptor_leaks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
