/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Output of -r: the split of the CPU time, sizes, the text in the table, JSON. */
#include <limits.h>
#include <string.h>
#include <unistd.h>

#include <jansson.h>

#include "output/errors.h"
#include "output/resources.h"
#include "unit.h"

static void check_split(unsigned long long cpu, unsigned long long user_ticks,
			unsigned long long system_ticks, unsigned long long expected)
{
	struct resources r = { .cpu_ns = cpu,
			       .user_ticks = user_ticks,
			       .system_ticks = system_ticks };
	unsigned long long user, system;

	assert_true(resources_split(&r, &user, &system));
	assert_int_equal(user, expected);
	assert_int_equal(user + system, cpu);
}

static void test_split(void **state)
{
	struct resources r = { .cpu_ns = 5 };
	unsigned long long user, system;

	(void)state;
	assert_false(resources_split(&r, &user, &system)); /* no tick was counted */
	check_split(92000000, 4000000, 0, 92000000);
	check_split(92000000, 0, 4000000, 0);
	check_split(90000000, 8000000, 4000000, 60000000);
	check_split(0, 1, 1, 0);
	check_split(7, 1, 2, 2);
	/* A hundred days on a thousand CPUs, where cpu * user exceeds 64 bits. */
	check_split(8640000000000000000ULL, 2000000000ULL, 1000000000ULL, 5760000000000000000ULL);
	check_split(ULLONG_MAX, ULLONG_MAX, 0, ULLONG_MAX);
	check_split(ULLONG_MAX, 0, ULLONG_MAX, 0);
	check_split(1000, ULLONG_MAX, ULLONG_MAX, 500);
}

/* Compared with the exact quotient in 128 bits, where supported: equal to one part in 2^30. */
static void test_split_is_close(void **state)
{
#ifdef __SIZEOF_INT128__
	unsigned long long seed = 1;

	for (int i = 0; i < 100000; i++) {
		unsigned long long n[3], user, system, exact, off;
		struct resources r;

		for (int k = 0; k < 3; k++) {
			seed = seed * 6364136223846793005ULL + 1442695040888963407ULL;
			n[k] = (seed >> 4) >> (seed >> 58 & 0x3f) % 60;
		}
		r = (struct resources){ .cpu_ns = n[0],
					.user_ticks = n[1],
					.system_ticks = n[2] + 1 };
		assert_true(resources_split(&r, &user, &system));
		exact = (unsigned long long)((unsigned __int128)n[0] * n[1] /
					     ((unsigned __int128)n[1] + n[2] + 1));
		off = user > exact ? user - exact : exact - user;
		assert_true(off <= (n[0] >> 30) + 1);
	}
#endif
	(void)state;
}

static const char *size_text(unsigned long long bytes)
{
	static char text[SIZE_LEN + 1];
	char *end = add_size(text, bytes);

	assert_true(end - text <= SIZE_LEN);
	*end = '\0';
	return text;
}

static void test_sizes(void **state)
{
	(void)state;
	assert_string_equal(size_text(0), "0K");
	assert_string_equal(size_text(4096), "4K");
	assert_string_equal(size_text(980 << 10), "980K");
	assert_string_equal(size_text((1 << 20) - 1), "1023K");
	assert_string_equal(size_text(1 << 20), "1.0M");
	assert_string_equal(size_text(12897485), "12.3M");
	assert_string_equal(size_text((1 << 30) - 1), "1023.9M");
	assert_string_equal(size_text(1536ULL << 20), "1.5G");
	assert_string_equal(size_text(ULLONG_MAX), "17179869183.9G");
}

static void check_text(const struct resources *r, const char *expected)
{
	char text[RESOURCES_LEN + 1], *end = add_resources(text, r);

	assert_true(end - text <= RESOURCES_LEN);
	*end = '\0';
	assert_string_equal(text, expected);
}

static void test_table_text(void **state)
{
	unsigned long long page = (unsigned long long)sysconf(_SC_PAGESIZE);
	struct resources r = {
		.cpu_ns = 92999999,
		.user_ticks = 80,
		.system_ticks = 12,
		.max_rss = 12 * 1048576 / page,
	};

	(void)state;
	check_text(&r, " cpu 80ms+12ms rss 12.0M");
	r.partial = 1;
	check_text(&r, " cpu 80ms+12ms rss 12.0M partial");
	r.partial = 0;
	r.user_ticks = r.system_ticks = 0;
	check_text(&r, " cpu 92ms rss 12.0M");
	r.max_rss = RSS_UNKNOWN;
	check_text(&r, " cpu 92ms");
	memset(&r, 0xff, sizeof(r)); /* the longest */
	r.max_rss = RSS_UNKNOWN / page;
	check_text(&r, " cpu 9223372036854ms+9223372036854ms rss 17179869183.9G partial");
}

static json_t *json_of(const struct resources *r)
{
	char text[RESOURCES_JSON_LEN + 2] = "{", *end = add_json_resources(text + 1, r);
	json_error_t error;
	json_t *json;

	assert_true(end - text - 1 <= RESOURCES_JSON_LEN);
	*end = '}';
	json = json_loadb(text, (size_t)(end + 1 - text), JSON_REJECT_DUPLICATES, &error);
	if (!json)
		fail_msg("%s in: %.*s", error.text, (int)(end + 1 - text), text);
	return json;
}

static void test_json(void **state)
{
	const struct resources all = {
		.cpu_ns = 90000000,
		.user_ticks = 2,
		.system_ticks = 1,
		.max_rss = 1000,
		.read_bytes = 512,
		.written_bytes = 1ULL << 40,
		.minor_faults = 3,
		.major_faults = 4,
		.voluntary_switches = 5,
		.involuntary_switches = 6,
	};
	struct resources r = { .max_rss = RSS_UNKNOWN, .partial = 1 };
	json_t *expected =
		json_pack("{s:{s:f,s:f,s:f,s:I,s:i,s:i,s:i,s:I,s:i,s:i}}", "resources", "cpu_ms",
			  90.0, "user_ms", 60.0, "system_ms", 30.0, "max_rss_bytes",
			  (json_int_t)1000 * sysconf(_SC_PAGESIZE), "minor_faults", 3,
			  "major_faults", 4, "read_bytes", 512, "written_bytes",
			  (json_int_t)1 << 40, "voluntary_switches", 5, "involuntary_switches", 6);
	json_t *json = json_of(&all), *inner;

	(void)state;
	assert_non_null(expected);
	assert_true(json_equal(json, expected));
	json_decref(json);
	json_decref(expected);

	json = json_of(&r);
	inner = json_object_get(json, "resources");
	assert_true(json_is_null(json_object_get(inner, "user_ms")));
	assert_true(json_is_null(json_object_get(inner, "system_ms")));
	assert_true(json_is_null(json_object_get(inner, "max_rss_bytes")));
	assert_true(json_is_true(json_object_get(inner, "partial")));
	json_decref(json);
	memset(&r, 0xff, sizeof(r)); /* the longest; too large for JSON libraries */
	r.max_rss = RSS_UNKNOWN / (unsigned long long)sysconf(_SC_PAGESIZE);
	r.read_bytes = r.written_bytes = LLONG_MAX;
	r.max_rss /= 2;
	json_decref(json_of(&r));
}

static void test_error_names(void **state)
{
	char buffer[ERROR_NAME_LEN];

	(void)state;
	assert_string_equal(error_name(2, buffer), "ENOENT");
	assert_string_equal(error_name(8, buffer), "ENOEXEC");
	assert_string_equal(error_name(13, buffer), "EACCES");
	assert_string_equal(error_name(0, buffer), "E0");
	assert_string_equal(error_name(UINT_MAX, buffer), "E4294967295");
#ifdef __GLIBC__
	for (int i = 1; i < 134; i++)
		if (strerrorname_np(i))
			assert_string_equal(error_name((unsigned int)i, buffer),
					    strerrorname_np(i));
#endif
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_split), cmocka_unit_test(test_split_is_close),
		cmocka_unit_test(test_sizes), cmocka_unit_test(test_table_text),
		cmocka_unit_test(test_json),  cmocka_unit_test(test_error_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
