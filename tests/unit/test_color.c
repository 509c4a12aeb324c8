/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* When failures are red: on a terminal and elsewhere, depending on the environment and --color. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "output/color.h"
#include "unit.h"

static void set(const char *name, const char *value)
{
	assert_int_equal(value ? setenv(name, value, 1) : unsetenv(name), 0);
}

static void test_wants_color(void **state)
{
	static const struct {
		const char *no_color, *term;
		bool wanted; /* on a terminal, without --color */
	} cases[] = {
		{ NULL, "xterm", true },  { "", "xterm", true },   { "1", "xterm", false },
		{ "0", "xterm", false },  { NULL, "dumb", false }, { "", "dumb", false },
		{ "1", "dumb", false },   { NULL, NULL, true },	   { NULL, "dumber", true },
	};
	int master = posix_openpt(O_RDWR | O_NOCTTY);
	FILE *terminal, *file = fopen("/dev/null", "we");

	(void)state;
	assert_true(master >= 0);
	assert_int_equal(grantpt(master), 0);
	assert_int_equal(unlockpt(master), 0);
	terminal = fopen(ptsname(master), "we");
	assert_non_null(terminal);
	assert_non_null(file);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		set("NO_COLOR", cases[i].no_color);
		set("TERM", cases[i].term);
		assert_int_equal(wants_color(fileno(terminal), COLOR_AUTO), cases[i].wanted);
		assert_false(wants_color(fileno(file), COLOR_AUTO));
		assert_true(wants_color(fileno(terminal), COLOR_ALWAYS));
		assert_true(wants_color(fileno(file), COLOR_ALWAYS));
		assert_false(wants_color(fileno(terminal), COLOR_NEVER));
		assert_false(wants_color(fileno(file), COLOR_NEVER));
	}
	fclose(file);
	fclose(terminal);
	close(master);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_wants_color),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
