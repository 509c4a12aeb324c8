/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Who descends from whom: made-up families in every order, and a real one from /proc. */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "run/family.h"
#include "unit.h"

#define MAX_ADDED 64

static int added[MAX_ADDED], added_count;

static int add(void *ctx, int pid)
{
	assert_ptr_equal(ctx, added);
	assert_true(added_count < MAX_ADDED);
	added[added_count++] = pid;
	return 0;
}

static int times_added(int pid)
{
	int n = 0;

	for (int i = 0; i < added_count; i++)
		n += added[i] == pid;
	return n;
}

static void begin(struct family *f, int root)
{
	added_count = 0;
	assert_int_equal(family_init(f, root), 0);
}

/* 10 - 11 - 12 - 13 and 11 - 14; 20 - 21 are others: noted in all 720 orders. */
static void test_any_order(void **state)
{
	const int pairs[6][2] = { { 11, 10 }, { 12, 11 }, { 13, 12 }, { 14, 11 }, { 20, 1 }, { 21, 20 } };

	(void)state;
	for (int order = 0; order < 720; order++) {
		int left[6] = { 0, 1, 2, 3, 4, 5 }, code = order;
		struct family f;

		begin(&f, 10);
		for (int n = 6; n > 0; n--) {
			int at = code % n, i = left[at];

			code /= n;
			left[at] = left[n - 1];
			assert_int_equal(family_note(&f, pairs[i][0], pairs[i][1]), 0);
		}
		assert_int_equal(family_add_members(&f, add, added), 4);
		assert_int_equal(added_count, 4);
		for (int pid = 11; pid <= 14; pid++)
			assert_int_equal(times_added(pid), 1);
		family_free(&f);
	}
}

/* What is seen later joins, and nobody twice. */
static void test_added_once(void **state)
{
	struct family f;

	(void)state;
	begin(&f, 10);
	assert_int_equal(family_note(&f, 11, 10), 0);
	assert_int_equal(family_note(&f, 13, 12), 0);
	assert_int_equal(family_add_members(&f, add, added), 1);
	assert_int_equal(family_add_members(&f, add, added), 0);
	assert_int_equal(family_note(&f, 11, 10), 0); /* again, as from another look at /proc */
	assert_int_equal(family_note(&f, 12, 11), 0); /* the missing link */
	assert_int_equal(family_add_members(&f, add, added), 2);
	assert_int_equal(added_count, 3);
	assert_true(times_added(11) == 1 && times_added(12) == 1 && times_added(13) == 1);
	family_free(&f);
}

/* PIDs are used again: what was seen may go in circles. */
static void test_circles(void **state)
{
	struct family f;

	(void)state;
	begin(&f, 10);
	assert_int_equal(family_note(&f, 12, 11), 0);
	assert_int_equal(family_note(&f, 11, 12), 0);
	assert_int_equal(family_note(&f, 13, 13), 0);
	assert_int_equal(family_add_members(&f, add, added), 0);
	assert_int_equal(family_note(&f, 11, 10), 0);
	assert_int_equal(family_note(&f, 10, 12), 0);
	assert_int_equal(family_add_members(&f, add, added), 2);
	assert_int_equal(times_added(10), 0); /* was one from the start */
	family_free(&f);
}

static void test_no_pids(void **state)
{
	const int wrong[] = { 0, -1, -2147483647 - 1, PID_LIMIT, PID_LIMIT + 1, 2147483647 };
	struct family f;

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		assert_true(family_init(&f, wrong[i]) < 0);
		family_free(&f);

		begin(&f, 1);
		assert_int_equal(family_note(&f, wrong[i], 1), 0);
		assert_int_equal(family_note(&f, 5, wrong[i]), 0);
		assert_int_equal(family_add_members(&f, add, added), 0);
		family_free(&f);
	}
	begin(&f, PID_LIMIT - 1);
	assert_int_equal(family_note(&f, 1, PID_LIMIT - 1), 0);
	assert_int_equal(family_add_members(&f, add, added), 1);
	family_free(&f);
}

static int refuse_12(void *ctx, int pid)
{
	return pid == 12 ? -E2BIG : add(ctx, pid);
}

static void test_add_that_fails(void **state)
{
	struct family f;

	(void)state;
	begin(&f, 10);
	assert_int_equal(family_note(&f, 11, 10), 0);
	assert_int_equal(family_note(&f, 12, 10), 0);
	assert_int_equal(family_note(&f, 13, 10), 0);
	assert_int_equal(family_add_members(&f, refuse_12, added), -E2BIG);
	assert_int_equal(times_added(13), 0);
	/* It is no member, so that another try is made. */
	assert_int_equal(family_add_members(&f, add, added), 2);
	assert_int_equal(times_added(12), 1);
	family_free(&f);
}

static int count(void *ctx, int pid)
{
	int *n = ctx;

	(void)pid;
	++*n;
	return 0;
}

/* More than there is room for at first, the youngest first. */
static void test_many(void **state)
{
	struct family f;
	int n = 0;

	(void)state;
	begin(&f, 1);
	for (int pid = 1000; pid > 0; pid--)
		assert_int_equal(family_note(&f, pid + 1, pid), 0);
	for (int pid = 5000; pid < 6000; pid++)
		assert_int_equal(family_note(&f, pid, 4000), 0);
	assert_int_equal(family_add_members(&f, count, &n), 1000);
	assert_int_equal(n, 1000);
	family_free(&f);
}

/*
 * A child with a name that looks like the rest of /proc/PID/stat, and its child:
 * both are found, this process's own parent is not.
 */
static void test_proc(void **state)
{
	int ready[2], hold[2], grandchild = 0;
	struct family f;
	pid_t child;

	(void)state;
	assert_int_equal(pipe(ready), 0);
	assert_int_equal(pipe(hold), 0);
	child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		char token;
		pid_t pid;

		close(hold[1]);
		prctl(PR_SET_NAME, "a) R 1 (b) S 1");
		pid = fork();
		if (pid > 0 && write(ready[1], &pid, sizeof(pid)) != sizeof(pid))
			_exit(1);
		_exit(read(hold[0], &token, 1) != 0); /* until the test closes it */
	}
	close(hold[0]);
	assert_int_equal(read(ready[0], &grandchild, sizeof(grandchild)), sizeof(grandchild));

	begin(&f, getpid());
	assert_int_equal(family_note_proc(&f), 0);
	assert_true(family_add_members(&f, add, added) >= 2);
	assert_int_equal(times_added(child), 1);
	assert_int_equal(times_added(grandchild), 1);
	assert_int_equal(times_added(getppid()), 0);
	assert_int_equal(times_added(getpid()), 0);
	family_free(&f);

	close(hold[1]);
	close(ready[0]);
	close(ready[1]);
	assert_int_equal(waitpid(child, NULL, 0), child);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_any_order),
		cmocka_unit_test(test_added_once),
		cmocka_unit_test(test_circles),
		cmocka_unit_test(test_no_pids),
		cmocka_unit_test(test_add_that_fails),
		cmocka_unit_test(test_many),
		cmocka_unit_test(test_proc),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
