/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Escaping for the table, and numbers; see text.h. */
#include <string.h>

#include "output/text.h"

size_t utf8_character(const char *text, size_t size, unsigned int *code)
{
	const unsigned char *s = (const unsigned char *)text;
	size_t length;

	if (s[0] < 0x80) {
		*code = s[0];
		return 1;
	}
	/* 0xc0 and 0xc1 only begin overlong forms, 0xf5 and above only code points past U+10FFFF. */
	if (s[0] < 0xc2 || s[0] > 0xf4)
		return 0;
	length = s[0] < 0xe0 ? 2 : s[0] < 0xf0 ? 3 : 4;
	if (length > size)
		return 0;
	*code = s[0] & (0x7f >> length);
	for (size_t i = 1; i < length; i++) {
		if ((s[i] & 0xc0) != 0x80)
			return 0;
		*code = *code << 6 | (s[i] & 0x3f);
	}
	if ((length == 3 && *code < 0x800) || (length == 4 && *code < 0x10000) ||
	    *code > 0x10ffff || (*code >= 0xd800 && *code <= 0xdfff))
		return 0;
	return length;
}

int is_printable(unsigned int code)
{
	/* Unicode 15: categories Cc, Cf, Zl, Zp, noncharacters, and fillers that show nothing. */
	static const struct {
		unsigned int first, last;
	} hidden[] = {
		{ 0x0000, 0x001f },   { 0x007f, 0x009f },    { 0x00ad, 0x00ad },
		{ 0x034f, 0x034f },   { 0x0600, 0x0605 },    { 0x061c, 0x061c },
		{ 0x06dd, 0x06dd },   { 0x070f, 0x070f },    { 0x0890, 0x0891 },
		{ 0x08e2, 0x08e2 },   { 0x115f, 0x1160 },    { 0x17b4, 0x17b5 },
		{ 0x180b, 0x180f },   { 0x200b, 0x200f },    { 0x2028, 0x202e },
		{ 0x2060, 0x206f },   { 0x3164, 0x3164 },    { 0xfdd0, 0xfdef },
		{ 0xfe00, 0xfe0f },   { 0xfeff, 0xfeff },    { 0xffa0, 0xffa0 },
		{ 0xfff0, 0xfffb },   { 0xfffe, 0xffff },    { 0x110bd, 0x110bd },
		{ 0x110cd, 0x110cd }, { 0x13430, 0x1343f },  { 0x1bca0, 0x1bca3 },
		{ 0x1d173, 0x1d17a }, { 0xe0000, 0x10ffff }, /* tags, private planes */
	};

	if (code < 0x80)
		return code >= 0x20 && code != 0x7f;
	for (size_t i = 0; i < sizeof(hidden) / sizeof(hidden[0]); i++)
		if (code >= hidden[i].first && code <= hidden[i].last)
			return 0;
	return 1;
}

/* The bytes at the start that need no escaping: nearly always all of them. */
static size_t plain(const char *text, size_t size, const char *also)
{
	size_t n = 0;

	while (n < size && text[n] >= 0x20 && text[n] < 0x7f && text[n] != '\\' &&
	       !(*also && strchr(also, text[n])))
		n++;
	return n;
}

const char *common_escape(unsigned int code)
{
	switch (code) {
	case '\n':
		return "\\n";
	case '\t':
		return "\\t";
	case '\\':
		return "\\\\";
	default:
		return NULL;
	}
}

static size_t put_one(FILE *file, const char *text, size_t length)
{
	const char *escape = common_escape((unsigned char)*text);

	if (escape)
		return fwrite_unlocked(escape, 1, 2, file);
	for (size_t i = 0; i < length; i++)
		fprintf(file, "\\x%02x", (unsigned char)text[i]);
	return 4 * length;
}

size_t put_escaped(FILE *file, const char *text, size_t size, const char *also)
{
	size_t shown = 0;

	while (size) {
		size_t n = plain(text, size, also);

		fwrite_unlocked(text, 1, n, file);
		shown += n;
		text += n;
		size -= n;
		if (!size)
			break;

		unsigned int code;
		size_t length = utf8_character(text, size, &code);

		if (length > 1 && is_printable(code)) {
			fwrite(text, 1, length, file);
			shown++;
		} else {
			length = length ? length : 1;
			shown += put_one(file, text, length);
		}
		text += length;
		size -= length;
	}
	return shown;
}

/* The byte that the escape at the start means; *length is 1 if there is none. */
static char read_escape(const char *text, size_t *length)
{
	unsigned char byte;

	*length = 2;
	if (strncmp(text, "\\n", 2) == 0)
		return '\n';
	if (strncmp(text, "\\t", 2) == 0)
		return '\t';
	if (strncmp(text, "\\\\", 2) == 0)
		return '\\';
	if (strncmp(text, "\\x", 2) == 0 && strspn(text + 2, "0123456789abcdefABCDEF") >= 2 &&
	    sscanf(text + 2, "%2hhx", &byte) == 1 && byte) {
		*length = 4;
		return (char)byte;
	}
	*length = 1;
	return text[0];
}

size_t unescape(char *to, size_t size, const char *text)
{
	size_t n = 0;

	for (size_t length; *text; text += length) {
		char byte = read_escape(text, &length);

		if (n + 1 < size)
			to[n] = byte;
		n++;
	}
	to[n < size ? n : size - 1] = '\0';
	return n;
}

char *add_decimal(char *at, unsigned long long number)
{
	unsigned int digits = 1;

	for (unsigned long long n = number; n >= 10; n /= 10)
		digits++;
	for (char *digit = at + digits; digit > at; number /= 10)
		*--digit = (char)('0' + number % 10);
	return at + digits;
}

size_t put_decimal(FILE *file, unsigned long long number)
{
	char digits[DECIMAL_LEN];

	return fwrite_unlocked(digits, 1, (size_t)(add_decimal(digits, number) - digits), file);
}

char *short_time(unsigned long long ns, char text[SHORT_TIME_LEN])
{
	unsigned long long us = ns / 1000, ms = us / 1000, s = ms / 1000;

	if (us < 1000)
		snprintf(text, SHORT_TIME_LEN, "%lluus", us);
	else if (ms < 10)
		snprintf(text, SHORT_TIME_LEN, "%llu.%02llums", ms, us / 10 % 100);
	else if (ms < 100)
		snprintf(text, SHORT_TIME_LEN, "%llu.%llums", ms, us / 100 % 10);
	else if (s < 1)
		snprintf(text, SHORT_TIME_LEN, "%llums", ms);
	else if (s < 10)
		snprintf(text, SHORT_TIME_LEN, "%llu.%02llus", s, ms / 10 % 100);
	else if (s < 60)
		snprintf(text, SHORT_TIME_LEN, "%llu.%llus", s, ms / 100 % 10);
	else if (s < 3600)
		snprintf(text, SHORT_TIME_LEN, "%llum%02llus", s / 60, s % 60);
	else if (s < 100 * 3600)
		snprintf(text, SHORT_TIME_LEN, "%lluh%02llum", s / 3600, s / 60 % 60);
	else
		snprintf(text, SHORT_TIME_LEN, "%llud", s / 86400);
	return text;
}
