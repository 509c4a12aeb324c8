/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Compares members of a parsed JSON object with the input of the format. */
#ifndef FUZZ_JSON_H
#define FUZZ_JSON_H

#include <jansson.h>
#include <math.h>
#include <unistd.h>

#include "fuzz.h"

/* The string equals the bytes, with U+FFFD in place of each byte that is not part of a character. */
static inline void must_be_text(const json_t *value, const char *bytes, size_t size)
{
	const char *text;
	size_t left;

	must(json_is_string(value));
	text = json_string_value(value);
	left = json_string_length(value);
	for (size_t i = 0, length; i < size; i += length) {
		uint32_t code;

		length = rfc3629(bytes + i, size - i, &code);
		if (length) {
			must(left >= length && memcmp(text, bytes + i, length) == 0);
			text += length;
			left -= length;
		} else {
			must(left >= 3 && memcmp(text, "\xef\xbf\xbd", 3) == 0);
			text += 3;
			left -= 3;
			length = 1;
		}
	}
	must(left == 0);
}

static inline void check_string(const json_t *object, const char *key, const char *bytes, size_t size)
{
	must_be_text(json_object_get(object, key), bytes, size);
}

static inline void check_integer(const json_t *object, const char *key, long long number)
{
	const json_t *value = json_object_get(object, key);

	must(json_is_integer(value) && json_integer_value(value) == number);
}

/* Present and true, or absent. */
static inline void check_flag(const json_t *object, const char *key, bool set)
{
	const json_t *value = json_object_get(object, key);

	must(set ? json_is_true(value) : !value);
}

/* Equal to the microsecond, as far as a double can represent it. */
static inline void check_ms(const json_t *object, const char *key, unsigned long long ns)
{
	const json_t *value = json_object_get(object, key);
	double expected = (double)(ns / 1000) / 1000;

	must(json_is_real(value));
	must(fabs(json_real_value(value) - expected) <= 0.0005 + expected * 1e-15);
}

static inline void check_time(const json_t *object, const char *key, unsigned long long time_ns)
{
	time_t second = (time_t)(time_ns / 1000000000);
	char expected[64];
	struct tm tm;
	size_t n;

	n = strftime(expected, sizeof(expected), "%Y-%m-%dT%H:%M:%S", gmtime_r(&second, &tm));
	n += (size_t)snprintf(expected + n, sizeof(expected) - n, ".%09lluZ", time_ns % 1000000000);
	check_string(object, key, expected, n);
}

static inline void check_arguments(const json_t *object, const char *key, const struct event *e)
{
	const json_t *array = json_object_get(object, key);
	size_t n = 0;

	must(json_is_array(array));
	for (size_t at = 0, size; at < e->args_len; at += size + 1) {
		size = strnlen(e->args + at, e->args_len - at);
		must_be_text(json_array_get(array, n++), e->args + at, size);
	}
	must(json_array_size(array) == n);
}

static inline void check_resources(const json_t *object, const struct event *e)
{
	const json_t *used = json_object_get(object, "resources");
	const struct resources *r = &e->resources;

	must(!used == !e->has_resources);
	if (!used)
		return;
	check_ms(used, "cpu_ms", r->cpu_ns);
	if (r->user_ticks || r->system_ticks) {
		double user = json_real_value(json_object_get(used, "user_ms"));
		double all = user + json_real_value(json_object_get(used, "system_ms"));

		must(user >= 0 && fabs(all - (double)r->cpu_ns / 1e6) <= 0.003 + all * 1e-14);
	} else {
		must(json_is_null(json_object_get(used, "user_ms")));
		must(json_is_null(json_object_get(used, "system_ms")));
	}
	if (r->max_rss == RSS_UNKNOWN || r->max_rss == 0)
		must(json_is_null(json_object_get(used, "max_rss_bytes")));
	else
		check_integer(used, "max_rss_bytes", (long long)r->max_rss * sysconf(_SC_PAGESIZE));
	check_integer(used, "minor_faults", r->minor_faults);
	check_integer(used, "major_faults", r->major_faults);
	check_integer(used, "read_bytes", (long long)r->read_bytes);
	check_integer(used, "written_bytes", (long long)r->written_bytes);
	check_integer(used, "voluntary_switches", r->voluntary_switches);
	check_integer(used, "involuntary_switches", r->involuntary_switches);
	check_flag(used, "partial", r->partial);
}

static inline void check_failure(const json_t *object, const struct event *e)
{
	const char *error = json_string_value(json_object_get(object, "error"));

	must(error && *error == 'E');
	check_flag(object, "filename_truncated", e->filename_truncated);
	if (e->filename_len)
		check_string(object, "filename", e->filename, e->filename_len);
	else /* exec("") is ENOENT, 2 */
		must(json_is_null(json_object_get(object, "filename")) == (e->error != 2));
}

static inline void check_status(const json_t *object, unsigned int status)
{
	const json_t *signal = json_object_get(object, "signal");

	if (status & 0x7f) {
		must(json_is_null(json_object_get(object, "exit_code")));
		must(json_is_string(signal) && strncmp(json_string_value(signal), "SIG", 3) == 0);
	} else {
		check_integer(object, "exit_code", status >> 8);
		must(json_is_null(signal));
	}
	must(json_boolean_value(json_object_get(object, "core_dumped")) ==
	     ((status & 0x7f) && (status & 0x80)));
	must(json_is_boolean(json_object_get(object, "core_dumped")));
}

#endif
