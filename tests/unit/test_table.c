/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * The table, to the byte: ordinary lines compared with the classic tool's format, and
 * lines with hostile names, which must be harmless on a terminal.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "output/output.h"
#include "unit.h"

/* 2026-02-26 19:18:32 UTC, and the last ns before the next second. */
#define AT ((1772133512ULL) * 1000000000 + 999999999)

static char *printed;

/* The output of table_format for e, or for begin if e is NULL.  Valid until the next call. */
static const char *table(const struct event *e)
{
	struct output o = { 0 };
	size_t size;

	free(printed);
	o.file = open_memstream(&printed, &size);
	assert_non_null(o.file);
	if (e)
		table_format.event(&o, e);
	else
		assert_int_equal(table_format.begin(&o), 0);
	assert_int_equal(fclose(o.file), 0);
	assert_int_equal(strlen(printed), size); /* no NUL in it */
	return printed;
}

static struct event exec_event(const char *comm, const char *filename)
{
	return (struct event){
		.kind = EVENT_EXEC,
		.pid = 3817424,
		.ppid = 3817420,
		.time_ns = AT,
		.comm = comm,
		.comm_len = strlen(comm),
		.filename = filename,
		.filename_len = strlen(filename),
		.args = "",
	};
}

static struct event exit_event(const char *comm, unsigned int status, unsigned long long ns)
{
	return (struct event){
		.kind = EVENT_EXIT,
		.pid = 3817109,
		.ppid = 402466,
		.time_ns = AT,
		.comm = comm,
		.comm_len = strlen(comm),
		.status = status,
		.duration_ns = ns,
	};
}

static void check(const struct event *e, const char *line)
{
	assert_string_equal(table(e), line);
}

static void test_header(void **state)
{
	(void)state;
	check(NULL, "TIME     EVENT COMM             PID     PPID    FILENAME/EXIT CODE\n");
}

static void test_ordinary_lines(void **state)
{
	struct event e;

	(void)state;
	e = exec_event("sh", "/bin/sh");
	check(&e, "19:18:32 EXEC  sh               3817424 3817420 /bin/sh\n");
	e = exit_event("timeout", 0, 126999999);
	check(&e, "19:18:32 EXIT  timeout          3817109 402466  [0] (126ms)\n");
}

/* The classic tool's conversions, for all lengths of comm and PIDs. */
static void test_widths(void **state)
{
	const int pids[] = { 0, 1, 99, 32768, 999999, 4194304, 10000000, 2147483647 };
	char comm[COMM_LEN + 1], line[256];

	(void)state;
	for (size_t len = 0; len <= COMM_LEN; len++)
		for (size_t i = 0; i < sizeof(pids) / sizeof(pids[0]); i++) {
			struct event exec, exit;

			memset(comm, 'c', len);
			comm[len] = '\0';
			exec = exec_event(comm, "/usr/bin/true");
			exec.pid = pids[i];
			exec.ppid = pids[(i + 3) % 8];
			snprintf(line, sizeof(line), "%-8s %-5s %-16s %-7d %-7d %s\n", "19:18:32", "EXEC",
				 comm, exec.pid, exec.ppid, exec.filename);
			check(&exec, line);

			exit = exit_event(comm, 255 << 8, 86400000000000);
			exit.pid = pids[i];
			exit.ppid = pids[(i + 5) % 8];
			snprintf(line, sizeof(line), "%-8s %-5s %-16s %-7d %-7d [%u] (%llums)\n",
				 "19:18:32", "EXIT", comm, exit.pid, exit.ppid, 255, 86400000ULL);
			check(&exit, line);
		}
}

/* A comm of 16 bytes has no NUL: bytes after it are not printed. */
static void test_comm_has_a_length(void **state)
{
	struct event e = exec_event("0123456789abcdefSECRET", "/x");

	(void)state;
	e.comm_len = COMM_LEN;
	check(&e, "19:18:32 EXEC  0123456789abcdef 3817424 3817420 /x\n");
}

/* Compared with WEXITSTATUS, WTERMSIG and WCOREDUMP of the same statuses. */
static void test_exit_codes(void **state)
{
	(void)state;
	for (unsigned int code = 0; code < 256; code++) {
		struct event e = exit_event("sh", code << 8, 0);
		char line[128];

		snprintf(line, sizeof(line),
			 "19:18:32 EXIT  sh               3817109 402466  [%u] (0ms)\n", code);
		check(&e, line);
	}
}

static void test_signals(void **state)
{
	const struct {
		unsigned int status;
		const char *shown;
	} deaths[] = {
		{ SIGKILL, "[SIGKILL]" },
		{ SIGTERM, "[SIGTERM]" },
		{ SIGINT, "[SIGINT]" },
		{ SIGPIPE, "[SIGPIPE]" },
		{ SIGSEGV, "[SIGSEGV]" },
		{ SIGSEGV | 0x80, "[SIGSEGV, core]" },
		{ SIGABRT | 0x80, "[SIGABRT, core]" },
		{ 34, "[SIGRTMIN]" },
		{ 37, "[SIGRTMIN+3]" },
		{ 64, "[SIGRTMIN+30]" },
		{ 32, "[SIG32]" },
		{ 33 | 0x80, "[SIG33, core]" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(deaths) / sizeof(deaths[0]); i++) {
		struct event e = exit_event("victim", deaths[i].status, 7000000);
		char line[128];

		snprintf(line, sizeof(line),
			 "19:18:32 EXIT  victim           3817109 402466  %s (7ms)\n", deaths[i].shown);
		check(&e, line);
	}
}

/* Whole milliseconds, rounded down as in the classic tool, up to the longest possible. */
static void test_durations(void **state)
{
	const struct {
		unsigned long long ns;
		const char *shown;
	} durations[] = {
		{ 0, "(0ms)" },
		{ 999999, "(0ms)" },
		{ 1000000, "(1ms)" },
		{ 1999999, "(1ms)" },
		{ 60000000000, "(60000ms)" },
		{ 0xffffffffffffffff, "(18446744073709ms)" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(durations) / sizeof(durations[0]); i++) {
		struct event e = exit_event("a", 256, durations[i].ns);
		char line[128];

		snprintf(line, sizeof(line),
			 "19:18:32 EXIT  a                3817109 402466  [1] %s\n", durations[i].shown);
		check(&e, line);
	}
}

static void test_truncated_file_name(void **state)
{
	struct event e = exec_event("a", "/very/lo");

	(void)state;
	e.filename_truncated = true;
	check(&e, "19:18:32 EXEC  a                3817424 3817420 /very/lo...\n");
}

static void test_longest_file_name(void **state)
{
	static char name[FILENAME_MAX_LEN], line[FILENAME_MAX_LEN + 64];
	struct event e;

	(void)state;
	memset(name, 'x', sizeof(name) - 1);
	e = exec_event("a", name);
	snprintf(line, sizeof(line), "19:18:32 EXEC  a                3817424 3817420 %s\n", name);
	check(&e, line);
}

/* Names that a process can give itself, and how they are printed. */
static const struct {
	const char *raw, *shown;
} hostile[] = {
	{ "a\nb", "a\\nb" },
	{ "\r", "\\x0d" },
	{ "\x1b[2K", "\\x1b[2K" },
	{ "a\tb", "a\\tb" },
	{ "\b\b", "\\x08\\x08" },
	{ "\x7f", "\\x7f" },
	{ "\\n", "\\\\n" },
	{ "\\x1b", "\\\\x1b" },
	{ "\xff\xfe", "\\xff\\xfe" }, /* not UTF-8 */
	{ "\x80", "\\x80" }, /* a continuation byte alone */
	{ "\xc3", "\\xc3" }, /* truncated by the end */
	{ "\xc3(", "\\xc3(" }, /* truncated by another character */
	{ "\xe2\x82\n", "\\xe2\\x82\\n" },
	{ "\xf0\x9f\x98", "\\xf0\\x9f\\x98" },
	{ "\xc0\xaf", "\\xc0\\xaf" }, /* overlong '/' */
	{ "\xe0\x80\xaf", "\\xe0\\x80\\xaf" },
	{ "\xf0\x80\x80\xaf", "\\xf0\\x80\\x80\\xaf" },
	{ "\xc1\x9b", "\\xc1\\x9b" }, /* overlong '[' */
	{ "\xed\xa0\x80", "\\xed\\xa0\\x80" }, /* surrogate U+D800 */
	{ "\xed\xbf\xbf", "\\xed\\xbf\\xbf" }, /* surrogate U+DFFF */
	{ "\xf4\x90\x80\x80", "\\xf4\\x90\\x80\\x80" }, /* above U+10FFFF */
	{ "\xf8\x90\x80\x80", "\\xf8\\x90\\x80\\x80" }, /* invalid first byte */
	{ "\xc2\x9b" "2J", "\\xc2\\x9b" "2J" }, /* C1: CSI */
	{ "\xc2\x85", "\\xc2\\x85" }, /* C1: next line */
	{ "\xe2\x80\xae", "\\xe2\\x80\\xae" }, /* U+202E right-to-left override */
	{ "\xe2\x81\xa6", "\\xe2\\x81\\xa6" }, /* U+2066 left-to-right isolate */
	{ "\xd8\x9c", "\\xd8\\x9c" }, /* U+061C Arabic letter mark */
	{ "\xe2\x80\xa8", "\\xe2\\x80\\xa8" }, /* U+2028 line separator */
	{ "\xe2\x80\x8b", "\\xe2\\x80\\x8b" }, /* U+200B zero-width space */
	{ "\xef\xbb\xbf", "\\xef\\xbb\\xbf" }, /* U+FEFF byte order mark */
	{ "\xf3\xa0\x81\x81", "\\xf3\\xa0\\x81\\x81" }, /* U+E0041, a tag */
	{ "caf\xc3\xa9", "caf\xc3\xa9" }, /* harmless characters are kept */
	{ "\xe6\xbc\xa2\xe5\xad\x97", "\xe6\xbc\xa2\xe5\xad\x97" },
	{ "\xf0\x9f\x98\x80", "\xf0\x9f\x98\x80" },
	{ "a b'\"$`", "a b'\"$`" },
};

static void test_hostile_file_names(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(hostile) / sizeof(hostile[0]); i++) {
		struct event e = exec_event("a", hostile[i].raw);
		char line[128];

		snprintf(line, sizeof(line), "19:18:32 EXEC  a                3817424 3817420 %s\n",
			 hostile[i].shown);
		check(&e, line);
	}
}

/* One column per code point: counts the bytes that do not continue a valid character. */
static int columns(const char *shown)
{
	int n = 0;

	for (; *shown; shown++)
		n += (*shown & 0xc0) != 0x80;
	return n;
}

static void test_hostile_comms(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(hostile) / sizeof(hostile[0]); i++) {
		struct event exec = exec_event(hostile[i].raw, "/x");
		struct event exit = exit_event(hostile[i].raw, SIGKILL, 0);
		int pad = 16 - columns(hostile[i].shown);
		char line[128];

		/* The PID is in its column, or one blank after a name that did not fit. */
		pad = pad < 0 ? 0 : pad;
		snprintf(line, sizeof(line), "19:18:32 EXEC  %s%*s 3817424 3817420 /x\n",
			 hostile[i].shown, pad, "");
		check(&exec, line);
		snprintf(line, sizeof(line), "19:18:32 EXIT  %s%*s 3817109 402466  [SIGKILL] (0ms)\n",
			 hostile[i].shown, pad, "");
		check(&exit, line);
	}
}

/* Sixteen bytes that need four columns each. */
static void test_widest_comm(void **state)
{
	struct event e = exec_event("\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01", "/x");

	(void)state;
	check(&e, "19:18:32 EXEC  \\x01\\x01\\x01\\x01\\x01\\x01\\x01\\x01"
		  "\\x01\\x01\\x01\\x01\\x01\\x01\\x01\\x01 3817424 3817420 /x\n");
}

/*
 * Any two bytes: one line, nothing below 0x20, no DEL; and above 0x7f only an unchanged
 * two-byte character from U+00A0 to U+07FF.
 */
static void test_every_pair_of_bytes(void **state)
{
	(void)state;
	for (unsigned int pair = 0; pair <= 0xffff; pair++) {
		char name[3] = { (char)(pair >> 8), (char)pair, 0 };
		struct event e = exec_event("a", "");
		const char *line;
		size_t len;

		e.filename = name;
		e.filename_len = 2;
		line = table(&e);
		len = strlen(line);
		assert_int_equal(line[len - 1], '\n');
		for (size_t i = 0; i < len - 1; i++) {
			assert_true((unsigned char)line[i] >= 0x20 && line[i] != 0x7f);
			if (line[i] & 0x80)
				assert_true(pair >= 0xc2a0 && pair < 0xe000 && (pair & 0xc0) == 0x80);
		}
	}
}

/* The output of table_format for e with -a, or on a terminal. */
static const char *table_with(const struct event *e, bool args, bool color)
{
	struct output o = { .args = args, .color = color };
	size_t size;

	free(printed);
	o.file = open_memstream(&printed, &size);
	assert_non_null(o.file);
	table_format.event(&o, e);
	assert_int_equal(fclose(o.file), 0);
	return printed;
}

/* It is clear where the file name ends and the arguments begin. */
static void test_arguments(void **state)
{
	struct event e = exec_event("sh", "/bin/my sh");

	(void)state;
	e.args = "sh\0-c\0exit 3";
	e.args_len = 13;
	assert_string_equal(table_with(&e, true, false), "19:18:32 EXEC  sh               3817424 3817420 "
							 "'/bin/my sh' (sh) -c 'exit 3'\n");
	e.args_truncated = true;
	e.args_len = 12;
	assert_string_equal(table_with(&e, true, false), "19:18:32 EXEC  sh               3817424 3817420 "
							 "'/bin/my sh' (sh) -c 'exit 3' ...\n");
	assert_string_equal(table_with(&e, false, false), "19:18:32 EXEC  sh               3817424 3817420 "
							  "/bin/my sh\n");
}

/* Only failures are in color, and the color ends with the bracket. */
static void test_colour(void **state)
{
	struct event e;

	(void)state;
	e = exit_event("sh", 3 << 8, 0);
	assert_string_equal(table_with(&e, false, true), "19:18:32 EXIT  sh               3817109 402466  "
							 "\x1b[1;31m[3]\x1b[m (0ms)\n");
	e = exit_event("sh", SIGSEGV | 0x80, 0);
	assert_string_equal(table_with(&e, false, true), "19:18:32 EXIT  sh               3817109 402466  "
							 "\x1b[1;31m[SIGSEGV, core]\x1b[m (0ms)\n");
	e = exit_event("sh", 0, 0);
	assert_string_equal(table_with(&e, false, true), "19:18:32 EXIT  sh               3817109 402466  "
							 "[0] (0ms)\n");
	e = exec_event("sh", "/bin/sh");
	assert_null(strchr(table_with(&e, true, true), 0x1b));
}

/* Losses are reported on stderr: the table has no row for them, or for its end. */
static void test_no_lost_nor_end(void **state)
{
	(void)state;
	assert_null(table_format.lost);
	assert_null(table_format.end);
}

/* The time of day is kernel time plus the clock's offset. */
static void test_time_of_day(void **state)
{
	struct event e = exec_event("a", "/a");
	struct output o = { .clock = { .offset_ns = AT - 12 } };
	char *text;
	size_t size;

	(void)state;
	e.time_ns = 13;
	o.file = open_memstream(&text, &size);
	assert_non_null(o.file);
	table_format.event(&o, &e);
	assert_int_equal(fclose(o.file), 0);
	assert_memory_equal(text, "19:18:33 EXEC", 13);
	free(text);
}

/* Several lines in one output: the second time of day is not the first one's. */
static void test_lines_in_a_row(void **state)
{
	struct event first = exec_event("a", "/a"), second = exit_event("b", 0, 0);
	struct output o = { 0 };
	char *text;
	size_t size;

	(void)state;
	second.time_ns = AT + 1;
	o.file = open_memstream(&text, &size);
	assert_non_null(o.file);
	assert_int_equal(table_format.begin(&o), 0);
	table_format.event(&o, &first);
	table_format.event(&o, &second);
	assert_int_equal(fclose(o.file), 0);
	assert_string_equal(text,
			    "TIME     EVENT COMM             PID     PPID    FILENAME/EXIT CODE\n"
			    "19:18:32 EXEC  a                3817424 3817420 /a\n"
			    "19:18:33 EXIT  b                3817109 402466  [0] (0ms)\n");
	free(text);
}

static void test_failed_exec(void **state)
{
	struct event e = exec_event("env", "/usr/local/bin/no\nthing");

	(void)state;
	e.kind = EVENT_FAILED;
	e.error = 2; /* ENOENT */
	check(&e, "19:18:32 FAIL  env              3817424 3817420 ENOENT /usr/local/bin/no\\nthing\n");
	e.filename_truncated = true;
	e.filename_len = 4;
	check(&e, "19:18:32 FAIL  env              3817424 3817420 ENOENT /usr...\n");
	e.filename_truncated = false;
	e.filename_len = 0;
	e.error = 14; /* EFAULT */
	check(&e, "19:18:32 FAIL  env              3817424 3817420 EFAULT\n");
	e.error = 9999;
	check(&e, "19:18:32 FAIL  env              3817424 3817420 E9999\n");
}

static void test_fork(void **state)
{
	struct event e = exec_event("sh", "");

	(void)state;
	e.kind = EVENT_FORK;
	e.ppid = 7;
	check(&e, "19:18:32 FORK  sh               3817424 7\n");
}

static void test_resources(void **state)
{
	struct event e = exit_event("timeout", 0, 126999999);

	(void)state;
	e.has_resources = true;
	e.resources.cpu_ns = 92000000;
	e.resources.user_ticks = 80;
	e.resources.system_ticks = 12;
	e.resources.max_rss = RSS_UNKNOWN;
	check(&e, "19:18:32 EXIT  timeout          3817109 402466  [0] (126ms) cpu 80ms+12ms\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_header),
		cmocka_unit_test(test_ordinary_lines),
		cmocka_unit_test(test_widths),
		cmocka_unit_test(test_comm_has_a_length),
		cmocka_unit_test(test_exit_codes),
		cmocka_unit_test(test_signals),
		cmocka_unit_test(test_durations),
		cmocka_unit_test(test_truncated_file_name),
		cmocka_unit_test(test_longest_file_name),
		cmocka_unit_test(test_hostile_file_names),
		cmocka_unit_test(test_hostile_comms),
		cmocka_unit_test(test_widest_comm),
		cmocka_unit_test(test_every_pair_of_bytes),
		cmocka_unit_test(test_arguments),
		cmocka_unit_test(test_colour),
		cmocka_unit_test(test_no_lost_nor_end),
		cmocka_unit_test(test_time_of_day),
		cmocka_unit_test(test_lines_in_a_row),
		cmocka_unit_test(test_failed_exec),
		cmocka_unit_test(test_fork),
		cmocka_unit_test(test_resources),
	};
	int failed;

	setenv("TZ", "UTC0", 1);
	tzset();
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	free(printed);
	return failed;
}
