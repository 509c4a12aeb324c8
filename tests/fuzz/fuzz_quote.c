/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * put_command_line() on any arguments: one line that a terminal can be sent,
 * which a shell's rules for words, written here once more, read back to the byte.
 */
#include "fuzz.h"
#include "output/quote.h"

/* What is between $' and ', of POSIX 2024. */
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

/* One word, unquoted into `word`; returns what follows. */
static const char *read_word(const char *at, const char *end, char *word, size_t *size)
{
	static const char special[] = "|&;<>()$`\\\"'*?[]#~!{}^";
	const char *start = at;

	*size = 0;
	while (at < end && *at != ' ') {
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
	must(at > start); /* even an empty word has its quotes */
	return at;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_case c;
	char *line, *word;
	const char *at, *end;
	size_t line_size, length;
	const struct event *e = &c.event;

	fuzz_make(&c, data, size);
	if (e->kind != EVENT_EXEC) {
		fuzz_free(&c);
		return 0;
	}
	fuzz_begin(&c.output);
	put_command_line(c.output.file, e);
	putc('\n', c.output.file);
	line_size = fuzz_end(&c.output, &line);
	must_be_a_line(line, line_size);
	at = line;
	end = line + line_size - 1;
	word = malloc(line_size);
	for (size_t i = 0, size_of_arg; i < e->args_len; i += size_of_arg + 1) {
		const char *raw;

		size_of_arg = strnlen(e->args + i, e->args_len - i);
		must(at < end && *at == ' ');
		raw = ++at;
		at = read_word(at, end, word, &length);
		must(length == size_of_arg && memcmp(word, e->args + i, length) == 0);
		/* An argument is never what tells that the list was cut, nor an assignment. */
		must(at - raw != 3 || memcmp(raw, "...", 3) != 0);
		if (i == 0 && memchr(word, '=', length))
			must(*raw == '\'' || *raw == '$');
	}
	must((size_t)(end - at) == (e->args_truncated ? 4 : 0));
	must(!e->args_truncated || memcmp(at, " ...", 4) == 0);
	free(word);
	fuzz_free(&c);
	return 0;
}
