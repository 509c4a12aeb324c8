/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * JSON lines: compared to the byte where the format is documented, and read back with
 * jansson, which validates UTF-8 independently.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <sys/wait.h>

#include <jansson.h>

#include "output/json.h"
#include "output/output.h"
#include "unit.h"

#define AT 1772104712104233117ULL /* 2026-02-26T11:18:32.104233117Z */

static char *printed;
static size_t printed_len;

static const char *in_slice(unsigned long long id)
{
	return id == 4711 ? "/user.slice/a b" : NULL;
}

static struct output open_output(void)
{
	struct output o = { .cgroup_path = in_slice };

	free(printed);
	o.file = open_memstream(&printed, &printed_len);
	assert_non_null(o.file);
	return o;
}

/* The output of json_format for e.  Valid until the next call. */
static const char *line_of(const struct event *e)
{
	struct output o = open_output();

	json_format.event(&o, e);
	assert_int_equal(fclose(o.file), 0);
	assert_int_equal(strlen(printed), printed_len); /* no NUL in it */
	assert_ptr_equal(strchr(printed, '\n'), printed + printed_len - 1);
	return printed;
}

static json_t *parsed(const struct event *e)
{
	json_error_t error;
	json_t *object = json_loads(line_of(e), JSON_REJECT_DUPLICATES, &error);

	if (!object)
		fail_msg("%s in: %s", error.text, printed);
	return object;
}

static struct event exec_event(void)
{
	static const char args[] = "sh\0-c\0exit 3";

	return (struct event){
		.kind = EVENT_EXEC,
		.pid = 4935,
		.ppid = 4931,
		.uid = 0,
		.time_ns = AT,
		.comm = "sh",
		.comm_len = 2,
		.details = { .start_ns = 9876543210,
			     .parent_start_ns = 1234567890,
			     .ns_pid = 12,
			     .cgroup_id = 4711,
			     .euid = 33,
			     .loginuid = 1000,
			     .session_id = 7,
			     .parent_comm = "make",
			     .tty = "pts3" },
		.filename = "/bin/sh",
		.filename_len = 7,
		.args = args,
		.args_len = sizeof(args),
	};
}

static struct event exit_event(unsigned int status)
{
	return (struct event){
		.kind = EVENT_EXIT,
		.pid = 4935,
		.ppid = 4931,
		.uid = 1000,
		.time_ns = AT,
		.comm = "sh",
		.comm_len = 2,
		.details = { .ns_pid = 12 },
		.status = status,
		.duration_ns = 1207999,
		.lifetime_ns = 1622000,
	};
}

static void test_exec_line(void **state)
{
	struct event e = exec_event();

	(void)state;
	assert_string_equal(line_of(&e),
			    "{\"time\":\"2026-02-26T11:18:32.104233117Z\",\"event\":\"exec\","
			    "\"pid\":4935,\"ppid\":4931,\"ns_pid\":12,\"uid\":0,\"comm\":\"sh\","
			    "\"cgroup\":\"/user.slice/a b\",\"cgroup_id\":4711,\"filename\":\"/bin/sh\","
			    "\"args\":[\"sh\",\"-c\",\"exit 3\"],\"id\":\"4935-9876543210\","
			    "\"parent_id\":\"4931-1234567890\",\"parent_comm\":\"make\",\"euid\":33,"
			    "\"loginuid\":1000,\"session_id\":7,\"tty\":\"pts/3\","
			    "\"container_id\":null}\n");
}

static void test_exit_line(void **state)
{
	struct event e = exit_event(3 << 8);

	(void)state;
	e.ppid = 0; /* outside of our PID namespace */
	e.details.loginuid = e.details.session_id = ID_UNSET;
	assert_string_equal(line_of(&e),
			    "{\"time\":\"2026-02-26T11:18:32.104233117Z\",\"event\":\"exit\","
			    "\"pid\":4935,\"ppid\":0,\"ns_pid\":12,\"uid\":1000,\"comm\":\"sh\","
			    "\"cgroup\":null,\"cgroup_id\":0,\"exit_code\":3,\"signal\":null,"
			    "\"core_dumped\":false,\"duration_ms\":1.207,\"lifetime_ms\":1.622,"
			    "\"filename\":null,\"args\":null,\"id\":\"4935-0\",\"parent_id\":null,"
			    "\"parent_comm\":null,\"euid\":0,\"loginuid\":null,\"session_id\":null,"
			    "\"tty\":null,\"container_id\":null}\n");
}

/* The losses by cause, and whether the figure is exact. */
static void test_lost_lines(void **state)
{
	const struct {
		enum loss_cause cause;
		struct loss loss;
		const char *rest;
	} losses[] = {
		{ LOSS_RING, { 12, 5, 0 }, "\"count\":17,\"exec\":12,\"exit\":5,\"cause\":\"ring_full\",\"exact\":true}\n" },
		{ LOSS_SKIPPED, { 1, 2, 4 }, "\"count\":7,\"exec\":1,\"exit\":2,\"cause\":\"skipped\",\"exact\":false}\n" },
		{ LOSS_SKIPPED_CALLS, { 0, 0, 6 }, "\"count\":6,\"exec\":0,\"exit\":0,\"cause\":\"skipped_calls\",\"exact\":false}\n" },
		{ LOSS_UNFOLLOWED, { 0, 0, 3 }, "\"count\":3,\"exec\":0,\"exit\":0,\"cause\":\"unfollowed\",\"exact\":true}\n" },
		{ LOSS_UNTIMED, { 9, 0, 0 }, "\"count\":9,\"exec\":9,\"exit\":0,\"cause\":\"untimed\",\"exact\":true}\n" },
		{ LOSS_MALFORMED, { 0, 0, 1 }, "\"count\":1,\"exec\":0,\"exit\":0,\"cause\":\"malformed\",\"exact\":true}\n" },
	};

	(void)state;
	assert_int_equal(sizeof(losses) / sizeof(losses[0]), LOSS_CAUSES);
	for (size_t i = 0; i < LOSS_CAUSES; i++) {
		static const char start[] = "{\"time\":\"1970-01-01T00:00:01.000000001Z\",\"event\":\"lost\",";
		struct output o = open_output();

		json_format.lost(&o, 1000000001, losses[i].cause, &losses[i].loss);
		assert_int_equal(fclose(o.file), 0);
		assert_memory_equal(printed, start, strlen(start));
		assert_string_equal(printed + strlen(start), losses[i].rest);
	}
}

/* The program of an exit: the file and the arguments of the last exec, as far as they are known. */
static void test_program_of_an_exit(void **state)
{
	struct process p = { .exec = exec_event() };
	struct event e = exit_event(0);
	struct output o = open_output();

	(void)state;
	o.process = &p;
	json_format.event(&o, &e);
	p.exec.filename_truncated = p.exec.args_truncated = true;
	json_format.event(&o, &e);
	p = (struct process){ .exec = { .args = "a\0b", .args_len = 4 } }; /* as it may be in /proc */
	json_format.event(&o, &e);
	assert_int_equal(fclose(o.file), 0);
	assert_non_null(strstr(printed, "1.622,\"filename\":\"/bin/sh\",\"args\":[\"sh\",\"-c\",\"exit 3\"],\"id\":"));
	assert_non_null(strstr(printed, "1.622,\"filename\":\"/bin/sh\",\"filename_truncated\":true,"
					"\"args\":[\"sh\",\"-c\",\"exit 3\"],\"args_truncated\":true,\"id\":"));
	assert_non_null(strstr(printed, "1.622,\"filename\":null,\"args\":[\"a\",\"b\"],\"id\":"));
}

static const char *in_container(unsigned long long id)
{
	(void)id;
	return "/docker/0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
}

static void test_identity(void **state)
{
	const struct {
		const char *kernel, *shown;
	} ttys[] = {
		{ "", "\"tty\":null," },
		{ "tty1", "\"tty\":\"tty1\"," },
		{ "pts0", "\"tty\":\"pts/0\"," },
		{ "pts123456789012", "\"tty\":\"pts/123456789012\"," },
		{ "ptsabcdefghijklm", "\"tty\":\"pts/abcdefghijklm\"," }, /* no NUL: must not read past the end */
		{ "ttyUSB12", "\"tty\":\"ttyUSB12\"," },
	};
	struct event e = exec_event();
	struct output o;

	(void)state;
	for (size_t i = 0; i < sizeof(ttys) / sizeof(ttys[0]); i++) {
		memset(e.details.tty, 0, TTY_LEN);
		memcpy(e.details.tty, ttys[i].kernel, strlen(ttys[i].kernel));
		assert_non_null(strstr(line_of(&e), ttys[i].shown));
	}
	memset(e.details.parent_comm, '"', sizeof(e.details.parent_comm));
	e.pid = e.ppid = 0x7fffffff;
	e.details.start_ns = e.details.parent_start_ns = 0xffffffffffffffff;
	e.details.euid = e.details.loginuid = e.details.session_id = 0xfffffffe;
	o = open_output();
	o.cgroup_path = in_container;
	json_format.event(&o, &e);
	assert_int_equal(fclose(o.file), 0);
	assert_non_null(strstr(
		printed,
		"\"id\":\"2147483647-18446744073709551615\",\"parent_id\":\"2147483647-18446744073709551615\","
		"\"parent_comm\":\"\\\"\\\"\\\"\\\"\\\"\\\"\\\"\\\"\\\"\\\"\\\"\\\"\\\"\\\"\\\"\\\"\","
		"\"euid\":4294967294,\"loginuid\":4294967294,\"session_id\":4294967294,"));
	assert_non_null(strstr(printed, ",\"container_id\":"
					"\"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\"}\n"));
}

/* The first object identifies the machine and its boot.  Nothing follows the last object. */
static void test_start(void **state)
{
	struct output o = open_output();
	char boot_id[64] = "";
	struct utsname name;
	json_error_t error;
	json_t *object;
	FILE *file = fopen("/proc/sys/kernel/random/boot_id", "re");

	(void)state;
	assert_non_null(file);
	assert_non_null(fgets(boot_id, sizeof(boot_id), file));
	fclose(file);
	boot_id[strcspn(boot_id, "\n")] = '\0';
	assert_int_equal(uname(&name), 0);
	o.began_ns = AT;
	assert_int_equal(json_format.begin(&o), 0);
	assert_int_equal(fclose(o.file), 0);
	object = json_loads(printed, JSON_REJECT_DUPLICATES, &error);
	assert_non_null(object);
	assert_int_equal(json_object_size(object), 7);
	assert_ptr_equal(strstr(printed, "{\"time\":\"2026-02-26T11:18:32.104233117Z\",\"event\":\"start\","), printed);
	assert_string_equal(json_string_value(json_object_get(object, "version")), VERSION);
	assert_string_equal(json_string_value(json_object_get(object, "host")), name.nodename);
	assert_string_equal(json_string_value(json_object_get(object, "boot_id")), boot_id);
	assert_string_equal(json_string_value(json_object_get(object, "kernel")), name.release);
	assert_string_equal(json_string_value(json_object_get(object, "machine")), name.machine);
	json_decref(object);
	assert_null(json_format.end);
}

/* The largest figures fit in the line's buffer. */
static void test_largest_loss(void **state)
{
	const struct loss loss = { 0x7fffffffffffffff, 0xffffffffffffffff, 0x8000000000000001 };
	struct output o = open_output();

	(void)state;
	json_format.lost(&o, 0xffffffffffffffff, LOSS_UNFOLLOWED, &loss);
	assert_int_equal(fclose(o.file), 0);
	assert_non_null(strstr(printed, "\"exec\":9223372036854775807,\"exit\":18446744073709551615,"));
}

/* The time of day is kernel time plus the clock's offset. */
static void test_time_of_day(void **state)
{
	struct output o = open_output();
	struct event e = exec_event();

	(void)state;
	e.time_ns = 104233117;
	o.clock.offset_ns = AT - 104233117;
	json_format.event(&o, &e);
	assert_int_equal(fclose(o.file), 0);
	assert_memory_equal(printed, "{\"time\":\"2026-02-26T11:18:32.104233117Z\",", 41);
}

/* Paths of cgroups are not available. */
static void test_no_cgroup_paths(void **state)
{
	struct output o = open_output();
	struct event e = exec_event();

	(void)state;
	o.cgroup_path = NULL;
	json_format.event(&o, &e);
	assert_int_equal(fclose(o.file), 0);
	assert_non_null(strstr(printed, ",\"cgroup\":null,\"cgroup_id\":4711,"));
}

/* The text of a second is cached: the next second must get its own. */
static void test_times_in_a_row(void **state)
{
	const struct {
		unsigned long long ns;
		const char *text;
	} times[] = {
		{ 0, "1970-01-01T00:00:00.000000000Z" },
		{ 999999999, "1970-01-01T00:00:00.999999999Z" },
		{ 1000000000, "1970-01-01T00:00:01.000000000Z" },
		{ 951827696000000070, "2000-02-29T12:34:56.000000070Z" },
		{ 4102444799123456789, "2099-12-31T23:59:59.123456789Z" },
	};
	struct output o = { 0 };
	char text[JSON_LEN];

	(void)state;
	for (size_t i = 0; i < sizeof(times) / sizeof(times[0]); i++) {
		char *end = add_json_time(text, &o, times[i].ns);

		assert_int_equal(end - text, strlen(times[i].text) + 2);
		assert_memory_equal(text + 1, times[i].text, strlen(times[i].text));
	}
}

static void test_milliseconds(void **state)
{
	const struct {
		unsigned long long ns;
		const char *ms;
	} durations[] = {
		{ 0, "0.000" },
		{ 999, "0.000" },
		{ 1000, "0.001" },
		{ 999999, "0.999" },
		{ 1000000, "1.000" },
		{ 1050000, "1.050" },
		{ 86400000000000, "86400000.000" },
		{ 0xffffffffffffffff, "18446744073709.551" },
	};
	char text[JSON_LEN];

	(void)state;
	for (size_t i = 0; i < sizeof(durations) / sizeof(durations[0]); i++) {
		*add_json_ms(text, durations[i].ns) = '\0';
		assert_string_equal(text, durations[i].ms);
	}
}

/* Every status that wait4() can return for an ended process. */
static void test_every_status(void **state)
{
	(void)state;
	for (unsigned int status = 0; status <= 0xffff; status++) {
		struct event e = exit_event(status);
		json_t *object, *code, *signal, *core;

		if (!WIFEXITED(status) && !(WIFSIGNALED(status) && status <= 0xff))
			continue;
		object = parsed(&e);
		code = json_object_get(object, "exit_code");
		signal = json_object_get(object, "signal");
		core = json_object_get(object, "core_dumped");
		if (WIFEXITED(status)) {
			assert_int_equal(json_integer_value(code), WEXITSTATUS(status));
			assert_true(json_is_null(signal) && json_is_false(core));
		} else {
			assert_true(json_is_null(code));
			assert_memory_equal(json_string_value(signal), "SIG", 3);
			assert_int_equal(json_is_true(core), WCOREDUMP(status) != 0);
		}
		json_decref(object);
	}
}

static void test_names_of_signals(void **state)
{
	struct event killed = exit_event(SIGKILL), dumped = exit_event(SIGSEGV | 0x80);

	(void)state;
	assert_non_null(strstr(line_of(&killed), ",\"exit_code\":null,\"signal\":\"SIGKILL\","
						 "\"core_dumped\":false,"));
	assert_non_null(strstr(line_of(&dumped), ",\"exit_code\":null,\"signal\":\"SIGSEGV\","
						 "\"core_dumped\":true,"));
}

/* The largest values of all numbers fit in the line's buffer. */
static void test_largest_numbers(void **state)
{
	struct event e = exit_event(64 | 0x80);
	json_t *object;

	(void)state;
	e.pid = e.ppid = e.details.ns_pid = 0x7fffffff;
	e.uid = 0xffffffff;
	e.time_ns = e.details.cgroup_id = e.duration_ns = e.lifetime_ns = 0xffffffffffffffff;
	e.comm = "0123456789abcdef";
	e.comm_len = COMM_LEN;
	assert_non_null(strstr(line_of(&e), "\"cgroup_id\":18446744073709551615,"));
	e.details.cgroup_id = 0x7fffffffffffffff; /* jansson's maximum */
	object = parsed(&e);
	assert_int_equal(json_integer_value(json_object_get(object, "pid")), 0x7fffffff);
	assert_int_equal(json_integer_value(json_object_get(object, "uid")), 0xffffffff);
	assert_string_equal(json_string_value(json_object_get(object, "comm")), "0123456789abcdef");
	json_decref(object);
}

static void check_args(const char *args, size_t size, bool truncated, const char *shown)
{
	struct event e = exec_event();
	json_t *object;

	e.args = malloc(size ? size : 1); /* so that reading past it is detected */
	assert_non_null(e.args);
	memcpy((char *)e.args, args, size);
	e.args_len = size;
	e.args_truncated = truncated;
	assert_non_null(strstr(line_of(&e), shown));
	object = parsed(&e);
	assert_true(json_is_array(json_object_get(object, "args")));
	json_decref(object);
	free((char *)e.args);
}

static void test_arguments(void **state)
{
	(void)state;
	check_args("", 0, false, "\"args\":[],\"id\":");
	check_args("", 1, false, "\"args\":[\"\"],\"id\":");
	check_args("a\0\0\0b", 6, false, "\"args\":[\"a\",\"\",\"\",\"b\"],\"id\":");
	check_args("\0b", 3, false, "\"args\":[\"\",\"b\"],\"id\":");
	check_args("a\0bc", 4, true, "\"args\":[\"a\",\"bc\"],\"args_truncated\":true,\"id\":");
	check_args("a\0", 2, true, "\"args\":[\"a\"],\"args_truncated\":true,\"id\":");
	check_args("a\0\0", 3, true, "\"args\":[\"a\",\"\"],\"args_truncated\":true,\"id\":");
	check_args("", 0, true, "\"args\":[],\"args_truncated\":true,\"id\":");
	check_args("\xe2\x82", 2, true, "\"args\":[\"\xef\xbf\xbd\xef\xbf\xbd\"],\"args_truncated\":true,\"id\":");
}

static void test_truncated_file_name(void **state)
{
	struct event e = exec_event();

	(void)state;
	e.filename_truncated = true;
	assert_non_null(strstr(line_of(&e), ",\"filename\":\"/bin/sh\",\"filename_truncated\":true,"
					    "\"args\":[\"sh\","));
}

/* True if jansson accepts the bytes as one or more UTF-8 characters. */
static bool is_utf8(const char *text, size_t size)
{
	json_t *string = json_stringn(text, size);

	json_decref(string);
	return string != NULL;
}

/* The expected result: text, with U+FFFD in place of each byte that is not part of a character. */
static void expect(char *out, const char *text, size_t size)
{
	while (size) {
		size_t length = 1;

		while (length <= 4 && length <= size && !is_utf8(text, length))
			length++;
		if (length > 4 || length > size) {
			out = stpcpy(out, "\xef\xbf\xbd");
			length = 1;
		} else {
			memcpy(out, text, length);
			out += length;
		}
		text += length;
		size -= length;
	}
	*out = '\0';
}

/* The bytes as comm, file name and argument can be read back, and no harmful byte is printed raw. */
static void check_bytes(const char *text, size_t size)
{
	char expected[3 * 64 + 1], *copy = malloc(size + 1);
	struct event e = exec_event();
	json_t *object;

	assert_true(size <= 64);
	assert_non_null(copy);
	memcpy(copy, text, size);
	copy[size] = '\0';
	e.comm = e.filename = e.args = copy;
	e.comm_len = e.filename_len = size;
	e.args_len = size + 1;
	expect(expected, text, size);

	object = parsed(&e);
	assert_string_equal(json_string_value(json_object_get(object, "comm")), expected);
	assert_string_equal(json_string_value(json_object_get(object, "filename")), expected);
	assert_string_equal(json_string_value(json_array_get(json_object_get(object, "args"), 0)),
			    expected);
	json_decref(object);
	for (size_t i = 0; i < printed_len - 1; i++) {
		assert_in_range((unsigned char)printed[i], 0x20, 0xff);
		assert_int_not_equal(printed[i], 0x7f);
		if (printed[i] == '\xc2') /* C1 controls */
			assert_in_range((unsigned char)printed[i + 1], 0xa0, 0xbf);
	}
	free(copy);
}

static void test_every_pair_of_bytes(void **state)
{
	(void)state;
	for (unsigned int first = 1; first < 256; first++)
		for (unsigned int second = 1; second < 256; second++) {
			char text[2] = { (char)first, (char)second };

			check_bytes(text, 2);
		}
}

/* Bytes that are special in UTF-8, in every order of four. */
static void test_quadruples_of_edges(void **state)
{
	static const unsigned char edges[] = { 'A', 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc1, 0xc2,
					       0xdf, 0xe0, 0xed, 0xef, 0xf0, 0xf4, 0xf5 };
	const size_t n = sizeof(edges);

	(void)state;
	for (size_t i = 0; i < n * n * n * n; i++) {
		char text[4] = { (char)edges[i % n], (char)edges[i / n % n],
				 (char)edges[i / n / n % n], (char)edges[i / n / n / n] };

		check_bytes(text, 4);
	}
}

/* Each code point can be read back, and is escaped if it is not printable. */
static void test_every_code_point(void **state)
{
	char text[64];
	size_t size = 0;

	(void)state;
	for (unsigned int code = 1; code <= 0x10ffff; code++) {
		char *at = text + size;

		if (code >= 0xd800 && code <= 0xdfff)
			continue;
		if (code < 0x80) {
			*at++ = (char)code;
		} else if (code < 0x800) {
			*at++ = (char)(0xc0 | code >> 6);
			*at++ = (char)(0x80 | (code & 0x3f));
		} else if (code < 0x10000) {
			*at++ = (char)(0xe0 | code >> 12);
			*at++ = (char)(0x80 | (code >> 6 & 0x3f));
			*at++ = (char)(0x80 | (code & 0x3f));
		} else {
			*at++ = (char)(0xf0 | code >> 18);
			*at++ = (char)(0x80 | (code >> 12 & 0x3f));
			*at++ = (char)(0x80 | (code >> 6 & 0x3f));
			*at++ = (char)(0x80 | (code & 0x3f));
		}
		size = (size_t)(at - text);
		if (size > 60 || code == 0x10ffff) {
			assert_true(is_utf8(text, size));
			check_bytes(text, size);
			size = 0;
		}
	}
}

static void test_escapes(void **state)
{
	const struct {
		const char *raw, *shown;
	} names[] = {
		{ "a\"b\\c", "a\\\"b\\\\c" },
		{ "\n\t", "\\n\\t" },
		{ "\x1b[2K\r", "\\u001b[2K\\u000d" },
		{ "\x7f", "\\u007f" },
		{ "\xe2\x80\xae", "\\u202e" }, /* right-to-left override */
		{ "\xf3\xa0\x81\x81", "\\udb40\\udc41" }, /* U+E0041, a tag */
		{ "\xf4\x8f\xbf\xbf", "\\udbff\\udfff" }, /* the last one */
		{ "caf\xc3\xa9/\xe6\xbc\xa2\xf0\x9f\x98\x80", "caf\xc3\xa9/\xe6\xbc\xa2\xf0\x9f\x98\x80" },
		{ "\xff\xc3(", "\xef\xbf\xbd\xef\xbf\xbd(" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct event e = exec_event();
		char shown[128];

		e.filename = names[i].raw;
		e.filename_len = strlen(names[i].raw);
		snprintf(shown, sizeof(shown), "\"filename\":\"%s\",", names[i].shown);
		assert_non_null(strstr(line_of(&e), shown));
	}
}

static void check_text(const json_t *object, const char *key, const char *expected)
{
	const json_t *value = json_object_get(object, key);

	if (!expected) {
		assert_true(json_is_null(value));
		return;
	}
	assert_true(json_is_string(value));
	assert_string_equal(json_string_value(value), expected);
}

static void test_failed_exec(void **state)
{
	struct event e = exec_event();
	json_t *object;

	(void)state;
	e.kind = EVENT_FAILED;
	e.error = 13;
	e.args_len = 0;
	object = parsed(&e);
	check_text(object, "event", "exec_failed");
	check_text(object, "filename", e.filename);
	check_text(object, "error", "EACCES");
	assert_null(json_object_get(object, "args"));
	check_text(object, "parent_comm", e.details.parent_comm);
	json_decref(object);

	e.filename = ""; /* missing or not readable */
	e.filename_len = 0;
	e.error = 2;
	object = parsed(&e);
	check_text(object, "filename", "");
	json_decref(object);
	e.error = 14;
	object = parsed(&e);
	check_text(object, "filename", NULL);
	check_text(object, "error", "EFAULT");
	json_decref(object);
}

static void test_fork(void **state)
{
	struct event e = exec_event();
	json_t *object;

	(void)state;
	e.kind = EVENT_FORK;
	e.filename = e.args = NULL;
	e.filename_len = e.args_len = 0;
	object = parsed(&e);
	check_text(object, "event", "fork");
	check_text(object, "comm", "sh");
	assert_null(json_object_get(object, "filename"));
	assert_null(json_object_get(object, "exit_code"));
	json_decref(object);
}

static void test_resources(void **state)
{
	struct event e = exec_event();
	json_t *object, *resources;

	(void)state;
	e.kind = EVENT_EXIT;
	object = parsed(&e);
	assert_null(json_object_get(object, "resources"));
	json_decref(object);
	e.has_resources = true;
	e.resources.cpu_ns = 1500000;
	object = parsed(&e);
	resources = json_object_get(object, "resources");
	assert_true(json_real_value(json_object_get(resources, "cpu_ms")) == 1.5);
	assert_true(json_is_null(json_object_get(resources, "user_ms")));
	json_decref(object);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_exec_line),
		cmocka_unit_test(test_exit_line),
		cmocka_unit_test(test_lost_lines),
		cmocka_unit_test(test_program_of_an_exit),
		cmocka_unit_test(test_identity),
		cmocka_unit_test(test_start),
		cmocka_unit_test(test_largest_loss),
		cmocka_unit_test(test_time_of_day),
		cmocka_unit_test(test_no_cgroup_paths),
		cmocka_unit_test(test_times_in_a_row),
		cmocka_unit_test(test_milliseconds),
		cmocka_unit_test(test_every_status),
		cmocka_unit_test(test_names_of_signals),
		cmocka_unit_test(test_largest_numbers),
		cmocka_unit_test(test_arguments),
		cmocka_unit_test(test_truncated_file_name),
		cmocka_unit_test(test_every_pair_of_bytes),
		cmocka_unit_test(test_quadruples_of_edges),
		cmocka_unit_test(test_every_code_point),
		cmocka_unit_test(test_escapes),
		cmocka_unit_test(test_failed_exec),
		cmocka_unit_test(test_fork),
		cmocka_unit_test(test_resources),
	};
	int failed = cmocka_run_group_tests(tests, NULL, NULL);

	free(printed);
	return failed;
}
