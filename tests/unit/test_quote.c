/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * Command lines: shells read them back as the arguments of the process, and they are
 * harmless on a terminal.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "output/quote.h"
#include "unit.h"

static char *quoted;
static size_t quoted_len;

static const char *quote(const char *args, size_t size, bool truncated)
{
	struct event e = { .args = malloc(size ? size : 1), .args_len = size };
	FILE *file;

	assert_non_null(e.args); /* a copy, so that reading past it is detected */
	memcpy((char *)e.args, args, size);
	e.args_truncated = truncated;
	free(quoted);
	file = open_memstream(&quoted, &quoted_len);
	assert_non_null(file);
	put_args(file, &e);
	assert_int_equal(fclose(file), 0);
	assert_int_equal(strlen(quoted), quoted_len);
	free((char *)e.args);
	return quoted;
}

static void test_words(void **state)
{
	const struct {
		const char *raw, *shown;
	} words[] = {
		{ "-j2", "-j2" },
		{ "/usr/bin/a_b-c.d+e", "/usr/bin/a_b-c.d+e" },
		{ "CC=gcc", "CC=gcc" },
		{ "user@host:/x,y%", "user@host:/x,y%" },
		{ "", "''" },
		{ "exit 3", "'exit 3'" },
		{ "it's", "'it'\\''s'" },
		{ "a\"b", "'a\"b'" },
		{ "$HOME", "'$HOME'" },
		{ "`id`", "'`id`'" },
		{ "a\\b", "'a\\b'" },
		{ "*", "'*'" },
		{ "~", "'~'" },
		{ "#", "'#'" },
		{ "!!", "'!!'" },
		{ "{a,b}", "'{a,b}'" },
		{ "=ls", "'=ls'" },
		{ "...", "'...'" },
		{ "....", "...." },
		{ "caf\xc3\xa9", "'caf\xc3\xa9'" },
		{ "a\nb", "$'a\\nb'" },
		{ "\t", "$'\\t'" },
		{ "it's\n\\", "$'it\\'s\\n\\\\'" },
		{ "\x1b[2K", "$'\\x1b[2K'" },
		{ "\x7f", "$'\\x7f'" },
		{ "\xff", "$'\\xff'" },
		{ "\xc3\xa9\xc3", "$'\xc3\xa9\\xc3'" },
		{ "\xe2\x80\xae", "$'\\xe2\\x80\\xae'" }, /* right-to-left override */
		{ "\xc2\x9b", "$'\\xc2\\x9b'" }, /* C1: CSI */
	};

	(void)state;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		char raw[64], shown[128];

		snprintf(raw, sizeof(raw), "a%c%s", '\0', words[i].raw);
		snprintf(shown, sizeof(shown), " a %s", words[i].shown);
		assert_string_equal(quote(raw, 3 + strlen(words[i].raw), false), shown);
	}
}

static void test_lists(void **state)
{
	(void)state;
	assert_string_equal(quote("", 0, false), "");
	assert_string_equal(quote("", 1, false), " ''");
	assert_string_equal(quote("sh\0-c\0exit 3", 13, false), " sh -c 'exit 3'");
	assert_string_equal(quote("a\0\0b\0", 5, false), " a '' b");
	/* As the first word it would be an assignment. */
	assert_string_equal(quote("a=b\0c=d", 8, false), " 'a=b' c=d");
}

static void test_cut_lists(void **state)
{
	(void)state;
	assert_string_equal(quote("a\0bc", 4, true), " a bc ...");
	assert_string_equal(quote("a\0", 2, true), " a ...");
	assert_string_equal(quote("a\0b c", 5, true), " a 'b c' ...");
	assert_string_equal(quote("", 0, true), " ...");
	assert_string_equal(quote("a\0...", 6, false), " a '...'");
	assert_string_equal(quote("a\0...", 6, true), " a '...' ...");
}

/* argv[0] is omitted if it is redundant; otherwise it is in parentheses. */
static void test_command_lines(void **state)
{
	static const struct {
		const char *filename, *args;
		size_t args_len;
		bool filename_truncated, args_truncated;
		const char *shown;
	} lines[] = {
		{ "/bin/true", "/bin/true", 10, false, false, "/bin/true" },
		{ "/bin/true", "true", 5, false, false, "/bin/true" },
		{ "./true", "true\0-x", 8, false, false, "./true -x" },
		{ "true", "true\0-x", 8, false, false, "true -x" },
		{ "/bin/busybox", "sh\0-c\0ls", 9, false, false, "/bin/busybox (sh) -c ls" },
		{ "/bin/bash", "-bash", 6, false, false, "/bin/bash (-bash)" },
		{ "/bin/bash", "/usr/bin/bash", 14, false, false, "/bin/bash (/usr/bin/bash)" },
		{ "/bin/true", "bin/true", 9, false, false, "/bin/true (bin/true)" },
		{ "/bin/true", "tru", 4, false, false, "/bin/true (tru)" },
		{ "/bin/true", "true2", 6, false, false, "/bin/true (true2)" },
		{ "/bin/true", "", 1, false, false, "/bin/true ('')" },
		{ "/bin/true", "", 0, false, false, "/bin/true" },
		{ "/bin/true", "", 0, false, true, "/bin/true ..." },
		{ "./run", "/bin/sh\0./run\0a b", 18, false, false, "./run (/bin/sh) ./run 'a b'" },
		{ "/bin/a", "(sh)\0-c", 8, false, false, "/bin/a ('(sh)') -c" },
		{ "/bin/a", "a=b\0c=d", 8, false, false, "/bin/a (a=b) c=d" },
		{ "/bin/a", "a\0bc", 4, false, true, "/bin/a bc ..." },
		{ "/bin/a", "b", 1, false, true, "/bin/a (b) ..." },
		/* The file name is the command word, so it is quoted, too. */
		{ "/bin/my sh", "my sh\0x", 8, false, false, "'/bin/my sh' x" },
		{ "/tmp/$(id)", "$(id)", 6, false, false, "'/tmp/$(id)'" },
		{ "/tmp/a\nb", "a\nb", 4, false, false, "$'/tmp/a\\nb'" },
		{ "a=b", "a=b", 4, false, false, "'a=b'" },
		{ "/tmp/\x1b[2J", "\x1b[2J", 5, false, false, "$'/tmp/\\x1b[2J'" },
		{ "", "a", 2, false, false, "'' (a)" },
		{ "/bin/tru", "tru\0x", 6, true, false, "/bin/tru... (tru) x" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		size_t len = strlen(lines[i].filename);
		struct event e = {
			.filename = malloc(len + 1),
			.filename_len = len,
			.filename_truncated = lines[i].filename_truncated,
			.args = malloc(lines[i].args_len + 1),
			.args_len = lines[i].args_len,
			.args_truncated = lines[i].args_truncated,
		};
		FILE *file;

		assert_non_null(e.filename);
		assert_non_null(e.args);
		memcpy((char *)e.filename, lines[i].filename, len); /* without its NUL */
		memcpy((char *)e.args, lines[i].args, lines[i].args_len);
		free(quoted);
		file = open_memstream(&quoted, &quoted_len);
		assert_non_null(file);
		put_command_line(file, &e);
		assert_int_equal(fclose(file), 0);
		assert_string_equal(quoted, lines[i].shown);
		free((char *)e.filename);
		free((char *)e.args);
	}
}

/* Makes the shell print the arguments that it reads from the command line, each with a NUL. */
static void check_with(const char *shell, const char *args, size_t size)
{
	char script[] = "/tmp/test_quote.XXXXXX", command[256], *words = malloc(size + 1);
	int fd = mkstemp(script);
	FILE *file = fdopen(fd, "w"), *pipe;
	size_t n;

	assert_non_null(file);
	assert_non_null(words);
	fputs("printf '%s\\0'", file);
	fputs(quote(args, size, false), file);
	fputs("\n", file);
	assert_int_equal(fclose(file), 0);
	snprintf(command, sizeof(command), "%s %s", shell, script);
	pipe = popen(command, "r");
	assert_non_null(pipe);
	n = fread(words, 1, size + 1, pipe);
	assert_int_equal(pclose(pipe), 0);
	unlink(script);
	if (n != size || memcmp(words, args, size))
		fail_msg("%s reads different arguments", shell);
	free(words);
}

static const char *const shells[] = {
	"LC_ALL=C bash", "LC_ALL=C.UTF-8 bash", "bash --posix",
	"LC_ALL=C zsh", "LC_ALL=C.UTF-8 zsh", "busybox sh",
};

/* Every word of one byte and of two. */
static void test_shells_read_all_pairs(void **state)
{
	static char args[1 + 255 * 2 + 255 * 255 * 3];
	size_t size = 1; /* an empty word first */

	(void)state;
	for (unsigned int first = 1; first < 256; first++) {
		args[size++] = (char)first;
		args[size++] = '\0';
		for (unsigned int second = 1; second < 256; second++) {
			args[size++] = (char)first;
			args[size++] = (char)second;
			args[size++] = '\0';
		}
	}
	assert_int_equal(size, sizeof(args));
	for (size_t i = 0; i < sizeof(shells) / sizeof(shells[0]); i++)
		check_with(shells[i], args, size);

	for (size_t i = 0; i < quoted_len; i++) {
		assert_in_range((unsigned char)quoted[i], 0x20, 0xff);
		assert_int_not_equal(quoted[i], 0x7f);
		if (quoted[i] & 0x80) { /* all characters of two bytes */
			assert_in_range((unsigned char)quoted[i], 0xc2, 0xdf);
			i++;
			assert_in_range((unsigned char)quoted[i], quoted[i - 1] == '\xc2' ? 0xa0 : 0x80, 0xbf);
		}
	}
}

/* Words made of parts that are special to shells. */
static void test_shells_read_hostile_words(void **state)
{
	static const char *const parts[] = {
		"a", "'", "\"", "\\", "$(id)", "`id`", "${x}", "\n", "\x1b", "\xff", "1", "x41",
		" ", "!", "*", "~", "#", "\xc3\xa9", "=", "...", "-", "{1,2}", "^", "<", "\xe2\x80\xae",
	};
	const size_t n = sizeof(parts) / sizeof(parts[0]);
	char *args, *at;

	(void)state;
	args = malloc(n * n * n * 16);
	assert_non_null(args);
	at = args;
	for (size_t i = 0; i < n * n * n; i++) {
		at = stpcpy(at, parts[i % n]);
		at = stpcpy(at, parts[i / n % n]);
		at = stpcpy(at, parts[i / n / n]) + 1;
	}
	for (size_t i = 0; i < sizeof(shells) / sizeof(shells[0]); i++)
		check_with(shells[i], args, (size_t)(at - args));
	free(args);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_words),
		cmocka_unit_test(test_lists),
		cmocka_unit_test(test_cut_lists),
		cmocka_unit_test(test_command_lines),
		cmocka_unit_test(test_shells_read_all_pairs),
		cmocka_unit_test(test_shells_read_hostile_words),
	};
	int failed = cmocka_run_group_tests(tests, NULL, NULL);

	free(quoted);
	return failed;
}
