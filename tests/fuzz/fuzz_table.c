/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * The table, with any event: one line that is safe for a terminal, from which every
 * column can be read back to the byte.
 */
#include "fuzz.h"

/* Reads back a name up to its last byte; returns the rest, counts the characters shown. */
static const char *unescape(const char *at, const char *end, const char *name, size_t size, size_t *shown)
{
	const char *from = at;

	*shown = 0;
	for (size_t i = 0; i < size;) {
		uint32_t code;
		size_t length;
		int byte;

		must(at < end);
		if (*at == '\\') {
			byte = fuzz_unescape(&at, end);
			must(byte == (unsigned char)name[i++]);
			continue;
		}
		length = rfc3629(at, (size_t)(end - at), &code);
		must(length > 0 && length <= size - i && memcmp(at, name + i, length) == 0);
		at += length;
		i += length;
	}
	for (; from < at; from++)
		*shown += (*from & 0xc0) != 0x80;
	return at;
}

static const char *skip_number(const char *at, const char *end, unsigned long long number, size_t *shown)
{
	char digits[24];

	*shown = (size_t)snprintf(digits, sizeof(digits), "%llu", number);
	must((size_t)(end - at) >= *shown && memcmp(at, digits, *shown) == 0);
	return at + *shown;
}

/* The blanks that pad a column, and the one between columns. */
static const char *skip_blanks(const char *at, const char *end, size_t shown, size_t width)
{
	size_t blanks = shown < width ? width - shown + 1 : 1;

	must((size_t)(end - at) >= blanks);
	for (size_t i = 0; i < blanks; i++)
		must(at[i] == ' ');
	return at + blanks;
}

static const char *skip_text(const char *at, const char *end, const char *text)
{
	must((size_t)(end - at) >= strlen(text) && memcmp(at, text, strlen(text)) == 0);
	return at + strlen(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_case c;
	char *line, hms[16];
	const char *at, *end;
	size_t shown, line_size;
	const struct event *e = &c.event;
	time_t second;
	struct tm tm;

	fuzz_make(&c, data, size);
	fuzz_begin(&c.output);
	table_format.event(&c.output, e);
	line_size = fuzz_end(&c.output, &line);
	at = line;
	end = line + line_size;

	if (!c.output.color)
		must_be_a_line(line, line_size);

	second = (time_t)(e->time_ns / 1000000000);
	strftime(hms, sizeof(hms), "%T", gmtime_r(&second, &tm));
	at = skip_text(at, end, hms);
	at = skip_text(at, end,
		       e->kind == EVENT_EXEC ? " EXEC  " :
		       e->kind == EVENT_EXIT ? " EXIT  " :
		       e->kind == EVENT_FORK ? " FORK  " : " FAIL  ");
	at = unescape(at, end, c.comm, strlen(c.comm), &shown);
	at = skip_blanks(at, end, shown, 16);
	at = skip_number(at, end, (unsigned long long)e->pid, &shown);
	at = skip_blanks(at, end, shown, 7);
	at = skip_number(at, end, (unsigned long long)e->ppid, &shown);
	if (e->kind != EVENT_FORK)
		at = skip_blanks(at, end, shown, 7);
	if (e->kind == EVENT_FORK) {
		must(end - at == 1);
	} else if (e->kind == EVENT_FAILED) {
		if (c.output.color)
			at = skip_text(at, end, "\x1b[1;31m");
		at = skip_text(at, end, "E");
		while (at < end && ((*at >= 'A' && *at <= 'Z') || (*at >= '0' && *at <= '9')))
			at++;
		if (c.output.color)
			at = skip_text(at, end, "\x1b[m");
		if (e->filename_len)
			at = skip_text(at, end, " ");
		at = unescape(at, end, e->filename, e->filename_len, &shown);
		if (e->filename_truncated)
			at = skip_text(at, end, "...");
		must(end - at == 1);
	} else if (e->kind == EVENT_EXEC) {
		if (!c.output.args) { /* the command line is read back in fuzz_quote.c */
			at = unescape(at, end, e->filename, e->filename_len, &shown);
			if (e->filename_truncated)
				at = skip_text(at, end, "...");
			must(*at == '\n');
		}
		must_be_a_line(line, line_size);
	} else {
		if (c.output.color && e->status)
			at = skip_text(at, end, "\x1b[1;31m");
		at = skip_text(at, end, "[");
		if (e->status & 0x7f) {
			at = skip_text(at, end, "SIG");
			while (at < end && ((*at >= 'A' && *at <= 'Z') || (*at >= '0' && *at <= '9') || *at == '+'))
				at++;
			if (e->status & 0x80)
				at = skip_text(at, end, ", core");
		} else {
			at = skip_number(at, end, e->status >> 8, &shown);
		}
		at = skip_text(at, end, "]");
		if (c.output.color && e->status)
			at = skip_text(at, end, "\x1b[m");
		at = skip_text(at, end, " (");
		at = skip_number(at, end, e->duration_ns / 1000000, &shown);
		at = skip_text(at, end, "ms)");
		if (e->has_resources) {
			const struct resources *r = &e->resources;

			at = skip_text(at, end, " cpu ");
			at += strspn(at, "0123456789");
			at = skip_text(at, end, "ms");
			if (r->user_ticks || r->system_ticks) {
				at = skip_text(at, end, "+");
				at += strspn(at, "0123456789");
				at = skip_text(at, end, "ms");
			}
			if (r->max_rss && r->max_rss != RSS_UNKNOWN) {
				at = skip_text(at, end, " rss ");
				at += strspn(at, "0123456789.");
				must(*at == 'K' || *at == 'M' || *at == 'G');
				at++;
			}
			if (r->partial)
				at = skip_text(at, end, " partial");
		}
		must(end - at == 1);
	}
	fuzz_free(&c);
	return 0;
}
