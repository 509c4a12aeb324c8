/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Quoting for a shell; see quote.h. */
#include <stdbool.h>
#include <string.h>

#include "output/quote.h"
#include "output/text.h"

/* These are literal in every shell, anywhere in a word. */
static const bool plain[256] = {
	['0' ... '9'] = true, ['A' ... 'Z'] = true, ['a' ... 'z'] = true, ['_'] = true,
	['@'] = true,         ['%'] = true,         ['+'] = true,         ['='] = true,
	[':'] = true,         [','] = true,         ['.'] = true,         ['/'] = true,
	['-'] = true,
};

static bool is_plain(const char *word, size_t size)
{
	/* zsh takes =ls for the path of ls. */
	if (size == 0 || word[0] == '=' || (size == 3 && memcmp(word, "...", 3) == 0))
		return false;
	for (size_t i = 0; i < size; i++)
		if (!plain[(unsigned char)word[i]])
			return false;
	return true;
}

/* The length of the character at the start if it can be shown, else 0. */
static size_t shown(const char *text, size_t size)
{
	unsigned int code;
	size_t length = utf8_character(text, size, &code);

	return length && is_printable(code) ? length : 0;
}

static bool is_shown(const char *text, size_t size)
{
	for (size_t i = 0, length; i < size; i += length) {
		length = shown(text + i, size - i);
		if (!length)
			return false;
	}
	return true;
}

static void put_single_quoted(FILE *file, const char *word, size_t size)
{
	putc_unlocked('\'', file);
	for (size_t i = 0; i < size; i++)
		if (word[i] == '\'')
			put_literal(file, "'\\''");
		else
			putc_unlocked(word[i], file);
	putc_unlocked('\'', file);
}

static void put_escape(FILE *file, char byte)
{
	const char *escape = byte == '\'' ? "\\'" : common_escape((unsigned char)byte);

	if (escape)
		fwrite_unlocked(escape, 1, 2, file);
	else
		fprintf(file, "\\x%02x", (unsigned char)byte);
}

/* $'...' is of POSIX 2024; none of these shells reads more than two digits after \x. */
static void put_dollar_quoted(FILE *file, const char *word, size_t size)
{
	put_literal(file, "$'");
	for (size_t i = 0, length; i < size; i += length) {
		length = word[i] == '\\' || word[i] == '\'' ? 0 : shown(word + i, size - i);
		if (length) {
			fwrite_unlocked(word + i, 1, length, file);
		} else {
			put_escape(file, word[i]);
			length = 1;
		}
	}
	putc_unlocked('\'', file);
}

/* As the first word, A=b would be an assignment. */
static void put_word(FILE *file, const char *word, size_t size, bool command)
{
	if (is_plain(word, size) && !(command && memchr(word, '=', size)))
		fwrite_unlocked(word, 1, size, file);
	else if (is_shown(word, size))
		put_single_quoted(file, word, size);
	else
		put_dollar_quoted(file, word, size);
}

/* The arguments from the byte `at` on, a blank before each. */
static void put_args_from(FILE *file, const struct event *e, size_t at)
{
	for (size_t size; at < e->args_len; at += size + 1) {
		size = strnlen(e->args + at, e->args_len - at);
		putc_unlocked(' ', file);
		put_word(file, e->args + at, size, at == 0);
	}
	if (e->args_truncated)
		put_literal(file, " ...");
}

void put_args(FILE *file, const struct event *e)
{
	put_args_from(file, e, 0);
}

/* Whether argv[0] is redundant: it is the path or its last component. */
static bool is_usual_name(const struct event *e, size_t size)
{
	const char *slash = memrchr(e->filename, '/', e->filename_len);
	const char *last = slash ? slash + 1 : e->filename;
	size_t last_len = e->filename_len - (size_t)(last - e->filename);

	if (e->filename_truncated)
		return false;
	return (size == e->filename_len && memcmp(e->args, e->filename, size) == 0) ||
	       (size == last_len && memcmp(e->args, last, size) == 0);
}

void put_command_line(FILE *file, const struct event *e)
{
	size_t size = strnlen(e->args, e->args_len);

	put_word(file, e->filename, e->filename_len, true);
	if (e->filename_truncated)
		put_literal(file, "...");
	if (e->args_len && !is_usual_name(e, size)) {
		put_literal(file, " (");
		put_word(file, e->args, size, false);
		putc_unlocked(')', file);
	}
	put_args_from(file, e, size + 1);
}
