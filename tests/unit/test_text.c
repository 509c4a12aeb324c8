/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * UTF-8, compared with the grammar of RFC 3629, and escaping: the output is printable
 * text from which the input can be recovered.
 */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "output/text.h"
#include "unit.h"

/* utf8_character() on memory of exactly that size. */
static size_t character(const void *text, size_t size, unsigned int *code)
{
	char *copy = malloc(size);
	size_t length;

	assert_non_null(copy);
	memcpy(copy, text, size);
	length = utf8_character(copy, size, code);
	free(copy);
	return length;
}

static size_t encode(unsigned int code, unsigned char s[4])
{
	if (code < 0x80) {
		s[0] = (unsigned char)code;
		return 1;
	}
	if (code < 0x800) {
		s[0] = (unsigned char)(0xc0 | code >> 6);
		s[1] = (unsigned char)(0x80 | (code & 0x3f));
		return 2;
	}
	if (code < 0x10000) {
		s[0] = (unsigned char)(0xe0 | code >> 12);
		s[1] = (unsigned char)(0x80 | (code >> 6 & 0x3f));
		s[2] = (unsigned char)(0x80 | (code & 0x3f));
		return 3;
	}
	s[0] = (unsigned char)(0xf0 | code >> 18);
	s[1] = (unsigned char)(0x80 | (code >> 12 & 0x3f));
	s[2] = (unsigned char)(0x80 | (code >> 6 & 0x3f));
	s[3] = (unsigned char)(0x80 | (code & 0x3f));
	return 4;
}

static void test_every_code_point(void **state)
{
	(void)state;
	for (unsigned int code = 0; code <= 0x110000; code++) {
		bool valid = code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff);
		unsigned int decoded = 0xffffffff;
		unsigned char s[4];
		size_t length = encode(code, s);

		assert_int_equal(utf8_character((char *)s, length, &decoded), valid ? length : 0);
		if (valid)
			assert_int_equal(decoded, code);
	}
}

/* The length of the character at s by the grammar of RFC 3629, section 4; 0: none. */
static size_t grammar(const unsigned char *s, size_t size)
{
	static const struct {
		unsigned char first[2], second[2];
		size_t length;
	} rules[] = {
		{ { 0x00, 0x7f }, { 0, 0 }, 1 },       { { 0xc2, 0xdf }, { 0x80, 0xbf }, 2 },
		{ { 0xe0, 0xe0 }, { 0xa0, 0xbf }, 3 }, { { 0xe1, 0xec }, { 0x80, 0xbf }, 3 },
		{ { 0xed, 0xed }, { 0x80, 0x9f }, 3 }, { { 0xee, 0xef }, { 0x80, 0xbf }, 3 },
		{ { 0xf0, 0xf0 }, { 0x90, 0xbf }, 4 }, { { 0xf1, 0xf3 }, { 0x80, 0xbf }, 4 },
		{ { 0xf4, 0xf4 }, { 0x80, 0x8f }, 4 },
	};

	for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++) {
		if (s[0] < rules[i].first[0] || s[0] > rules[i].first[1])
			continue;
		if (rules[i].length > size)
			return 0;
		for (size_t j = 1; j < rules[i].length; j++) {
			unsigned char least = j == 1 ? rules[i].second[0] : 0x80;
			unsigned char most = j == 1 ? rules[i].second[1] : 0xbf;

			if (s[j] < least || s[j] > most)
				return 0;
		}
		return rules[i].length;
	}
	return 0;
}

/* Each first byte, followed by the bytes around every limit in the grammar. */
static void test_grammar(void **state)
{
	static const unsigned char limits[] = { 0x00, 'a',  0x7f, 0x80, 0x8f, 0x90,
						0x9f, 0xa0, 0xbf, 0xc0, 0xe0, 0xff };
	const size_t n = sizeof(limits);

	(void)state;
	for (unsigned int first = 0; first < 256; first++)
		for (size_t i = 0; i < n * n * n; i++) {
			unsigned char s[] = { (unsigned char)first, limits[i % n],
					      limits[i / n % n], limits[i / n / n] };
			unsigned int code;

			assert_int_equal(utf8_character((char *)s, 4, &code), grammar(s, 4));
		}
}

static void test_cut_characters(void **state)
{
	const unsigned int codes[] = { 'a', 0xe9, 0x20ac, 0xffff, 0x1f600, 0x10ffff };
	unsigned char s[4];
	unsigned int code;

	(void)state;
	for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++) {
		size_t length = encode(codes[i], s);

		assert_int_equal(character(s, length, &code), length);
		for (size_t size = 1; size < length; size++) {
			assert_int_equal(character(s, size, &code), 0);
			/* Although the rest of it follows after the end. */
			assert_int_equal(utf8_character((char *)s, size, &code), 0);
		}
	}
}

static void test_printable(void **state)
{
	static const unsigned int shown[] = {
		' ', '~', 0xa0, 0xa1, 0xe9, 0x416, 0x5d0, 0x627, 0x200a, 0x2010, 0x2027, 0x202f,
		0x20ac, 0x2fff, 0x4e2d, 0xac00, 0xd7ff, 0xfffd, 0x1f600, 0x20000, 0xdffff,
	};
	static const unsigned int hidden[][2] = {
		{ 0x00, 0x1f }, /* C0 */
		{ 0x7f, 0x9f }, /* DEL, C1 */
		{ 0xad, 0xad }, /* soft hyphen */
		{ 0x61c, 0x61c }, /* Arabic letter mark */
		{ 0x180e, 0x180e }, /* Mongolian vowel separator */
		{ 0x200b, 0x200f }, /* zero width, left-to-right and right-to-left marks */
		{ 0x2028, 0x2029 }, /* separators of lines and paragraphs */
		{ 0x202a, 0x202e }, /* embeddings and overrides */
		{ 0x2060, 0x2064 }, /* word joiner, invisible operators */
		{ 0x2066, 0x2069 }, /* isolates */
		{ 0x206a, 0x206f }, /* deprecated formats */
		{ 0x3164, 0x3164 }, /* Hangul filler */
		{ 0xfdd0, 0xfdef }, /* noncharacters */
		{ 0xfe00, 0xfe0f }, /* variation selectors */
		{ 0xfeff, 0xfeff }, /* byte order mark */
		{ 0xfff9, 0xfffb }, /* interlinear annotation */
		{ 0xfffe, 0xffff }, /* noncharacters */
		{ 0xe0001, 0xe007f }, /* tags */
		{ 0xe0100, 0xe01ef }, /* more variation selectors */
		{ 0xf0000, 0x10ffff }, /* private planes */
	};

	(void)state;
	for (size_t i = 0; i < sizeof(shown) / sizeof(shown[0]); i++)
		assert_true(is_printable(shown[i]));
	for (size_t i = 0; i < sizeof(hidden) / sizeof(hidden[0]); i++)
		for (unsigned int code = hidden[i][0]; code <= hidden[i][1]; code++)
			assert_false(is_printable(code));
}

/* put_escaped() with memory of exactly that size; the caller frees the result. */
static char *escape(const void *text, size_t size, const char *also, size_t *shown)
{
	char *copy = malloc(size ? size : 1), *escaped;
	size_t len;
	FILE *f = open_memstream(&escaped, &len);

	assert_true(copy && f);
	memcpy(copy, text, size);
	*shown = put_escaped(f, copy, size, also);
	assert_int_equal(fclose(f), 0);
	assert_int_equal(strlen(escaped), len);
	free(copy);
	return escaped;
}

static void check(const char *text, size_t size, const char *also, const char *expected)
{
	size_t shown, characters = 0;
	char *escaped = escape(text, size, also, &shown);

	assert_string_equal(escaped, expected);
	for (const char *s = expected; *s; s++)
		characters += (*s & 0xc0) != 0x80;
	assert_int_equal(shown, characters);
	free(escaped);
}

static void test_escapes(void **state)
{
	(void)state;
	check("", 0, "", "");
	check("/usr/bin/true", 13, "", "/usr/bin/true");
	check("a\nb\tc\\d", 7, "", "a\\nb\\tc\\\\d");
	check("\0\x1b\r\x7f", 4, "", "\\x00\\x1b\\x0d\\x7f");
	check("nul\0", 4, "", "nul\\x00");
	check("\xff\xc3", 2, "", "\\xff\\xc3");
	check("\xc3\xa9\xe2\x82\xac", 5, "", "\xc3\xa9\xe2\x82\xac");
	/* Invalid bytes followed directly by valid ones: nothing is skipped. */
	check("\xe2\x82\xc3\xa9z", 5, "", "\\xe2\\x82\xc3\xa9z");
	check("\xf0\x9f\xf0\x9f\x98\x80", 6, "", "\\xf0\\x9f\xf0\x9f\x98\x80");
	check("\xe2\x80\xae/x", 5, "", "\\xe2\\x80\\xae/x");
}

static void test_also(void **state)
{
	(void)state;
	check("a b,c;d", 7, " ;", "a\\x20b,c\\x3bd");
	check(";;", 2, ";", "\\x3b\\x3b");
	check("\xc3\xa9;", 3, ";", "\xc3\xa9\\x3b");
}

/* Reads back the output of put_escaped(); out is as large as in. */
static size_t read_back(const char *in, char *out)
{
	size_t n = 0;
	unsigned int byte;

	while (*in) {
		if (*in != '\\') {
			out[n++] = *in++;
			continue;
		}
		switch (in[1]) {
		case 'n':
			out[n++] = '\n';
			in += 2;
			break;
		case 't':
			out[n++] = '\t';
			in += 2;
			break;
		case '\\':
			out[n++] = '\\';
			in += 2;
			break;
		default:
			assert_int_equal(sscanf(in, "\\x%2x", &byte), 1);
			out[n++] = (char)byte;
			in += 4;
		}
	}
	return n;
}

/* Different names are never printed alike, and each output is printable and valid. */
static void test_any_bytes_come_back(void **state)
{
	static const char likely[] = "\\\\nxt\n\t\x1b/ab \x80\xbf\xc3\xa9\xe2\x80\xae\xed\xa0\xf0\x9f\x98\xff";
	unsigned int random = 1;

	(void)state;
	for (int round = 0; round < 20000; round++) {
		char text[24], back[4 * sizeof(text) + 1];
		size_t size = (size_t)round % (sizeof(text) + 1), shown, characters = 0;
		char *escaped;

		for (size_t i = 0; i < size; i++) {
			random = random * 1103515245 + 12345;
			text[i] = round & 1 ? (char)(random >> 16) :
					      likely[(random >> 16) % sizeof(likely)];
		}
		escaped = escape(text, size, "", &shown);
		for (const char *s = escaped; *s; characters++) {
			size_t length = grammar((unsigned char *)s, strlen(s));
			unsigned int code;

			assert_in_range(length, 1, 4);
			assert_int_equal(utf8_character(s, length, &code), length);
			assert_true(is_printable(code));
			s += length;
		}
		assert_int_equal(shown, characters);
		assert_int_equal(read_back(escaped, back), size);
		assert_memory_equal(back, text, size);
		/* The program's own function reads it back, too. */
		if (!memchr(text, '\0', size)) {
			assert_int_equal(unescape(back, sizeof(back), escaped), size);
			assert_memory_equal(back, text, size);
			assert_int_equal(back[size], '\0');
		}
		free(escaped);
	}
}

/* Anything that put_escaped() would not write is literal, and nothing is written past the end. */
static void test_unescape(void **state)
{
	const struct {
		const char *text, *means;
	} texts[] = {
		{ "", "" },		    { "plain", "plain" },
		{ "\\", "\\" },		    { "\\q", "\\q" },
		{ "\\x", "\\x" },	    { "\\x4", "\\x4" },
		{ "\\x4g", "\\x4g" },	    { "\\x 4", "\\x 4" },
		{ "\\x+4", "\\x+4" },	    { "\\x0x41", "\\x0x41" },
		{ "\\x00", "\\x00" },	    { "\\x01", "\x01" },
		{ "\\x414", "A4" },	    { "\\xe2\\x80\\xAE", "\xe2\x80\xae" },
		{ "\\N\\T\\X41", "\\N\\T\\X41" }, { "\\\\x41", "\\x41" },
	};
	char *to;

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		size_t size = strlen(texts[i].means) + 1;

		to = malloc(size); /* of exactly that size, for AddressSanitizer */
		assert_non_null(to);
		assert_int_equal(unescape(to, size, texts[i].text), size - 1);
		assert_string_equal(to, texts[i].means);
		free(to);
	}
	to = malloc(4);
	assert_non_null(to);
	assert_int_equal(unescape(to, 4, "ab\\nde"), 5);
	assert_string_equal(to, "ab\n");
	free(to);
}

/* Exactly three bytes, and no other code point. */
static void test_common_escape(void **state)
{
	(void)state;
	assert_string_equal(common_escape('\n'), "\\n");
	assert_string_equal(common_escape('\t'), "\\t");
	assert_string_equal(common_escape('\\'), "\\\\");
	for (unsigned int code = 0; code < 0x200; code++)
		if (code != '\n' && code != '\t' && code != '\\')
			assert_null(common_escape(code));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_code_point),
		cmocka_unit_test(test_grammar),
		cmocka_unit_test(test_cut_characters),
		cmocka_unit_test(test_printable),
		cmocka_unit_test(test_escapes),
		cmocka_unit_test(test_also),
		cmocka_unit_test(test_any_bytes_come_back),
		cmocka_unit_test(test_unescape),
		cmocka_unit_test(test_common_escape),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
