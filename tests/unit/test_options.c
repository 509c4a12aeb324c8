/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * The command line: what each option sets, and that every error gives argp's two lines
 * on stderr, nothing on stdout and exit status 2.
 */
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "capture.h"
#include "run/options.h"
#include "unit.h"

#define MAX_WORDS 40

static struct options opt;
static char *words[MAX_WORDS + 2];
static char out[16384], err[16384]; /* output of the last call */

/*
 * Parses "bootstrap" and the words up to NULL, first in a child because it may exit.
 * Returns its exit status, or -1 if it did not exit; then opt is set.
 */
static int parse_words(const char *const *list)
{
	struct capture stdout_, stderr_;
	int n = 0, status;
	pid_t pid;

	words[n++] = (char *)"bootstrap";
	while (*list) {
		assert_true(n <= MAX_WORDS);
		words[n++] = (char *)*list++;
	}
	words[n] = NULL;
	capture(&stdout_, STDOUT_FILENO);
	capture(&stderr_, STDERR_FILENO);
	pid = fork();
	if (pid == 0) {
		options_parse(&opt, n, words);
		_exit(0xff);
	}
	waitpid(pid, &status, 0);
	release(&stderr_, err, sizeof(err));
	release(&stdout_, out, sizeof(out));
	assert_true(WIFEXITED(status));
	if (WEXITSTATUS(status) != 0xff)
		return WEXITSTATUS(status);
	/* Discard the results of an earlier run. */
	memset(&opt, 0xa5, sizeof(opt));
	options_parse(&opt, n, words);
	return -1;
}

#define WORDS(...) ((const char *const[]){ __VA_ARGS__ __VA_OPT__(, ) NULL })

/* Accepted without output. */
static void check_accepted(const char *const *list)
{
	int status = parse_words(list);

	assert_string_equal(err, "");
	assert_string_equal(out, "");
	assert_int_equal(status, -1);
}

#define check_run(...) check_accepted(WORDS(__VA_ARGS__))

/* Rejected: the first line contains the text, the second one refers to --help. */
static void check_refused(const char *text, const char *const *list)
{
	static const char hint[] =
		"\nTry `bootstrap --help' or `bootstrap --usage' for more information.\n";

	assert_int_equal(parse_words(list), 2);
	assert_string_equal(out, "");
	assert_memory_equal(err, "bootstrap: ", 11);
	if (!strstr(err, text))
		fail_msg("no \"%s\" in: %s", text, err);
	assert_true(strlen(err) > strlen(hint));
	assert_string_equal(err + strlen(err) - strlen(hint), hint);
}

#define check_wrong(text, ...) check_refused(text, WORDS(__VA_ARGS__))

/* Exits with status 0 and some output on stdout. */
static void check_prints(const char *beginning, const char *const *list)
{
	assert_int_equal(parse_words(list), 0);
	assert_string_equal(err, "");
	if (strncmp(out, beginning, strlen(beginning)))
		fail_msg("not \"%s...\": %s", beginning, out);
}

#define check_done(beginning, ...) check_prints(beginning, WORDS(__VA_ARGS__))

static void test_defaults(void **state)
{
	(void)state;
	check_run();
	assert_true(opt.min_duration_ms == 0);
	assert_int_equal(opt.pids.count, 0);
	assert_int_equal(opt.users.count, 0);
	assert_int_equal(opt.comms.count, 0);
	assert_int_equal(opt.cgroups.count, 0);
	assert_false(opt.failed);
	assert_false(opt.args);
	assert_int_equal(opt.format, FORMAT_TABLE);
	assert_int_equal(opt.color, COLOR_AUTO);
	assert_null(opt.output);
	assert_false(opt.summary);
	assert_false(opt.resources);
	assert_false(opt.exec_errors);
	assert_false(opt.path_search);
	assert_false(opt.forks);
	assert_true(opt.max_events == ULLONG_MAX);
	assert_true(opt.max_seconds == ULLONG_MAX);
	assert_int_equal(opt.buffer_size, 8 << 20);
	assert_int_equal(opt.max_args, 4096);
	assert_null(opt.btf);
	assert_false(opt.verbose);
	assert_null(opt.run_as);
	assert_null(opt.command);
}

/* One value, which selects (does not exclude). */
static void check_selection(const struct selection *s, const char *value)
{
	assert_int_equal(s->count, 1);
	assert_string_equal(s->of[0].value, value);
	assert_false(s->of[0].exclude);
}

/* Each option in three forms: -x A, -xA, --long=A; getopt adds a fourth, --long A. */
static void parse_forms(const char *letter, const char *name, const char *value,
			void (*check)(void))
{
	char joined[64], with_equals[64], alone[64];

	snprintf(joined, sizeof(joined), "%s%s", letter, value);
	snprintf(with_equals, sizeof(with_equals), "%s=%s", name, value);
	snprintf(alone, sizeof(alone), "%s", name);
	check_run(letter, value);
	check();
	check_run(joined);
	check();
	check_run(with_equals);
	check();
	check_run(alone, value);
	check();
}

static void is_duration(void)
{
	assert_true(opt.min_duration_ms == 50);
}

static void is_pid(void)
{
	check_selection(&opt.pids, "4194304");
}

static void is_user(void)
{
	check_selection(&opt.users, "nobody");
}

static void is_comm(void)
{
	check_selection(&opt.comms, "sh");
}

static void is_cgroup(void)
{
	check_selection(&opt.cgroups, "/sys/fs/cgroup/x");
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

/* Each flag sets what it names and nothing else. */
static void test_flags(void **state)
{
	const struct {
		const char *letter, *name;
		const bool *flag;
	} flags[] = {
		{ "-x", "--failed", &opt.failed },
		{ "-a", "--args", &opt.args },
		{ "-s", "--summary", &opt.summary },
		{ "-r", "--resources", &opt.resources },
		{ "-e", "--exec-errors", &opt.exec_errors },
		{ "--forks", "--forks", &opt.forks },
		{ "-v", "--verbose", &opt.verbose },
	};
	const size_t count = sizeof(flags) / sizeof(flags[0]);

	(void)state;
	for (size_t i = 0; i < 2 * count; i++) {
		check_run(i < count ? flags[i].letter : flags[i - count].name);
		for (size_t j = 0; j < count; j++)
			assert_int_equal(*flags[j].flag, j == i % count);
	}
	check_run("-e", "--path-search");
	assert_true(opt.exec_errors && opt.path_search);
	check_run("--path-search", "-e");
	assert_true(opt.exec_errors && opt.path_search);
	check_wrong("bootstrap: --path-search requires --exec-errors\n", "--path-search");
}

static void test_colors(void **state)
{
	(void)state;
	check_run("--color=auto");
	assert_int_equal(opt.color, COLOR_AUTO);
	check_run("--color=never");
	assert_int_equal(opt.color, COLOR_NEVER);
	check_run("--color=always");
	assert_int_equal(opt.color, COLOR_ALWAYS);
	check_run("--color=never", "--color");
	assert_int_equal(opt.color, COLOR_ALWAYS);
	check_run("--color", "--", "never"); /* the next word is never its value */
	assert_int_equal(opt.color, COLOR_ALWAYS);
	check_wrong("bootstrap: --color: unknown value 'red' (expected auto, always or never)\n",
		    "--color=red");
	check_wrong("--color: unknown value ''", "--color=");
	check_wrong("unexpected argument 'never'", "--color", "never");
}

static void test_run_as(void **state)
{
	(void)state;
	check_run("--run-as=nobody", "--", "id");
	assert_string_equal(opt.run_as, "nobody");
	check_run("--run-as", "nobody", "--", "id");
	assert_string_equal(opt.run_as, "nobody");
	check_wrong("bootstrap: --run-as requires a COMMAND\n", "--run-as=nobody");
	check_wrong("--run-as: the value is empty", "--run-as=", "--", "id");
}

static void test_output(void **state)
{
	(void)state;
	check_run("-o", "-");
	assert_string_equal(opt.output, "-");
	check_run("-ofile", "-o-");
	assert_string_equal(opt.output, "-");
	check_run("--output=-");
	assert_string_equal(opt.output, "-");
	check_run("-o", "./-");
	assert_string_equal(opt.output, "./-");
}

static void test_combined(void **state)
{
	(void)state;
	check_run("-xavd50", "-n7", "-fjson", "-csh");
	assert_true(opt.failed && opt.args && opt.verbose && !opt.summary);
	is_duration();
	is_events();
	is_json();
	is_comm();
	/* The last of two wins. */
	check_run("-d1", "-d50", "-ftrace", "-fjson");
	is_duration();
	is_json();
}

static void test_formats(void **state)
{
	(void)state;
	check_run("-ftable");
	assert_int_equal(opt.format, FORMAT_TABLE);
	check_run("-ftrace");
	assert_int_equal(opt.format, FORMAT_TRACE);
	check_run("-ftree");
	assert_int_equal(opt.format, FORMAT_TREE);
	check_run("-fhtml");
	assert_int_equal(opt.format, FORMAT_HTML);
	check_wrong("bootstrap: --format: unknown format 'xml' (expected table, json, trace, tree or html)\n",
		    "-fxml");
	check_wrong("--format: unknown format 'JSON'", "-fJSON");
	check_wrong("--format: unknown format 'jso'", "-fjso");
	check_wrong("--format: unknown format 'json '", "-fjson ");
	check_wrong("--format: unknown format ''", "-f", "");
}

/* Every option that takes an integer, with its minimum and maximum. */
static const struct {
	const char *letter, *name;
	unsigned long long least, most;
} numbers[] = {
	{ "-d", "--duration", 1, 18446744073709 }, /* as ns it fits 64 bits */
	{ "-p", "--pid", 1, 2147483647 },
	{ "-n", "--events", 1, 18446744073709551615ULL },
	{ "-t", "--time", 1, 2147483647 },
	{ "-m", "--max-args", 0, 24576 },
};

static unsigned long long value_of(const char *letter)
{
	switch (letter[1]) {
	case 'd':
		return opt.min_duration_ms;
	case 'p':
		return strtoull(opt.pids.of[0].value, NULL, 10);
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
	char text[32], expected[128];

	(void)state;
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		snprintf(text, sizeof(text), "%llu", numbers[i].least);
		check_run(numbers[i].letter, text);
		assert_true(value_of(numbers[i].letter) == numbers[i].least);

		snprintf(text, sizeof(text), "%llu", numbers[i].most);
		check_run(numbers[i].letter, text);
		assert_true(value_of(numbers[i].letter) == numbers[i].most);

		/* Decimal, whatever it begins with. */
		check_run(numbers[i].letter, "0010");
		assert_true(value_of(numbers[i].letter) == 10);

		if (numbers[i].most < 18446744073709551615ULL) {
			snprintf(text, sizeof(text), "%llu", numbers[i].most + 1);
			snprintf(expected, sizeof(expected),
				 "bootstrap: %s: invalid value '%s' (expected an integer from %llu to %llu)\n",
				 numbers[i].name, text, numbers[i].least, numbers[i].most);
			check_wrong(expected, numbers[i].letter, text);
		}
	}
}

static const char *const no_numbers[] = {
	"10abc", "1e3", "-1", "+1", " 1", "1 ", "", " ", "0x10", "1.5", "1.0", "1,000",
	"ten", "\n1", "1\n", "\t1", "--1", "- 1", "inf", "nan", "1K", "1s", "\xd9\xa1",
	"18446744073709551616", "99999999999999999999999999999999999999", "-18446744073709551615",
};

static void test_no_numbers(void **state)
{
	char expected[128];

	(void)state;
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		for (size_t j = 0; j < sizeof(no_numbers) / sizeof(no_numbers[0]); j++) {
			bool empty = numbers[i].letter[1] == 'p' && !*no_numbers[j];

			if (empty)
				snprintf(expected, sizeof(expected), "--pid: the value is empty");
			else
				snprintf(expected, sizeof(expected), "%s: invalid value '%s'",
					 numbers[i].name, no_numbers[j]);
			check_wrong(expected, numbers[i].letter, no_numbers[j]);
		}
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		if (numbers[i].least == 0)
			continue;
		snprintf(expected, sizeof(expected), "%s: invalid value '00'", numbers[i].name);
		check_wrong(expected, numbers[i].letter, "00");
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
		{ "64k", 65536 },	 { "3m", 4194304 },	  { "1g", 1073741824 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		check_run("-b", sizes[i].text);
		assert_int_equal(opt.buffer_size, sizes[i].bytes);
	}
}

static void test_no_buffer_sizes(void **state)
{
	static const char *const wrong[] = {
		"", "0", "1", "63K", "65535", "K", "M", "G", "64KB", "64KK", "1MK",
		"1.5M", "1e6", "-1M", "+1M", " 1M", "1M ", "1 M", "0x10000", "1T", "64KiB",
		"1025M", "2G", "1048577K", "1073741825", "4294967296", "4G", "4194304K", "4096M",
		"18446744073709551615", "18446744073709551616", "18446744073709551615G",
		"17179869185G", "18014398509481984K", "17592186044416M",
	};
	char expected[128];

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		snprintf(expected, sizeof(expected),
			 "--buffer: invalid value '%s' (expected a size from 64K to 1G", wrong[i]);
		check_wrong(expected, "-b", wrong[i]);
	}
}

static void test_empty_values(void **state)
{
	(void)state;
	check_wrong("bootstrap: --user: the value is empty\n", "-u", "");
	check_wrong("--comm: the value is empty", "-c", "");
	check_wrong("--cgroup: the value is empty", "-g", "");
	check_wrong("--output: the value is empty", "-o", "");
	check_wrong("--btf: the value is empty", "-B", "");
	check_wrong("--user: the value is empty", "--user=");
	check_wrong("--pid: the value is empty", "-p", "!");
	check_wrong("--user: the value is empty", "-u", "!");
	check_wrong("--comm: the value is empty", "-c", "!");
	check_wrong("--cgroup: the value is empty", "-g!");
}

static void test_comm_length(void **state)
{
	(void)state;
	check_run("-c", "123456789012345");
	check_selection(&opt.comms, "123456789012345");
	check_wrong("--comm: '1234567890123456' is longer than the 15 bytes that the kernel keeps\n",
		    "-c", "1234567890123456");
	check_wrong("--comm: '1234567890123456'", "-c", "!1234567890123456");
	/* Bytes, not characters: eight characters of two bytes are too long. */
	check_wrong("--comm", "-c", "\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9");
}

/* Escapes that COMM shows are accepted in a name. */
static void test_comm_escapes(void **state)
{
	const struct {
		const char *given, *name;
	} names[] = {
		{ "a\\\\b", "a\\b" },	    { "a\\nb", "a\nb" },
		{ "\\t", "\t" },		    { "\\x1b[m", "\x1b[m" },
		{ "caf\\xc3", "caf\xc3" },	    { "\\xFf", "\xff" },
		{ "a\\b", "a\\b" },		    { "a\\", "a\\" }, /* no escapes of ours */
		{ "\\x4", "\\x4" },		    { "\\x00", "\\x00" },
		{ "\\x21not", "!not" },	    { "\\\\n", "\\n" },
		{ "\\x61\\x61\\x61\\x61\\x61\\x61\\x61\\x61\\x61\\x61\\x61\\x61\\x61\\x61\\x61",
		  "aaaaaaaaaaaaaaa" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		check_run("-c", names[i].given);
		check_selection(&opt.comms, names[i].name);
	}
	check_run("-c", "!\\x21not");
	assert_string_equal(opt.comms.of[0].value, "!not");
	assert_true(opt.comms.of[0].exclude);
	/* In each value, not only in the last one. */
	check_run("-c", "a\\\\", "-c", "b\\n", "-c", "c");
	assert_int_equal(opt.comms.count, 3);
	assert_string_equal(opt.comms.of[0].value, "a\\");
	assert_string_equal(opt.comms.of[1].value, "b\n");
	assert_string_equal(opt.comms.of[2].value, "c");
	/* Other backslashes are literal. */
	check_run("-u", "a\\\\b", "-g", "/a\\nb");
	check_selection(&opt.users, "a\\\\b");
	check_selection(&opt.cgroups, "/a\\nb");
}

/* Up to 16 values of each, in order; "!" excludes. */
static void test_selections(void **state)
{
	const struct {
		const char *letter, *name, *first, *next, *excluded;
		const struct selection *selection;
	} filters[] = {
		{ "-p", "--pid", "1", "2", "!3", &opt.pids },
		{ "-u", "--user", "root", "1000", "!nobody", &opt.users },
		{ "-c", "--comm", "sh", "make", "!a b", &opt.comms },
		{ "-g", "--cgroup", "/a", "/b", "!/c!", &opt.cgroups },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(filters) / sizeof(filters[0]); i++) {
		const struct selection *s = filters[i].selection;
		const char *list[2 * (SELECT_MAX + 1) + 1] = { NULL };
		char text[64];

		check_run(filters[i].letter, filters[i].first, filters[i].letter, filters[i].next,
			  filters[i].letter, filters[i].excluded);
		assert_int_equal(s->count, 3);
		assert_string_equal(s->of[0].value, filters[i].first);
		assert_string_equal(s->of[1].value, filters[i].next);
		assert_string_equal(s->of[2].value, filters[i].excluded + 1);
		assert_false(s->of[0].exclude);
		assert_false(s->of[1].exclude);
		assert_true(s->of[2].exclude);
		assert_int_equal(opt.pids.count + opt.users.count + opt.comms.count +
					 opt.cgroups.count,
				 3);

		for (int n = 0; n < SELECT_MAX; n++) {
			list[2 * n] = filters[i].letter;
			list[2 * n + 1] = n % 2 ? filters[i].excluded : filters[i].first;
		}
		check_accepted(list);
		assert_int_equal(s->count, 16);
		assert_true(s->of[15].exclude);
		list[2 * SELECT_MAX] = filters[i].letter;
		list[2 * SELECT_MAX + 1] = filters[i].first;
		snprintf(text, sizeof(text), "bootstrap: %s: given more than 16 times\n",
			 filters[i].name);
		check_refused(text, list);
	}
	check_run("-c", "!!x");
	assert_string_equal(opt.comms.of[0].value, "!x");
	check_wrong("--pid: invalid value 'x'", "-p", "!x");
	check_wrong("--pid: invalid value '!1'", "-p", "!!1");
}

static void test_mutually_exclusive(void **state)
{
	(void)state;
	check_wrong("bootstrap: --summary cannot be used with --format=trace\n", "-s", "-ftrace");
	check_wrong("--summary cannot be used with --format=trace", "-ftrace", "-s");
	check_wrong("--summary cannot be used with --format=tree", "-s", "-ftree");
	check_wrong("--summary cannot be used with --format=html", "-s", "-fhtml");
	check_run("-s", "-fjson");
	check_wrong("bootstrap: --pid cannot be used with a COMMAND\n", "-p1", "--", "ls");
	check_wrong("--pid cannot be used with a COMMAND", "-p!1", "--", "ls");
	check_run("-csh", "--", "ls");
}

static void test_unknown(void **state)
{
	(void)state;
	check_wrong("bootstrap: invalid option -- 'z'\n", "-z");
	check_wrong("bootstrap: invalid option -- 'z'\n", "-vz");
	check_wrong("bootstrap: unrecognized option '--nosuch'\n", "--nosuch");
	check_wrong("bootstrap: option '--ver' is ambiguous", "--ver");
	check_wrong("bootstrap: option requires an argument -- 'd'\n", "-d");
	check_wrong("bootstrap: option '--duration' requires an argument\n", "--duration");
	check_wrong("bootstrap: option '--verbose' doesn't allow an argument\n", "--verbose=1");
}

/* getopt accepts unambiguous prefixes of long options. */
static void test_abbreviated(void **state)
{
	(void)state;
	check_run("--dur=50");
	is_duration();
	check_run("--verb");
	assert_true(opt.verbose);
}

/* Only the first mistake is reported. */
static void test_several_mistakes(void **state)
{
	(void)state;
	check_wrong("--duration: invalid value 'x'", "-d", "x", "-n", "y", "-z", "stray");
	assert_null(strstr(err, "events"));
	check_wrong("'z'", "-z", "-q");
	assert_null(strstr(err, "'q'"));
}

static void test_stray_words(void **state)
{
	(void)state;
	check_wrong("bootstrap: unexpected argument 'ls'; a COMMAND must follow '--'\n", "ls");
	check_wrong("unexpected argument 'ls'", "-d50", "ls", "-l");
	check_wrong("unexpected argument '50'", "50");
	check_wrong("unexpected argument ''", "");
	check_wrong("unexpected argument '-'", "-");
	check_wrong("unexpected argument 'ls'", "ls", "--", "ls");
}

static void test_command(void **state)
{
	(void)state;
	check_run("--", "ls");
	assert_ptr_equal(opt.command, words + 2);
	assert_string_equal(opt.command[0], "ls");
	assert_null(opt.command[1]);

	/* Options after the command belong to the command. */
	check_run("-d50", "--", "sh", "-c", "exit 3", "--", "-z", "-d", "x", "--help");
	is_duration();
	assert_ptr_equal(opt.command, words + 3);
	assert_string_equal(opt.command[7], "--help");
	assert_null(opt.command[8]);

	check_run("--", "-x");
	assert_string_equal(opt.command[0], "-x");
	assert_false(opt.failed);
	check_run("--", "--", "-x");
	assert_string_equal(opt.command[0], "--");
	assert_string_equal(opt.command[1], "-x");
	check_run("--", "");
	assert_string_equal(opt.command[0], "");
}

static void test_missing_command(void **state)
{
	(void)state;
	check_wrong("bootstrap: a COMMAND must follow '--'\n", "--");
	check_wrong("bootstrap: a COMMAND must follow '--'\n", "-d50", "--");
}

static void test_help(void **state)
{
	static const char *const forms[] = { "-h", "-?", "--help", "-vh" };

	(void)state;
	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		check_done("Usage: bootstrap [OPTION...] [-- COMMAND [ARG...]]\n", forms[i]);
		assert_non_null(strstr(out, "  -d, --duration=MS"));
		assert_non_null(strstr(out, "      --color[=WHEN]"));
		assert_non_null(strstr(out, "  -h, -?, --help  "));
		assert_non_null(strstr(out, "  -V, --version"));
	}
}

static void test_usage(void **state)
{
	(void)state;
	check_done("Usage: bootstrap [-", "--usage");
	assert_non_null(strstr(out, "[--duration=MS]"));
}

static void test_version(void **state)
{
	(void)state;
	check_done("bootstrap " VERSION "\n", "-V");
	assert_string_equal(out, "bootstrap " VERSION "\n");
	check_done("bootstrap " VERSION "\n", "--version");
	/* Errors before it are reported; whatever follows is ignored. */
	check_wrong("--duration", "-d0", "-V");
	check_done("bootstrap " VERSION "\n", "-V", "-d0");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_defaults),
		cmocka_unit_test(test_options_with_value),
		cmocka_unit_test(test_flags),
		cmocka_unit_test(test_colors),
		cmocka_unit_test(test_run_as),
		cmocka_unit_test(test_output),
		cmocka_unit_test(test_combined),
		cmocka_unit_test(test_formats),
		cmocka_unit_test(test_number_limits),
		cmocka_unit_test(test_no_numbers),
		cmocka_unit_test(test_buffer_sizes),
		cmocka_unit_test(test_no_buffer_sizes),
		cmocka_unit_test(test_empty_values),
		cmocka_unit_test(test_comm_length),
		cmocka_unit_test(test_comm_escapes),
		cmocka_unit_test(test_selections),
		cmocka_unit_test(test_mutually_exclusive),
		cmocka_unit_test(test_unknown),
		cmocka_unit_test(test_abbreviated),
		cmocka_unit_test(test_several_mistakes),
		cmocka_unit_test(test_stray_words),
		cmocka_unit_test(test_command),
		cmocka_unit_test(test_missing_command),
		cmocka_unit_test(test_help),
		cmocka_unit_test(test_usage),
		cmocka_unit_test(test_version),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
