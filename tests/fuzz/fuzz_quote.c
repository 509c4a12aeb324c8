/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * put_args() and put_command_line(), with any arguments: one line that is safe for a
 * terminal, and that a shell's rules for words, implemented here, read back to the byte.
 */
#include "fuzz.h"
#include "output/quote.h"

/* The text between $' and ', as in POSIX 2024. */
static const char *read_dollar_quoted(const char *at, const char *end, char *word, size_t *size)
{
	while (at < end && *at != '\'') {
		if (*at != '\\') {
			word[(*size)++] = *at++;
		} else if (end - at > 1 && at[1] == '\'') {
			word[(*size)++] = '\'';
			at += 2;
		} else {
			int byte = fuzz_unescape(&at, end);

			must(byte > 0);
			word[(*size)++] = (char)byte;
		}
	}
	must(at < end);
	return at + 1;
}

/* Unquotes one word into `word`; returns the rest. */
static const char *read_word(const char *at, const char *end, char *word, size_t *size)
{
	static const char special[] = "|&;<>()$`\\\"'*?[]#~!{}^";
	const char *start = at;

	*size = 0;
	while (at < end && *at != ' ' && *at != ')') {
		if (*at == '\'') {
			for (at++; at < end && *at != '\''; at++)
				word[(*size)++] = *at;
			must(at++ < end);
		} else if (end - at > 1 && at[0] == '$' && at[1] == '\'') {
			at = read_dollar_quoted(at + 2, end, word, size);
		} else if (end - at > 1 && at[0] == '\\') {
			word[(*size)++] = at[1];
			at += 2;
		} else {
			must(!strchr(special, *at) && (*at & 0x80) == 0);
			must(at > start || *at != '='); /* zsh's =ls */
			word[(*size)++] = *at++;
		}
	}
	must(at > start); /* even an empty word has quotes */
	return at;
}

/* The arguments from byte i on, each after a blank, and the mark of a truncated list. */
static void read_args(const char *at, const char *end, const struct event *e, size_t i, char *word)
{
	for (size_t size, length; i < e->args_len; i += size + 1) {
		const char *raw;

		size = strnlen(e->args + i, e->args_len - i);
		must(at < end && *at == ' ');
		raw = ++at;
		at = read_word(at, end, word, &length);
		must(length == size && memcmp(word, e->args + i, length) == 0);
		/* An argument never looks like the mark of a truncated list, nor like an assignment. */
		must(at - raw != 3 || memcmp(raw, "...", 3) != 0);
		if (i == 0 && memchr(word, '=', length))
			must(*raw == '\'' || *raw == '$');
	}
	must((size_t)(end - at) == (e->args_truncated ? 4 : 0));
	must(!e->args_truncated || memcmp(at, " ...", 4) == 0);
}

/* The file name equals argv[0], or ends with a slash and argv[0]. */
static bool says_no_more(const struct event *e, size_t name)
{
	size_t before = e->filename_len - name;

	return !e->filename_truncated && name <= e->filename_len &&
	       memcmp(e->filename + before, e->args, name) == 0 &&
	       (before == 0 || (e->filename[before - 1] == '/' && !memchr(e->args, '/', name)));
}

/* The file name, argv[0] in parentheses unless it is redundant, the other arguments. */
static void read_command_line(const char *at, const char *end, const struct event *e, char *word)
{
	size_t name = strnlen(e->args, e->args_len), length;

	at = read_word(at, end, word, &length);
	must(length == e->filename_len + (e->filename_truncated ? 3 : 0));
	must(memcmp(word, e->filename, e->filename_len) == 0);
	must(!e->filename_truncated || memcmp(word + e->filename_len, "...", 3) == 0);
	if (e->args_len && !says_no_more(e, name)) {
		must(end - at > 2 && memcmp(at, " (", 2) == 0);
		at = read_word(at + 2, end, word, &length);
		must(length == name && memcmp(word, e->args, length) == 0);
		must(at < end && *at++ == ')');
	}
	read_args(at, end, e, name + 1, word);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_case c;
	char *line, *word;
	size_t line_size;
	const struct event *e = &c.event;

	fuzz_make(&c, data, size);
	if (e->kind != EVENT_EXEC) {
		fuzz_free(&c);
		return 0;
	}
	for (int i = 0; i < 2; i++) {
		fuzz_begin(&c.output);
		(i ? put_args : put_command_line)(c.output.file, e);
		putc('\n', c.output.file);
		line_size = fuzz_end(&c.output, &line);
		must_be_a_line(line, line_size);
		word = malloc(line_size);
		if (i)
			read_args(line, line + line_size - 1, e, 0, word);
		else
			read_command_line(line, line + line_size - 1, e, word);
		free(word);
	}
	fuzz_free(&c);
	return 0;
}
