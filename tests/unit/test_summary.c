/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * The summary: its sums compared with sums of the same events, its median with the
 * sorted durations, and its two formats to the byte.
 */
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <time.h>

#include <jansson.h>

#include "output/summary.h"
#include "unit.h"

#define AT (1772133512ULL * 1000000000) /* 2026-02-26T19:18:32Z */
#define MS 1000000ULL

static char *printed;
static size_t printed_len;

static struct output begin(const struct format *format)
{
	struct output o = { .format = format, .summary = summary_new() };

	free(printed);
	o.file = open_memstream(&printed, &printed_len);
	assert_non_null(o.file);
	assert_non_null(o.summary);
	return o;
}

static void end(struct output *o)
{
	summary_end(o->summary, o, AT);
	assert_int_equal(fclose(o->file), 0);
}

static struct event exit_event(const char *comm, unsigned int status, unsigned long long ns)
{
	return (struct event){
		.kind = EVENT_EXIT,
		.pid = 12,
		.ppid = 1,
		.time_ns = AT,
		.comm = comm,
		.comm_len = strlen(comm),
		.status = status,
		.duration_ns = ns,
		.lifetime_ns = ns + 5 * MS,
	};
}

static void ended(struct output *o, const char *comm, unsigned int status, unsigned long long ns)
{
	struct event e = exit_event(comm, status, ns);

	summary_add(o->summary, &e);
}

static const char *table(void)
{
	const char *found = strstr(printed, "\nCOMM ");

	assert_non_null(found);
	return found + 1;
}

/* The object on the last line. */
static json_t *object(void)
{
	const char *line;
	json_error_t error;
	json_t *json;

	assert_int_equal(printed[printed_len - 1], '\n');
	printed[printed_len - 1] = '\0';
	line = strrchr(printed, '\n');
	json = json_loads(line ? line + 1 : printed, JSON_REJECT_DUPLICATES, &error);
	if (!json)
		fail_msg("%s in: %s", error.text, printed);
	return json;
}

/* In us; JSON has ms with three decimals. */
static unsigned long long us_of(json_t *sum, const char *key)
{
	return (unsigned long long)(json_real_value(json_object_get(sum, key)) * 1000 + 0.5);
}

static void test_table(void **state)
{
	struct output o = begin(&table_format);

	(void)state;
	ended(&o, "true", 0, 900000);
	ended(&o, "cc1", 0, 100 * MS);
	ended(&o, "cc1", 1 << 8, 1300 * MS);
	ended(&o, "sleep", SIGKILL, 700 * MS);
	end(&o);
	assert_string_equal(
		table(),
		"COMM               RUNS  FAIL  TOTAL   MEAN MEDIAN    MAX TOTAL TIME\n"
		"cc1                   2     1  1.40s  700ms  100ms  1.30s #####################\n"
		"sleep                 1     1  700ms  700ms  700ms  700ms ##########\n"
		"true                  1     0  900us  900us  900us  900us\n");
}

static void test_json(void **state)
{
	struct output o = begin(&json_format);

	(void)state;
	ended(&o, "true", 0, 900000);
	ended(&o, "cc1", 0, 100 * MS);
	ended(&o, "cc1", 1 << 8, 1300 * MS);
	end(&o);
	assert_string_equal(
		strstr(printed, "{\"time\":\"2026-02-26T19:18:32.000000000Z\",\"event\":\"summary\""),
		"{\"time\":\"2026-02-26T19:18:32.000000000Z\",\"event\":\"summary\",\"commands\":["
		"{\"comm\":\"cc1\",\"runs\":2,\"failures\":1,\"total_ms\":1400.000,\"mean_ms\":700.000,"
		"\"median_ms\":100.000,\"max_ms\":1300.000},"
		"{\"comm\":\"true\",\"runs\":1,\"failures\":0,\"total_ms\":0.900,\"mean_ms\":0.900,"
		"\"median_ms\":0.900,\"max_ms\":0.900}],\"other\":null}\n");
}

static void test_nothing_ended(void **state)
{
	struct output o = begin(&table_format);

	(void)state;
	end(&o);
	assert_string_equal(table(), "COMM               RUNS  FAIL  TOTAL   MEAN MEDIAN    MAX TOTAL TIME\n");
	o = begin(&json_format);
	end(&o);
	assert_non_null(strstr(printed, "\"event\":\"summary\",\"commands\":[],\"other\":null}\n"));
}

static const struct summary *given;

static void take(struct output *o, unsigned long long time_ns, const struct summary *s)
{
	assert_true(time_ns == AT);
	assert_ptr_equal(o->summary, s);
	assert_int_equal(s->count, 2);
	assert_memory_equal(s->commands[0]->comm, "b", 2);
	assert_memory_equal(s->commands[1]->comm, "a", 2);
	given = s;
}

/* The format is called once, with the sums in order. */
static void test_format_is_called(void **state)
{
	const struct format format = { .summary = take };
	struct output o = begin(&format);

	(void)state;
	ended(&o, "a", 0, 1);
	ended(&o, "b", 0, 2);
	assert_null(given);
	end(&o);
	assert_non_null(given);
}

/* A run counts when its duration is known: at the exit, or at the next exec of its process. */
static void test_replaced_by_exec(void **state)
{
	struct output o = begin(&json_format);
	struct event e = exit_event("sh", 0, 0);

	(void)state;
	o.remembers = true;
	e.kind = EVENT_EXEC;
	e.filename = e.args = "";
	e.details.start_ns = AT - 5 * MS;
	output_event(&o, &e);
	assert_int_equal(o.summary->count, 0);
	e.time_ns = AT + 300 * MS;
	e.comm = "true";
	e.comm_len = 4;
	output_event(&o, &e);
	assert_int_equal(o.summary->count, 1);
	e.time_ns += 7 * MS; /* another process with the same PID: the exit of the first one was lost */
	e.details.start_ns = e.time_ns - MS;
	e.comm = "other";
	e.comm_len = 5;
	output_event(&o, &e);
	assert_int_equal(o.summary->count, 1);
	e = exit_event("other", 1 << 8, 40 * MS);
	e.time_ns = AT + 347 * MS;
	output_event(&o, &e);
	processes_free(&o.processes);
	end(&o);
	assert_non_null(strstr(printed,
			       "\"commands\":[{\"comm\":\"sh\",\"runs\":1,\"failures\":0,\"total_ms\":300.000,"
			       "\"mean_ms\":300.000,\"median_ms\":300.000,\"max_ms\":300.000},"
			       "{\"comm\":\"other\",\"runs\":1,\"failures\":1,\"total_ms\":40.000,"
			       "\"mean_ms\":40.000,\"median_ms\":40.000,\"max_ms\":40.000}]"));
}

/* -d and -x: only runs of at least that duration, and only failures. */
static void test_exec_and_filters(void **state)
{
	const struct {
		unsigned long long min_ns;
		size_t count;
	} filters[] = { { 0, 1 }, { 300 * MS, 1 }, { 300 * MS + 1, 0 }, { ULLONG_MAX, 0 } };

	(void)state;
	for (size_t i = 0; i < sizeof(filters) / sizeof(filters[0]); i++) {
		struct output o = begin(&table_format);
		struct event e = exit_event("sh", 0, 0);

		o.remembers = o.exits_only = true;
		o.summary_min_ns = filters[i].min_ns;
		e.kind = EVENT_EXEC;
		e.filename = e.args = "";
		output_event(&o, &e);
		e.time_ns += 300 * MS;
		output_event(&o, &e);
		assert_int_equal(o.events, 0); /* none was printed */
		assert_int_equal(o.summary->count, filters[i].count);
		processes_free(&o.processes);
		end(&o);
		assert_ptr_equal(table(), printed + 1);
	}
}

static int by_value(const void *a, const void *b)
{
	unsigned long long left = *(const unsigned long long *)a, right = *(const unsigned long long *)b;

	return left < right ? -1 : left > right;
}

static unsigned long long random_number(void)
{
	static unsigned long long seed = 42;

	seed = seed * 6364136223846793005ULL + 1442695040888963407ULL;
	return seed >> 32;
}

/* Durations of all sizes, with odd and even, small and large numbers of runs. */
static void test_sums(void **state)
{
	static unsigned long long us[5000];

	(void)state;
	for (unsigned int trial = 0; trial < 300; trial++) {
		size_t n = trial < 40 ? trial + 1 : random_number() % 5000 + 1;
		unsigned int spread = (unsigned int)(random_number() % 40);
		unsigned long long total = 0, failures = 0, median;
		struct output o = begin(&json_format);
		json_t *json, *sum;

		for (size_t i = 0; i < n; i++) {
			unsigned int status = random_number() % 3 ? 0 : random_number() % 2 ? SIGTERM : 2 << 8;

			us[i] = random_number() >> random_number() % (spread + 1);
			total += us[i];
			failures += status != 0;
			ended(&o, "a command", status, us[i] * 1000 + 999);
		}
		end(&o);
		qsort(us, n, sizeof(us[0]), by_value);

		json = object();
		assert_int_equal(json_array_size(json_object_get(json, "commands")), 1);
		sum = json_array_get(json_object_get(json, "commands"), 0);
		assert_string_equal(json_string_value(json_object_get(sum, "comm")), "a command");
		assert_int_equal(json_integer_value(json_object_get(sum, "runs")), n);
		assert_int_equal(json_integer_value(json_object_get(sum, "failures")), failures);
		assert_int_equal(us_of(sum, "total_ms"), (total * 1000 + n * 999) / 1000);
		assert_int_equal(us_of(sum, "mean_ms"), (total * 1000 + n * 999) / n / 1000);
		assert_int_equal(us_of(sum, "max_ms"), us[n - 1]);
		median = us[(n - 1) / 2];
		assert_in_range(us_of(sum, "median_ms"), median - median / 32 - (median > 31),
				median + median / 32 + 1);
		assert_in_range(us_of(sum, "median_ms"), us[0], us[n - 1]);
		if (n <= 2)
			assert_int_equal(us_of(sum, "median_ms"), median);
		json_decref(json);
	}
}

/* No figure is larger than the longest duration or smaller than the shortest. */
static void test_equal_durations(void **state)
{
	(void)state;
	for (unsigned long long us = 990; us < 1030; us++) {
		struct output o = begin(&json_format);
		json_t *json, *sum;

		for (int i = 0; i < 3; i++)
			ended(&o, "a", 0, us * 1000);
		end(&o);
		json = object();
		sum = json_array_get(json_object_get(json, "commands"), 0);
		assert_int_equal(us_of(sum, "median_ms"), us);
		json_decref(json);
	}
}

/* The longest possible duration has a bucket, too. */
static void test_longest_durations(void **state)
{
	struct output o = begin(&json_format);

	(void)state;
	for (int i = 0; i < 3; i++)
		ended(&o, "a", 0, 0xffffffffffffffff);
	end(&o);
	assert_non_null(strstr(printed, "\"median_ms\":18446744073709.551,"));
}

static void test_order(void **state)
{
	struct output o = begin(&json_format);
	const char *b, *c, *a, *d;

	(void)state;
	ended(&o, "a", 0, 5 * MS);
	ended(&o, "b", 0, 9 * MS);
	ended(&o, "d", 0, 5 * MS);
	ended(&o, "c", 0, 3 * MS);
	ended(&o, "c", 0, 3 * MS);
	end(&o);
	b = strstr(printed, "{\"comm\":\"b\"");
	c = strstr(printed, "{\"comm\":\"c\"");
	a = strstr(printed, "{\"comm\":\"a\"");
	d = strstr(printed, "{\"comm\":\"d\"");
	assert_true(b && b < c && c < a && a < d);
}

/* Names that differ only in their last byte, or only in length, are different. */
static void test_names(void **state)
{
	struct output o = begin(&json_format);
	json_t *json;

	(void)state;
	ended(&o, "0123456789abcde", 0, 1);
	ended(&o, "0123456789abcdef", 0, 1);
	ended(&o, "0123456789abcdeg", 0, 1);
	ended(&o, "", 0, 1);
	ended(&o, "\xff\n\"", 0, 1);
	ended(&o, "0123456789abcdef", 0, 1);
	end(&o);
	assert_non_null(strstr(printed, "{\"comm\":\"0123456789abcdef\",\"runs\":2,"));
	assert_non_null(strstr(printed, "{\"comm\":\"0123456789abcde\",\"runs\":1,"));
	assert_non_null(strstr(printed, "{\"comm\":\"\",\"runs\":1,"));
	json = object();
	assert_string_equal(json_string_value(json_object_get(json, "event")), "summary");
	json_decref(json);
	o = begin(&table_format);
	ended(&o, "\x1b[2K\n", 0, 1);
	end(&o);
	assert_non_null(strstr(table(), "\n\\x1b[2K\\n             1     0 "));
}

/* With any number of names: the first ones have rows, the others share one. */
static void test_too_many_names(void **state)
{
	const struct format *const formats[] = { &table_format, &json_format };
	char comm[COMM_LEN + 1];
	json_t *json, *other;

	(void)state;
	for (size_t f = 0; f < 2; f++) {
		struct output o = begin(formats[f]);

		for (int i = 0; i < 3 * SUMMARY_COMMANDS; i++) {
			snprintf(comm, sizeof(comm), "%d", i);
			ended(&o, comm, i % 2 << 8, MS);
		}
		assert_int_equal(o.summary->count, SUMMARY_COMMANDS);
		end(&o);
		if (f == 0) {
			const char *last = strstr(printed, "\n                   8192  4096  8.19s "
							   "1.00ms 1.00ms 1.00ms #");

			assert_non_null(last);
			assert_non_null(strstr(last, "\n(other): all commands after the first 4096\n"));
		}
	}
	json = object();
	assert_int_equal(json_array_size(json_object_get(json, "commands")), SUMMARY_COMMANDS);
	other = json_object_get(json, "other");
	assert_int_equal(json_integer_value(json_object_get(other, "runs")), 2 * SUMMARY_COMMANDS);
	assert_int_equal(json_integer_value(json_object_get(other, "failures")), SUMMARY_COMMANDS);
	assert_int_equal(us_of(other, "total_ms"), 2 * SUMMARY_COMMANDS * 1000);
	json_decref(json);
}

static void test_short_times(void **state)
{
	const struct {
		unsigned long long us;
		const char *shown;
	} times[] = {
		{ 0, "   0us" },
		{ 999, " 999us" },
		{ 1000, "1.00ms" },
		{ 1234, "1.23ms" },
		{ 12345, "12.3ms" },
		{ 123456, " 123ms" },
		{ 1234567, " 1.23s" },
		{ 12345678, " 12.3s" },
		{ 9999, "9.99ms" },
		{ 10000, "10.0ms" },
		{ 99999, "99.9ms" },
		{ 100000, " 100ms" },
		{ 999999, " 999ms" },
		{ 1000000, " 1.00s" },
		{ 9999999, " 9.99s" },
		{ 10000000, " 10.0s" },
		{ 59999999, " 59.9s" },
		{ 60000000, " 1m00s" },
		{ 3599999999, "59m59s" },
		{ 3600000000, " 1h00m" },
		{ 359999999999, "99h59m" },
		{ 360000000000, "    4d" },
		{ 864000000000000, "10000d" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(times) / sizeof(times[0]); i++) {
		struct output o = begin(&table_format);
		char row[128];

		ended(&o, "a", 0, times[i].us * 1000 + 999);
		end(&o);
		snprintf(row, sizeof(row), "\na                     1     0 %s %s %s %s ", times[i].shown,
			 times[i].shown, times[i].shown, times[i].shown);
		assert_non_null(strstr(table(), row));
	}
}

/* Ordinary rows fit a terminal of 80 columns; the first row has the longest bar. */
static void test_width(void **state)
{
	struct output o = begin(&table_format);
	char comm[COMM_LEN + 1];
	size_t bar = 80;

	(void)state;
	for (int i = 0; i < 1000; i++) {
		snprintf(comm, sizeof(comm), "%0*d", 15, i);
		ended(&o, comm, 0, 1ULL << i % 50);
	}
	end(&o);
	for (const char *line = table(); *line; line = strchr(line, '\n') + 1) {
		size_t marks = strcspn(line, "\n") - strcspn(line, "#\n");

		assert_true(strcspn(line, "\n") < 80);
		assert_true(marks <= bar);
		if (line != table())
			bar = marks;
	}
	assert_int_equal(bar, 0);
}

static void test_colour(void **state)
{
	struct output o = begin(&table_format);

	(void)state;
	o.color = true;
	ended(&o, "good", 0, 2 * MS);
	ended(&o, "bad", 1 << 8, MS);
	end(&o);
	assert_non_null(strstr(table(), "\ngood                  1     0 "));
	assert_non_null(strstr(table(), "\nbad                   1 \x1b[1;31m    1\x1b[m "));
}

/* -r: the sum of the CPU times and the largest resident set, from exits that have them. */
static void test_resources(void **state)
{
	struct event e = {
		.kind = EVENT_EXIT,
		.comm = "a",
		.comm_len = 1,
		.duration_ns = 2 * MS,
		.has_resources = true,
		.resources = { .cpu_ns = 3 * MS, .max_rss = RSS_UNKNOWN },
	};
	struct output o = begin(&table_format);

	(void)state;
	o.resources = true;
	ended(&o, "b", 0, MS);
	output_event(&o, &e);
	e.resources.max_rss = (3ULL << 20) / (unsigned long long)sysconf(_SC_PAGESIZE);
	output_event(&o, &e);
	e.resources.max_rss /= 2;
	output_event(&o, &e);
	end(&o);
	assert_non_null(strstr(table(), " MEDIAN    MAX    CPU     RSS TOTAL\n"));
	assert_non_null(strstr(table(), "\na                     3     0 6.00ms 2.00ms 2.00ms 2.00ms "
					"9.00ms    3.0M #"));
	assert_non_null(strstr(table(), "\nb                     1     0 1.00ms 1.00ms 1.00ms 1.00ms "
					"     -       -"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_table),
		cmocka_unit_test(test_resources),
		cmocka_unit_test(test_json),
		cmocka_unit_test(test_nothing_ended),
		cmocka_unit_test(test_format_is_called),
		cmocka_unit_test(test_replaced_by_exec),
		cmocka_unit_test(test_exec_and_filters),
		cmocka_unit_test(test_sums),
		cmocka_unit_test(test_equal_durations),
		cmocka_unit_test(test_longest_durations),
		cmocka_unit_test(test_order),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_too_many_names),
		cmocka_unit_test(test_short_times),
		cmocka_unit_test(test_width),
		cmocka_unit_test(test_colour),
	};
	int failed;

	setenv("TZ", "UTC0", 1);
	tzset();
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	free(printed);
	return failed;
}
