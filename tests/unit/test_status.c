/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * The parts of a wait status, compared with the C library's macros, and the names of
 * signals, compared with the C library's names.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "output/status.h"
#include "unit.h"

static void test_every_status(void **state)
{
	(void)state;
	for (int status = 0; status <= 0xffff; status++) {
		unsigned int s = (unsigned int)status;

		if (WIFEXITED(status)) {
			assert_int_equal(status_signal(s), 0);
			assert_int_equal(status_exit_code(s), WEXITSTATUS(status));
		} else if (WIFSIGNALED(status)) {
			assert_int_equal(status_signal(s), WTERMSIG(status));
			assert_int_equal(status_core_dumped(s), WCOREDUMP(status) != 0);
		} /* otherwise stopped or continued, which is not the end of a process */
	}
}

/* Real statuses from the kernel. */
static void test_real_children(void **state)
{
	const int signals[] = { SIGKILL, SIGTERM, SIGRTMIN + 3 };
	int status;
	pid_t pid;

	(void)state;
	for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++) {
		pid = fork();
		assert_true(pid >= 0);
		if (pid == 0) {
			signal(signals[i], SIG_DFL);
			raise(signals[i]);
			_exit(99);
		}
		assert_int_equal(waitpid(pid, &status, 0), pid);
		assert_int_equal(status_signal((unsigned int)status), signals[i]);
		assert_false(status_core_dumped((unsigned int)status));
	}
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0)
		_exit(200);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status_signal((unsigned int)status), 0);
	assert_int_equal(status_exit_code((unsigned int)status), 200);
}

static void test_classic_signals(void **state)
{
	char buffer[SIGNAL_NAME_LEN], expected[32];

	(void)state;
	for (int signal = 1; signal < 32; signal++) {
		/* The C library prefers the name of System V. */
		const char *name = signal == SIGIO ? "IO" : sigabbrev_np(signal);

		assert_non_null(name);
		snprintf(expected, sizeof(expected), "SIG%s", name);
		assert_string_equal(signal_name(signal, buffer), expected);
	}
}

static void test_real_time_signals(void **state)
{
	char buffer[SIGNAL_NAME_LEN], expected[32];

	(void)state;
	assert_string_equal(signal_name(SIGRTMIN, buffer), "SIGRTMIN");
	for (int signal = SIGRTMIN + 1; signal <= SIGRTMAX; signal++) {
		snprintf(expected, sizeof(expected), "SIGRTMIN+%d", signal - SIGRTMIN);
		assert_string_equal(signal_name(signal, buffer), expected);
	}
}

/* Printed as a number: the two signals reserved by the C library, and invalid ones. */
static void test_signals_without_name(void **state)
{
	const int numbers[] = { 0, 32, 33, SIGRTMAX + 1, 200, -1, 2147483647, -2147483647 - 1 };
	char expected[32];

	(void)state;
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		/* Of exactly that size, for AddressSanitizer. */
		char *buffer = malloc(SIGNAL_NAME_LEN);

		assert_non_null(buffer);
		snprintf(expected, sizeof(expected), "SIG%d", numbers[i]);
		assert_string_equal(signal_name(numbers[i], buffer), expected);
		free(buffer);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_status),
		cmocka_unit_test(test_real_children),
		cmocka_unit_test(test_classic_signals),
		cmocka_unit_test(test_real_time_signals),
		cmocka_unit_test(test_signals_without_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
