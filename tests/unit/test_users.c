/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * Users by name and number.  The names are those of this machine: the test reads
 * /etc/passwd itself.  SUDO_UID only counts for root, and changing the user needs root.
 */
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "capture.h"
#include "run/users.h"
#include "unit.h"

static char err[4096];

/* The line of /etc/passwd for name, split into its seven fields. */
static void passwd_line(const char *name, char *line, size_t size, char *field[7])
{
	FILE *f = fopen("/etc/passwd", "re");
	size_t len = strlen(name);

	assert_non_null(f);
	while (fgets(line, (int)size, f))
		if (strncmp(line, name, len) == 0 && line[len] == ':')
			break;
	assert_false(feof(f));
	fclose(f);
	line[strcspn(line, "\n")] = '\0';
	for (int i = 0; i < 7; i++)
		field[i] = strsep(&line, ":");
	assert_non_null(field[6]);
}

static int number(const char *text, uid_t *uid)
{
	struct capture c;
	int result;

	capture(&c, STDERR_FILENO);
	result = user_number("--user", text, uid);
	release(&c, err, sizeof(err));
	return result;
}

static void test_numbers(void **state)
{
	uid_t uid;

	(void)state;
	assert_int_equal(number("0", &uid), 0);
	assert_int_equal(uid, 0);
	assert_int_equal(number("00054321", &uid), 0);
	assert_int_equal(uid, 54321);
	assert_int_equal(number("4294967294", &uid), 0);
	assert_int_equal(uid, 4294967294U);
	assert_string_equal(err, "");
}

static void test_names(void **state)
{
	char line[1024], *field[7];
	uid_t uid = 1;

	(void)state;
	assert_int_equal(number("root", &uid), 0);
	assert_int_equal(uid, 0);
	passwd_line("nobody", line, sizeof(line), field);
	assert_int_equal(number("nobody", &uid), 0);
	assert_int_equal(uid, strtoul(field[2], NULL, 10));
	assert_string_equal(err, "");
}

#ifdef STATIC /* the program; unit tests never are */
static const int is_static = 1;
#else
static const int is_static;
#endif

static void test_no_such_user(void **state)
{
	const char *const texts[] = { "no_such_user",	      "",   "-1",	 "+0",	 " 0", "0x0",
				      "4294967295",	      "1a", "4294967296", "1.0",
				      "18446744073709551616", "1 " };
	char expected[150];
	uid_t uid;

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		assert_int_equal(number(texts[i], &uid), -1);
		snprintf(expected, sizeof(expected), ": --user: no such user: '%s'%s\n", texts[i],
			 is_static ? "; this static program reads only /etc/passwd" : "");
		check_line(err, "");
		assert_non_null(strstr(err, expected));
	}
}

/* Resolves with these variables; returns the exit status that main would have. */
static int resolve(struct identity *who, const char *run_as, const char *sudo_uid,
		   const char *sudo_gid)
{
	struct capture c;
	int result;

	unsetenv("SUDO_UID");
	unsetenv("SUDO_GID");
	if (sudo_uid)
		setenv("SUDO_UID", sudo_uid, 1);
	if (sudo_gid)
		setenv("SUDO_GID", sudo_gid, 1);
	setenv("HOME", "/before", 1);
	capture(&c, STDERR_FILENO);
	result = identity_resolve(who, run_as);
	release(&c, err, sizeof(err));
	return result;
}

static void need_root(void)
{
	if (geteuid() != 0)
		skip();
}

static void test_not_called_by_sudo(void **state)
{
	struct identity who;

	(void)state;
	assert_int_equal(resolve(&who, NULL, NULL, NULL), 0);
	assert_false(who.change);
	assert_string_equal(err, "");
	assert_string_equal(getenv("HOME"), "/before");
	assert_int_equal(identity_assume(&who), 0);
}

static void test_root_called_sudo(void **state)
{
	struct identity who;

	(void)state;
	need_root();
	assert_int_equal(resolve(&who, NULL, "0", "0"), 0);
	assert_false(who.change);
}

static void test_caller_without_a_name(void **state)
{
	struct identity who;

	(void)state;
	need_root();
	assert_int_equal(resolve(&who, NULL, "54321", "54322"), 0);
	assert_true(who.change);
	assert_int_equal(who.uid, 54321);
	assert_int_equal(who.gid, 54322);
	assert_int_equal(who.group_count, 1);
	assert_int_equal(who.groups[0], 54322);
	assert_string_equal(err, "");
}

static void test_caller_with_a_name(void **state)
{
	char line[1024], *field[7];
	struct identity who;

	(void)state;
	need_root();
	passwd_line("nobody", line, sizeof(line), field);
	assert_int_equal(resolve(&who, NULL, field[2], "54322"), 0);
	assert_true(who.change);
	assert_int_equal(who.uid, strtoul(field[2], NULL, 10));
	assert_int_equal(who.gid, 54322);
	assert_string_equal(getenv("USER"), "nobody");
	assert_string_equal(getenv("LOGNAME"), "nobody");
	assert_string_equal(getenv("HOME"), field[5]);
	assert_string_equal(getenv("SHELL"), field[6]);
}

/* The command must not run as root then, wherever the variables come from. */
static void test_sudo_numbers_out_of_range(void **state)
{
	const struct {
		const char *uid, *gid, *said;
	} cases[] = {
		{ "", "1000", "invalid SUDO_UID ''; unset it or use --run-as" },
		{ "alice", "1000", "invalid SUDO_UID 'alice'; unset it or use --run-as" },
		{ "-1", "1000", "invalid SUDO_UID '-1'; unset it or use --run-as" },
		{ "4294967295", "1000", "invalid SUDO_UID '4294967295'; unset it or use --run-as" },
		{ "4294967296", "1000", "invalid SUDO_UID '4294967296'; unset it or use --run-as" },
		{ "0x0", "1000", "invalid SUDO_UID '0x0'; unset it or use --run-as" },
		{ "1000", "staff", "invalid SUDO_GID 'staff'; unset it or use --run-as" },
		{ "1000", "4294967295", "invalid SUDO_GID '4294967295'; unset it or use --run-as" },
		{ "1000", NULL, "SUDO_GID is not set; use --run-as" },
		{ NULL, "1000", "SUDO_UID is not set; use --run-as" },
		{ "0", "x", "invalid SUDO_GID 'x'; unset it or use --run-as" },
	};
	struct identity who;
	char expected[150];

	(void)state;
	need_root();
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_int_equal(resolve(&who, NULL, cases[i].uid, cases[i].gid), 1);
		snprintf(expected, sizeof(expected), ": cannot determine who called sudo: %s\n",
			 cases[i].said);
		check_line(err, "");
		assert_non_null(strstr(err, expected));
	}
}

static void test_run_as(void **state)
{
	const char *other = geteuid() == 0 ? "nobody" : "root";
	char line[1024], *field[7];
	struct identity who;

	(void)state;
	/* It overrides sudo's variables, even if they are invalid. */
	passwd_line(other, line, sizeof(line), field);
	assert_int_equal(resolve(&who, other, "x", NULL), 0);
	assert_true(who.change);
	assert_int_equal(who.uid, strtoul(field[2], NULL, 10));
	assert_int_equal(who.gid, strtoul(field[3], NULL, 10));
	assert_string_equal(getenv("HOME"), field[5]);
	assert_string_equal(err, "");

	assert_int_equal(resolve(&who, "54321", NULL, NULL), 0);
	assert_true(who.change);
	assert_int_equal(who.uid, 54321);
	assert_int_equal(who.gid, 54321);
	assert_int_equal(who.group_count, 1);

	assert_int_equal(resolve(&who, "no_such_user", NULL, NULL), 2);
	check_line(err, "");
	assert_non_null(strstr(err, ": --run-as: no such user: 'no_such_user'"));
}

/* In a child, because it cannot be undone: real, effective and saved IDs, and the groups. */
static void test_assume(void **state)
{
	struct identity who;
	int status;
	pid_t pid;

	(void)state;
	need_root();
	assert_int_equal(resolve(&who, NULL, "54321", "54322"), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		uid_t u[3];
		gid_t g[3], groups[4];

		if (identity_assume(&who) || getresuid(&u[0], &u[1], &u[2]) ||
		    getresgid(&g[0], &g[1], &g[2]))
			_exit(1);
		for (int i = 0; i < 3; i++)
			if (u[i] != 54321 || g[i] != 54322)
				_exit(2);
		if (getgroups(4, groups) != 1 || groups[0] != 54322)
			_exit(3);
		if (setuid(0) == 0 || setgid(0) == 0)
			_exit(4);
		_exit(0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_numbers),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_no_such_user),
		cmocka_unit_test(test_not_called_by_sudo),
		cmocka_unit_test(test_root_called_sudo),
		cmocka_unit_test(test_caller_without_a_name),
		cmocka_unit_test(test_caller_with_a_name),
		cmocka_unit_test(test_sudo_numbers_out_of_range),
		cmocka_unit_test(test_run_as),
		cmocka_unit_test(test_assume),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
