/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * Times of day.  The expected texts are from date(1); time zones are in POSIX form, so
 * that no zone files are needed.
 */
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "output/clock.h"
#include "unit.h"

#define NS 1000000000ULL

static void set_zone(const char *zone)
{
	assert_int_equal(setenv("TZ", zone, 1), 0);
	tzset();
}

static void check_hms(unsigned long long ns, const char *expected)
{
	struct clock clock = { 0 };

	assert_string_equal(clock_hms(&clock, ns), expected);
}

static void check_utc(unsigned long long second, const char *expected)
{
	struct clock clock = { 0 };

	assert_string_equal(clock_utc(&clock, second * NS), expected);
	/* The fraction is cut off and does not round up. */
	clock.text[0] = '\0';
	if (second < 18446744073)
		assert_string_equal(clock_utc(&clock, second * NS + NS - 1), expected);
}

static void test_local_time(void **state)
{
	(void)state;
	set_zone("UTC0");
	check_hms(0, "00:00:00");
	check_hms(1772133512 * NS, "19:18:32");
	set_zone("IST-5:30");
	check_hms(1772133512 * NS, "00:48:32");
	set_zone("NST3:30");
	check_hms(1772133512 * NS, "15:48:32");
}

/* Central Europe in 2026: at 01:00 UTC on 29 March and on 25 October. */
static void test_summer_time(void **state)
{
	(void)state;
	set_zone("CET-1CEST,M3.5.0,M10.5.0/3");
	check_hms(1774745999 * NS, "01:59:59");
	check_hms(1774746000 * NS, "03:00:00");
	check_hms(1792889999 * NS, "02:59:59");
	check_hms(1792890000 * NS, "02:00:00");
}

static void test_second_boundaries(void **state)
{
	struct clock clock = { 0 };

	(void)state;
	set_zone("UTC0");
	assert_string_equal(clock_hms(&clock, 59 * NS), "00:00:59");
	assert_string_equal(clock_hms(&clock, 60 * NS - 1), "00:00:59");
	assert_string_equal(clock_hms(&clock, 60 * NS), "00:01:00");
	/* Events of two CPUs may come a little out of order. */
	assert_string_equal(clock_hms(&clock, 60 * NS - 1), "00:00:59");
	assert_string_equal(clock_hms(&clock, 86399 * NS), "23:59:59");
	assert_string_equal(clock_hms(&clock, 86400 * NS), "00:00:00");
}

/* The text is cached for a second: another zone takes effect only in the next one. */
static void test_made_once_a_second(void **state)
{
	struct clock clock = { 0 };

	(void)state;
	set_zone("UTC0");
	assert_string_equal(clock_hms(&clock, 7 * NS), "00:00:07");
	set_zone("XXX-1");
	assert_string_equal(clock_hms(&clock, 7 * NS + NS - 1), "00:00:07");
	assert_string_equal(clock_hms(&clock, 8 * NS), "01:00:08");
	set_zone("UTC0");
	assert_string_equal(clock_hms(&clock, 8 * NS), "01:00:08");
	assert_string_equal(clock_hms(&clock, 7 * NS), "00:00:07");
}

/* Second 0 works like any other, although a zeroed clock contains it. */
static void test_first_second(void **state)
{
	(void)state;
	set_zone("UTC0");
	check_hms(0, "00:00:00");
	check_hms(NS - 1, "00:00:00");
	check_utc(0, "1970-01-01T00:00:00");
}

static void test_utc(void **state)
{
	(void)state;
	set_zone("IST-5:30"); /* has no effect */
	check_utc(951782399, "2000-02-28T23:59:59");
	check_utc(951782400, "2000-02-29T00:00:00");
	check_utc(951868800, "2000-03-01T00:00:00");
	check_utc(1767225599, "2025-12-31T23:59:59");
	check_utc(1767225600, "2026-01-01T00:00:00");
	check_utc(2147483648, "2038-01-19T03:14:08");
	check_utc(4107542399, "2100-02-28T23:59:59");
	check_utc(4107542400, "2100-03-01T00:00:00");
	check_utc(18446744073, "2554-07-21T23:34:33"); /* the last second in 64 bits of ns */
}

static void test_utc_made_once_a_second(void **state)
{
	struct clock clock = { 0 };
	const char *text = clock_utc(&clock, 1767225599 * NS);

	(void)state;
	assert_string_equal(text, "2025-12-31T23:59:59");
	assert_ptr_equal(clock_utc(&clock, 1767225600 * NS - 1), text);
	assert_string_equal(text, "2025-12-31T23:59:59");
	assert_string_equal(clock_utc(&clock, 1767225600 * NS), "2026-01-01T00:00:00");
}

static long long read_clock(clockid_t clock)
{
	struct timespec t;

	assert_int_equal(clock_gettime(clock, &t), 0);
	return (long long)t.tv_sec * (long long)NS + t.tv_nsec;
}

static void test_boot_clock(void **state)
{
	(void)state;
	for (int i = 0; i < 1000; i++) {
		long long before = read_clock(CLOCK_BOOTTIME);
		long long now = clock_boot_ns();
		long long after = read_clock(CLOCK_BOOTTIME);

		assert_true(before <= now && now <= after);
	}
}

/* Between the limits given by the two clocks, read before and after. */
static void test_sync(void **state)
{
	int outside = 0;

	(void)state;
	for (int i = 0; i < 1000; i++) {
		struct clock clock = { .offset_ns = 1234 };
		long long wall_before = read_clock(CLOCK_REALTIME);
		long long boot_before = read_clock(CLOCK_BOOTTIME);
		long long offset, boot_after, wall_after;

		clock_sync(&clock);
		offset = (long long)clock.offset_ns;
		boot_after = read_clock(CLOCK_BOOTTIME);
		wall_after = read_clock(CLOCK_REALTIME);
		if (offset < wall_before - boot_after || offset > wall_after - boot_before)
			outside++;
	}
	/* The time of day may be set, or slewed, while this runs, but not a thousand times. */
	assert_in_range(outside, 0, 10);
}

/* Kernel time plus the offset is the time of day, also if the offset is negative. */
static void test_wall(void **state)
{
	struct clock clock = { 0 };

	(void)state;
	set_zone("UTC0");
	assert_true(clock_wall(&clock, 7 * NS) == 7 * NS);
	clock.offset_ns = 1772133500 * NS;
	assert_true(clock_wall(&clock, 12 * NS + 5) == 1772133512 * NS + 5);
	assert_string_equal(clock_hms(&clock, 12 * NS), "19:18:32");
	/* The clock was set to a time before the machine started. */
	clock.offset_ns = 0 - 5 * NS;
	assert_true(clock_wall(&clock, 12 * NS) == 7 * NS);
	assert_string_equal(clock_hms(&clock, 12 * NS), "00:00:07");
}

/* The clock is set between two events, in the same kernel second or in different ones. */
static void test_clock_set_during_run(void **state)
{
	struct clock clock = { .offset_ns = 1767225600 * NS };

	(void)state;
	assert_string_equal(clock_utc(&clock, 12 * NS), "2026-01-01T00:00:12");
	clock.offset_ns += 3600 * NS;
	assert_string_equal(clock_utc(&clock, 12 * NS), "2026-01-01T01:00:12");
	clock.offset_ns -= NS;
	assert_string_equal(clock_utc(&clock, 13 * NS), "2026-01-01T01:00:12");
	assert_string_equal(clock_utc(&clock, 12 * NS), "2026-01-01T01:00:11");
}

static void test_deadline(void **state)
{
	unsigned long long before = clock_boot_ns(), deadline = clock_deadline_ns(3);

	(void)state;
	assert_true(deadline >= before + 3 * NS);
	assert_true(deadline <= clock_boot_ns() + 3 * NS);
	assert_true(clock_deadline_ns(0) <= clock_boot_ns());
	assert_true(clock_deadline_ns(ULLONG_MAX) == ULLONG_MAX); /* never */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_local_time),
		cmocka_unit_test(test_summer_time),
		cmocka_unit_test(test_second_boundaries),
		cmocka_unit_test(test_made_once_a_second),
		cmocka_unit_test(test_first_second),
		cmocka_unit_test(test_utc),
		cmocka_unit_test(test_utc_made_once_a_second),
		cmocka_unit_test(test_boot_clock),
		cmocka_unit_test(test_sync),
		cmocka_unit_test(test_wall),
		cmocka_unit_test(test_clock_set_during_run),
		cmocka_unit_test(test_deadline),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
