/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * The command line: what each option sets, and that whatever is wrong is refused
 * with exactly one line on stderr and nothing on stdout.
 */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "capture.h"
#include "run/options.h"
#include "unit.h"

#define MAX_WORDS 16

static struct options opt;
static char *words[MAX_WORDS + 2];
static char out[16384], err[16384]; /* what the last call wrote */

/* Parses "bootstrap" and the words up to NULL: opt, out and err tell what came of it. */
static enum options_result parse_words(const char *const *list)
{
	enum options_result result;
	struct capture stdout_, stderr_;
	int n = 0;

	words[n++] = (char *)"bootstrap";
	while (*list) {
		assert_true(n <= MAX_WORDS);
		words[n++] = (char *)*list++;
	}
	words[n] = NULL;
	/* Nothing may be left of an earlier run. */
	memset(&opt, 0xa5, sizeof(opt));
	capture(&stdout_, STDOUT_FILENO);
	capture(&stderr_, STDERR_FILENO);
	result = options_parse(&opt, n, words);
	release(&stderr_, err, sizeof(err));
	release(&stdout_, out, sizeof(out));
	return result;
}

#define parse(...) parse_words((const char *const[]){ __VA_ARGS__ __VA_OPT__(, ) NULL })

/* Accepted, in silence. */
static void check_run(enum options_result result)
{
	assert_string_equal(err, "");
	assert_string_equal(out, "");
	assert_int_equal(result, OPTIONS_RUN);
}

/* Refused with one line that has the text in it, and that says where to read on. */
static void check_wrong(enum options_result result, const char *text)
{
	assert_int_equal(result, OPTIONS_WRONG);
	assert_string_equal(out, "");
	check_line(err, "");
	if (!strstr(err, text))
		fail_msg("no \"%s\" in: %s", text, err);
	assert_non_null(strstr(err, "bootstrap --help"));
}

static void test_defaults(void **state)
{
	(void)state;
	check_run(parse());
	assert_true(opt.min_duration_ms == 0);
	assert_int_equal(opt.pid, 0);
	assert_null(opt.user);
	assert_null(opt.comm);
	assert_null(opt.cgroup);
	assert_false(opt.failed);
	assert_false(opt.args);
	assert_int_equal(opt.format, FORMAT_TABLE);
	assert_null(opt.output);
	assert_false(opt.summary);
	assert_true(opt.max_events == 0);
	assert_true(opt.max_seconds == 0);
	assert_int_equal(opt.buffer_size, 4 << 20);
	assert_int_equal(opt.max_args, 4096);
	assert_null(opt.btf);
	assert_false(opt.verbose);
	assert_null(opt.command);
}

/* Each option in its three forms: -x A, -xA, --long=A; a fourth, --long A, is getopt's. */
static void parse_forms(const char *letter, const char *name, const char *value,
			void (*check)(void))
{
	char joined[64], with_equals[64], alone[64];

	snprintf(joined, sizeof(joined), "%s%s", letter, value);
	snprintf(with_equals, sizeof(with_equals), "%s=%s", name, value);
	snprintf(alone, sizeof(alone), "%s", name);
	check_run(parse(letter, value));
	check();
	check_run(parse(joined));
	check();
	check_run(parse(with_equals));
	check();
	check_run(parse(alone, value));
	check();
}

static void is_duration(void)
{
	assert_true(opt.min_duration_ms == 50);
}

static void is_pid(void)
{
	assert_int_equal(opt.pid, 4194304);
}

static void is_user(void)
{
	assert_string_equal(opt.user, "nobody");
}

static void is_comm(void)
{
	assert_string_equal(opt.comm, "sh");
}

static void is_cgroup(void)
{
	assert_string_equal(opt.cgroup, "/sys/fs/cgroup/x");
}

static void is_json(void)
{
	assert_int_equal(opt.format, FORMAT_JSON);
}

static void is_output(void)
{
	assert_string_equal(opt.output, "/tmp/x");
}

static void is_events(void)
{
	assert_true(opt.max_events == 7);
}

static void is_time(void)
{
	assert_true(opt.max_seconds == 3);
}

static void is_buffer(void)
{
	assert_int_equal(opt.buffer_size, 1 << 20);
}

static void is_max_args(void)
{
	assert_int_equal(opt.max_args, 100);
}

static void is_btf(void)
{
	assert_string_equal(opt.btf, "vmlinux.btf");
}

static void test_options_with_value(void **state)
{
	(void)state;
	parse_forms("-d", "--duration", "50", is_duration);
	parse_forms("-p", "--pid", "4194304", is_pid);
	parse_forms("-u", "--user", "nobody", is_user);
	parse_forms("-c", "--comm", "sh", is_comm);
	parse_forms("-g", "--cgroup", "/sys/fs/cgroup/x", is_cgroup);
	parse_forms("-f", "--format", "json", is_json);
	parse_forms("-o", "--output", "/tmp/x", is_output);
	parse_forms("-n", "--events", "7", is_events);
	parse_forms("-t", "--time", "3", is_time);
	parse_forms("-b", "--buffer", "1M", is_buffer);
	parse_forms("-m", "--max-args", "100", is_max_args);
	parse_forms("-B", "--btf", "vmlinux.btf", is_btf);
}

static void test_flags(void **state)
{
	(void)state;
	for (int i = 0; i < 2; i++) {
		check_run(parse(i ? "--failed" : "-x"));
		assert_true(opt.failed && !opt.args && !opt.summary && !opt.verbose);
		check_run(parse(i ? "--args" : "-a"));
		assert_true(!opt.failed && opt.args && !opt.summary && !opt.verbose);
		check_run(parse(i ? "--summary" : "-s"));
		assert_true(!opt.failed && !opt.args && opt.summary && !opt.verbose);
		check_run(parse(i ? "--verbose" : "-v"));
		assert_true(!opt.failed && !opt.args && !opt.summary && opt.verbose);
	}
}

static void test_combined(void **state)
{
	(void)state;
	check_run(parse("-xavd50", "-n7", "-fjson", "-csh"));
	assert_true(opt.failed && opt.args && opt.verbose && !opt.summary);
	is_duration();
	is_events();
	is_json();
	is_comm();
	/* The last one of two holds. */
	check_run(parse("-d1", "-d50", "-ftrace", "-fjson"));
	is_duration();
	is_json();
}

static void test_formats(void **state)
{
	(void)state;
	check_run(parse("-ftable"));
	assert_int_equal(opt.format, FORMAT_TABLE);
	check_run(parse("-ftrace"));
	assert_int_equal(opt.format, FORMAT_TRACE);
	check_wrong(parse("-fxml"), "--format: 'xml'");
	check_wrong(parse("-fJSON"), "--format: 'JSON'");
	check_wrong(parse("-fjso"), "--format: 'jso'");
	check_wrong(parse("-fjson "), "--format: 'json '");
	check_wrong(parse("-f", ""), "--format: ''");
}

/* Every option that takes a whole number, with the least and the most of it. */
static const struct {
	const char *letter, *name;
	unsigned long long most;
} numbers[] = {
	{ "-d", "--duration", 18446744073709 }, /* as ns it fits 64 bits */
	{ "-p", "--pid", 2147483647 },
	{ "-n", "--events", 18446744073709551615ULL },
	{ "-t", "--time", 2147483647 },
	{ "-m", "--max-args", 24576 },
};

static unsigned long long value_of(const char *letter)
{
	switch (letter[1]) {
	case 'd':
		return opt.min_duration_ms;
	case 'p':
		return (unsigned long long)opt.pid;
	case 'n':
		return opt.max_events;
	case 't':
		return opt.max_seconds;
	default:
		return opt.max_args;
	}
}

static void test_number_limits(void **state)
{
	char text[32], expected[64];

	(void)state;
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		check_run(parse(numbers[i].letter, "1"));
		assert_true(value_of(numbers[i].letter) == 1);

		snprintf(text, sizeof(text), "%llu", numbers[i].most);
		check_run(parse(numbers[i].letter, text));
		assert_true(value_of(numbers[i].letter) == numbers[i].most);

		/* Decimal, whatever it begins with. */
		check_run(parse(numbers[i].letter, "0010"));
		assert_true(value_of(numbers[i].letter) == 10);

		if (numbers[i].most < 18446744073709551615ULL) {
			snprintf(text, sizeof(text), "%llu", numbers[i].most + 1);
			snprintf(expected, sizeof(expected), "%s: '%s'", numbers[i].name, text);
			check_wrong(parse(numbers[i].letter, text), expected);
		}
	}
}

static const char *const no_numbers[] = {
	"10abc", "1e3", "-1", "+1", " 1", "1 ", "", " ", "0", "00", "0x10", "1.5", "1.0", "1,000",
	"ten", "\n1", "1\n", "\t1", "--1", "- 1", "inf", "nan", "1K", "1s", "\xd9\xa1",
	"18446744073709551616", "99999999999999999999999999999999999999", "-18446744073709551615",
};

static void test_no_numbers(void **state)
{
	char expected[128];

	(void)state;
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		for (size_t j = 0; j < sizeof(no_numbers) / sizeof(no_numbers[0]); j++) {
			/* Up to the end of its line, if it has one: the message has but one. */
			snprintf(expected, sizeof(expected), "%s: '%.*s", numbers[i].name,
				 (int)strcspn(no_numbers[j], "\n"), no_numbers[j]);
			check_wrong(parse(numbers[i].letter, no_numbers[j]), expected);
		}
}

/* Rounded up to a power of two, in bytes or with K, M or G of 1024. */
static void test_buffer_sizes(void **state)
{
	const struct {
		const char *text;
		unsigned int bytes;
	} sizes[] = {
		{ "64K", 65536 },	 { "65536", 65536 },	  { "65537", 131072 },
		{ "65K", 131072 },	 { "128K", 131072 },	  { "1024K", 1048576 },
		{ "1M", 1048576 },	 { "3M", 4194304 },	  { "4M", 4194304 },
		{ "1048577", 2097152 },	 { "513M", 1073741824 },  { "1024M", 1073741824 },
		{ "1G", 1073741824 },	 { "1048576K", 1073741824 }, { "1073741824", 1073741824 },
		{ "1073741823", 1073741824 }, { "0064K", 65536 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		check_run(parse("-b", sizes[i].text));
		assert_int_equal(opt.buffer_size, sizes[i].bytes);
	}
}

static void test_no_buffer_sizes(void **state)
{
	static const char *const wrong[] = {
		"", "0", "1", "63K", "65535", "K", "M", "G", "64k", "1m", "1g", "64KB", "64KK", "1MK",
		"1.5M", "1e6", "-1M", "+1M", " 1M", "1M ", "1 M", "0x10000", "1T", "64KiB",
		"1025M", "2G", "1048577K", "1073741825", "4294967296", "4G", "4194304K", "4096M",
		"18446744073709551615", "18446744073709551616", "18446744073709551615G",
		"17179869185G", "18014398509481984K", "17592186044416M",
	};
	char expected[64];

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		snprintf(expected, sizeof(expected), "--buffer: '%s'", wrong[i]);
		check_wrong(parse("-b", wrong[i]), expected);
	}
}

static void test_empty_texts(void **state)
{
	(void)state;
	check_wrong(parse("-u", ""), "--user");
	check_wrong(parse("-c", ""), "--comm");
	check_wrong(parse("-g", ""), "--cgroup");
	check_wrong(parse("-o", ""), "--output");
	check_wrong(parse("-B", ""), "--btf");
	check_wrong(parse("--user="), "--user");
}

static void test_comm_length(void **state)
{
	(void)state;
	check_run(parse("-c", "123456789012345"));
	assert_string_equal(opt.comm, "123456789012345");
	check_wrong(parse("-c", "1234567890123456"), "--comm: '1234567890123456'");
	/* Bytes, not letters: eight of two bytes are too many. */
	check_wrong(parse("-c", "\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9"),
		    "--comm");
}

static void test_what_excludes_each_other(void **state)
{
	(void)state;
	check_wrong(parse("-s", "-ftrace"), "--summary");
	check_wrong(parse("-ftrace", "-s"), "--summary");
	check_run(parse("-s", "-fjson"));
	check_wrong(parse("-p1", "--", "ls"), "--pid");
	check_run(parse("-csh", "--", "ls"));
}

static void test_unknown(void **state)
{
	(void)state;
	check_wrong(parse("-z"), "bootstrap: invalid option -- 'z'");
	check_wrong(parse("-vz"), "bootstrap: invalid option -- 'z'");
	check_wrong(parse("-h"), "bootstrap: invalid option -- 'h'");
	check_wrong(parse("--nosuch"), "bootstrap: unrecognized option '--nosuch'");
	check_wrong(parse("--ver"), "bootstrap: option '--ver' is ambiguous");
	check_wrong(parse("-d"), "bootstrap: option requires an argument -- 'd'");
	check_wrong(parse("--duration"), "bootstrap: option '--duration' requires an argument");
	check_wrong(parse("--verbose=1"), "bootstrap: option '--verbose' doesn't allow an argument");
}

/* Unambiguous beginnings of long options are getopt's custom. */
static void test_abbreviated(void **state)
{
	(void)state;
	check_run(parse("--dur=50"));
	is_duration();
	check_run(parse("--verb"));
	assert_true(opt.verbose);
}

/* The first mistake is told, and only that one. */
static void test_several_mistakes(void **state)
{
	(void)state;
	check_wrong(parse("-d", "x", "-n", "y", "-z", "stray"), "--duration: 'x'");
	assert_null(strstr(err, "events"));
	check_wrong(parse("-z", "-q"), "'z'");
	assert_null(strstr(err, "'q'"));
}

static void test_stray_words(void **state)
{
	(void)state;
	check_wrong(parse("ls"), "'ls'");
	check_wrong(parse("-d50", "ls", "-l"), "'ls'");
	check_wrong(parse("50"), "'50'");
	check_wrong(parse(""), "''");
	check_wrong(parse("-"), "'-'");
	check_wrong(parse("ls", "--", "ls"), "'ls'");
	check_wrong(parse("-v", "two\nlines"), "'two");
}

static void test_command(void **state)
{
	(void)state;
	check_run(parse("--", "ls"));
	assert_ptr_equal(opt.command, words + 2);
	assert_string_equal(opt.command[0], "ls");
	assert_null(opt.command[1]);

	/* Its options are its own. */
	check_run(parse("-d50", "--", "sh", "-c", "exit 3", "--", "-z", "-d", "x", "--help"));
	is_duration();
	assert_ptr_equal(opt.command, words + 3);
	assert_string_equal(opt.command[7], "--help");
	assert_null(opt.command[8]);

	check_run(parse("--", "-x"));
	assert_string_equal(opt.command[0], "-x");
	assert_false(opt.failed);
	check_run(parse("--", "--", "-x"));
	assert_string_equal(opt.command[0], "--");
	assert_string_equal(opt.command[1], "-x");
	check_run(parse("--", ""));
	assert_string_equal(opt.command[0], "");
}

static void test_missing_command(void **state)
{
	(void)state;
	check_wrong(parse("--"), "a COMMAND must follow '--'");
	check_wrong(parse("-d50", "--"), "a COMMAND must follow '--'");
}

static void test_help(void **state)
{
	static const char *const forms[] = { "-?", "--help", "-v?" };

	(void)state;
	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		assert_int_equal(parse(forms[i]), OPTIONS_DONE);
		assert_string_equal(err, "");
		assert_memory_equal(out, "Usage: bootstrap [OPTION...]", 28);
		assert_non_null(strstr(out, "  -d, --duration=MS"));
		assert_non_null(strstr(out, "  -?, --help  "));
		assert_non_null(strstr(out, "  -V, --version"));
	}
}

static void test_usage(void **state)
{
	(void)state;
	assert_int_equal(parse("--usage"), OPTIONS_DONE);
	assert_string_equal(err, "");
	assert_memory_equal(out, "Usage: bootstrap [-", 19);
	assert_non_null(strstr(out, "[--duration=MS]"));
}

static void test_version(void **state)
{
	(void)state;
	assert_int_equal(parse("-V"), OPTIONS_DONE);
	assert_string_equal(err, "");
	assert_string_equal(out, "bootstrap " VERSION "\n");
	assert_int_equal(parse("--version"), OPTIONS_DONE);
	assert_string_equal(out, "bootstrap " VERSION "\n");
	/* What is wrong before it is told; what follows is not looked at. */
	check_wrong(parse("-d0", "-V"), "--duration");
	assert_int_equal(parse("-V", "-d0"), OPTIONS_DONE);
}

/* Whatever path it was called by, messages begin with its name. */
static void test_called_by_path(void **state)
{
	char path[] = "/some/where/else", bad[] = "-z";
	char *argv[] = { path, bad, NULL };
	struct capture stderr_;

	(void)state;
	capture(&stderr_, STDERR_FILENO);
	assert_int_equal(options_parse(&opt, 2, argv), OPTIONS_WRONG);
	release(&stderr_, err, sizeof(err));
	assert_string_equal(err, "bootstrap: invalid option -- 'z'; see 'bootstrap --help'\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_defaults),
		cmocka_unit_test(test_options_with_value),
		cmocka_unit_test(test_flags),
		cmocka_unit_test(test_combined),
		cmocka_unit_test(test_formats),
		cmocka_unit_test(test_number_limits),
		cmocka_unit_test(test_no_numbers),
		cmocka_unit_test(test_buffer_sizes),
		cmocka_unit_test(test_no_buffer_sizes),
		cmocka_unit_test(test_empty_texts),
		cmocka_unit_test(test_comm_length),
		cmocka_unit_test(test_what_excludes_each_other),
		cmocka_unit_test(test_unknown),
		cmocka_unit_test(test_abbreviated),
		cmocka_unit_test(test_several_mistakes),
		cmocka_unit_test(test_stray_words),
		cmocka_unit_test(test_command),
		cmocka_unit_test(test_missing_command),
		cmocka_unit_test(test_help),
		cmocka_unit_test(test_usage),
		cmocka_unit_test(test_version),
		cmocka_unit_test(test_called_by_path),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
