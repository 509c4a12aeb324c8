/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* How losses are reported: each cause with its text, each loss once, and the total at the end. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <jansson.h>

#include "capture.h"
#include "output/loss.h"
#include "output/output.h"
#include "unit.h"

static char err[4096];

/* The calls to a format. */
static struct {
	int times;
	enum loss_cause cause;
	struct loss loss;
} passed_on;

static void take(struct output *o, unsigned long long time_ns, enum loss_cause cause,
		 const struct loss *loss)
{
	assert_null(o->file);
	assert_true(time_ns > 0 && time_ns <= clock_boot_ns());
	passed_on.times++;
	passed_on.cause = cause;
	passed_on.loss = *loss;
}

static const struct format taking = { .lost = take };

static bool follows = true; /* as with -p or a COMMAND */

static void report(const struct format *format, const struct losses *now, struct losses *reported)
{
	struct output o = { .format = format, .begun = true, .follows = follows };
	struct capture stderr_;

	passed_on.times = 0;
	capture(&stderr_, STDERR_FILENO);
	losses_report(reported, *now, &o);
	release(&stderr_, err, sizeof(err));
}

/* Checks for one line on stderr, after the name of this program. */
static void check_said(const char *text)
{
	check_line(err, program_invocation_short_name);
	assert_string_equal(strstr(err, ": ") + 2, text);
}

static const struct {
	enum loss_cause cause;
	struct loss loss;
	const char *said, *name;
	bool exact;
} causes[] = {
	{ LOSS_RING, { 3, 4, 0 },
	  "lost 7 events (3 exec, 4 exit): the ring buffer was full; use a larger --buffer\n",
	  "ring_full", true },
	{ LOSS_SKIPPED, { 1, 2, 0 },
	  "lost up to 3 events (1 exec, 2 exit): the kernel skipped a recursive handler call\n",
	  "skipped", false },
	{ LOSS_SKIPPED_CALLS, { 0, 0, 2 },
	  "lost up to 2 failed calls of exec: the kernel skipped a recursive handler call\n",
	  "skipped_calls", false },
	{ LOSS_UNFOLLOWED, { 0, 0, 5 },
	  "lost track of 5 processes and their descendants: too many are alive at once\n",
	  "unfollowed", true },
	{ LOSS_UNTIMED, { 6, 0, 0 },
	  "6 durations count from the creation of the process: exec_start was full\n",
	  "untimed", true },
	{ LOSS_MALFORMED, { 0, 0, 8 },
	  "lost 8 events: their records were malformed; please report this\n",
	  "malformed", true },
};

static void test_causes(void **state)
{
	(void)state;
	assert_int_equal(sizeof(causes) / sizeof(causes[0]), LOSS_CAUSES);
	for (size_t i = 0; i < LOSS_CAUSES; i++) {
		struct losses now = { 0 }, reported = { 0 };

		now.by[causes[i].cause] = causes[i].loss;
		report(&taking, &now, &reported);
		check_said(causes[i].said);
		assert_int_equal(passed_on.times, 1);
		assert_int_equal(passed_on.cause, causes[i].cause);
		assert_memory_equal(&passed_on.loss, &causes[i].loss, sizeof(struct loss));
		assert_memory_equal(&reported, &now, sizeof(now));
		assert_string_equal(loss_name(causes[i].cause), causes[i].name);
		assert_int_equal(loss_is_exact(causes[i].cause, &(struct output){ 0 }), causes[i].exact);
	}
}

/* A record of each cause on the JSON stream, in one run. */
static void test_json_records(void **state)
{
	struct losses now = { 0 }, reported = { 0 };
	struct output o = { .format = &json_format, .begun = true };
	struct capture stderr_;
	char *text, *line, *end;
	size_t size;
	int i = 0;

	(void)state;
	o.file = open_memstream(&text, &size);
	assert_non_null(o.file);
	for (int k = 0; k < LOSS_CAUSES; k++)
		now.by[causes[k].cause] = causes[k].loss;
	capture(&stderr_, STDERR_FILENO);
	losses_report(&reported, now, &o);
	release(&stderr_, err, sizeof(err));
	assert_int_equal(fclose(o.file), 0);
	for (line = text; *line; line = end + 1, i++) {
		const struct loss *loss = &causes[i].loss;
		const char *event, *cause, *time;
		json_int_t count, exec, exit;
		int exact;
		json_t *json;

		end = strchr(line, '\n');
		assert_non_null(end);
		json = json_loadb(line, (size_t)(end - line), JSON_REJECT_DUPLICATES, NULL);
		assert_non_null(json);
		/* !: no other members */
		assert_int_equal(json_unpack(json, "{s:s,s:s,s:I,s:I,s:I,s:s,s:b!}", "time", &time,
					     "event", &event, "count", &count, "exec", &exec, "exit",
					     &exit, "cause", &cause, "exact", &exact),
				 0);
		assert_string_equal(event, "lost");
		assert_string_equal(cause, causes[i].name);
		assert_int_equal(exact, causes[i].exact);
		assert_int_equal(count, loss->exec + loss->exit + loss->other);
		assert_int_equal(exec, loss->exec);
		assert_int_equal(exit, loss->exit);
		json_decref(json);
	}
	assert_int_equal(i, LOSS_CAUSES);
	free(text);
}

/* Each loss is reported once, and only new losses. */
static void test_only_what_is_new(void **state)
{
	struct losses now = { 0 }, reported = { 0 };
	struct loss *ring = &now.by[LOSS_RING];

	(void)state;
	report(&taking, &now, &reported);
	assert_int_equal(passed_on.times, 0);
	assert_string_equal(err, "");

	*ring = (struct loss){ 3, 4, 0 };
	report(&taking, &now, &reported);
	assert_int_equal(passed_on.times, 1);

	report(&taking, &now, &reported);
	assert_int_equal(passed_on.times, 0);
	assert_string_equal(err, "");

	ring->exit = 5;
	report(&taking, &now, &reported);
	check_said("lost 1 events (0 exec, 1 exit): the ring buffer was full; use a larger --buffer\n");
	assert_true(passed_on.loss.exec == 0 && passed_on.loss.exit == 1 && passed_on.loss.other == 0);

	ring->exec = 5000000003;
	report(&taking, &now, &reported);
	check_said("lost 5000000000 events (5000000000 exec, 0 exit): the ring buffer was full; "
		   "use a larger --buffer\n");
	assert_true(reported.by[LOSS_RING].exec == 5000000003 && reported.by[LOSS_RING].exit == 5);
}

/* A format without a record for losses, such as the table: they are reported on stderr. */
static void test_format_without_losses(void **state)
{
	struct losses now = { 0 }, reported = { 0 };

	(void)state;
	assert_null(table_format.lost);
	now.by[LOSS_RING].exec = 1;
	report(&table_format, &now, &reported);
	check_said("lost 1 events (1 exec, 0 exit): the ring buffer was full; use a larger --buffer\n");
}

/* Several causes at the same time: one line per cause. */
static void test_several_causes(void **state)
{
	struct losses now = { 0 }, reported = { 0 };
	int lines = 0;

	(void)state;
	now.by[LOSS_RING].exec = now.by[LOSS_SKIPPED].exit = now.by[LOSS_MALFORMED].other = 1;
	report(&taking, &now, &reported);
	assert_int_equal(passed_on.times, 3);
	for (const char *at = err; (at = strchr(at, '\n')); at++)
		lines++;
	assert_int_equal(lines, 3);
}

static void total(const struct losses *l)
{
	struct output o = { .follows = follows };
	struct capture stderr_;

	capture(&stderr_, STDERR_FILENO);
	losses_total(l, &o);
	release(&stderr_, err, sizeof(err));
}

/* Each total has its own line.  Forks and failed execs are counted as other. */
static void test_total(void **state)
{
	struct losses l = { 0 };

	(void)state;
	total(&l);
	assert_string_equal(err, "");
	l.by[LOSS_UNFOLLOWED].other = 5;
	total(&l);
	check_said("lost track of 5 processes in total\n");
	l.by[LOSS_SKIPPED].other = 2;
	total(&l);
	check_said("lost track of up to 7 processes in total\n");
	l = (struct losses){ 0 };
	l.by[LOSS_UNTIMED].exec = 6;
	total(&l);
	check_said("6 durations in total count from the creation of the process\n");
	l = (struct losses){ 0 };
	l.by[LOSS_RING] = (struct loss){ 3, 4, 0 };
	total(&l);
	check_said("lost 7 events in total (3 exec, 4 exit)\n");
	l.by[LOSS_MALFORMED].other = 8;
	total(&l);
	check_said("lost 15 events in total (3 exec, 4 exit, 8 other)\n");
	l.by[LOSS_RING].other = 100; /* forks and failed execs */
	total(&l);
	check_said("lost 115 events in total (3 exec, 4 exit, 108 other)\n");
	l.by[LOSS_RING].other = 0;
	l.by[LOSS_SKIPPED] = (struct loss){ 10, 20, 0 };
	total(&l); /* one of the figures is not exact */
	check_said("lost up to 45 events in total (13 exec, 24 exit, 8 other)\n");
	l.by[LOSS_SKIPPED] = (struct loss){ 0 };
	l.by[LOSS_SKIPPED_CALLS].other = 5;
	total(&l);
	check_said("lost up to 20 events in total (3 exec, 4 exit, 13 other)\n");
	l = (struct losses){ 0 };
	l.by[LOSS_SKIPPED].exit = 1;
	total(&l);
	check_said("lost up to 1 events in total (0 exec, 1 exit)\n");
}

/* An output that could not begin has no place for it, but it is printed. */
static void test_not_begun(void **state)
{
	struct losses now = { 0 }, reported = { 0 };
	struct output o = { .format = &taking };
	struct capture stderr_;

	(void)state;
	passed_on.times = 0;
	now.by[LOSS_RING].exec = 1;
	capture(&stderr_, STDERR_FILENO);
	losses_report(&reported, now, &o);
	release(&stderr_, err, sizeof(err));
	assert_int_equal(passed_on.times, 0);
	check_said("lost 1 events (1 exec, 0 exit): the ring buffer was full; use a larger --buffer\n");
}

/* With -x and JSON, say, lost events may be some that would not have been shown. */
static void test_upper_bound(void **state)
{
	struct losses now = { 0 }, reported = { 0 };
	struct output o = { .format = &taking, .begun = true, .sifts = true };
	struct capture stderr_;

	(void)state;
	assert_false(loss_is_exact(LOSS_RING, &o));
	assert_true(loss_is_exact(LOSS_UNTIMED, &o));
	now.by[LOSS_RING].exec = 3;
	capture(&stderr_, STDERR_FILENO);
	losses_report(&reported, now, &o);
	release(&stderr_, err, sizeof(err));
	check_said("lost up to 3 events (3 exec, 0 exit): the ring buffer was full; use a larger --buffer\n");
	capture(&stderr_, STDERR_FILENO);
	losses_total(&now, &o);
	release(&stderr_, err, sizeof(err));
	check_said("lost up to 3 events in total (3 exec, 0 exit)\n");
}

/* Nothing is followed: a skipped fork is an event that --forks would have shown. */
static void test_skipped_fork_events(void **state)
{
	struct losses now = { 0 }, reported = { 0 };

	(void)state;
	follows = false;
	now.by[LOSS_SKIPPED].other = 2;
	report(&taking, &now, &reported);
	check_said("lost up to 2 events (0 exec, 0 exit, 2 other): "
		   "the kernel skipped a recursive handler call\n");
	total(&now);
	check_said("lost up to 2 events in total (0 exec, 0 exit, 2 other)\n");
	follows = true;
}

/* A skipped fork is not an event, but means a process that may not have been followed. */
static void test_skipped_forks(void **state)
{
	struct losses now = { 0 }, reported = { 0 };

	(void)state;
	now.by[LOSS_SKIPPED].other = 2;
	report(&taking, &now, &reported);
	check_said("lost track of up to 2 processes and their descendants: "
		   "the kernel skipped a recursive handler call\n");
	assert_int_equal(passed_on.times, 1);
	assert_true(passed_on.loss.other == 2);
	total(&now);
	check_said("lost track of up to 2 processes in total\n");

	now.by[LOSS_SKIPPED] = (struct loss){ 1, 2, 3 };
	report(&taking, &now, &reported);
	assert_int_equal(passed_on.times, 1);
	assert_non_null(strstr(err, ": lost up to 3 events (1 exec, 2 exit): the kernel skipped"));
	assert_non_null(strstr(err, ": lost track of up to 1 processes and their descendants: the kernel"));
	total(&now);
	assert_non_null(strstr(err, ": lost up to 3 events in total (1 exec, 2 exit)\n"));
	assert_non_null(strstr(err, ": lost track of up to 3 processes in total\n"));

	now.by[LOSS_RING].exec = 4;
	now.by[LOSS_SKIPPED] = (struct loss){ 0, 0, 3 };
	total(&now); /* the figure for events is exact */
	assert_non_null(strstr(err, ": lost 4 events in total (4 exec, 0 exit)\n"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_causes),
		cmocka_unit_test(test_json_records),
		cmocka_unit_test(test_only_what_is_new),
		cmocka_unit_test(test_format_without_losses),
		cmocka_unit_test(test_several_causes),
		cmocka_unit_test(test_total),
		cmocka_unit_test(test_not_begun),
		cmocka_unit_test(test_upper_bound),
		cmocka_unit_test(test_skipped_fork_events),
		cmocka_unit_test(test_skipped_forks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
