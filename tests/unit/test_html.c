/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * The page: a fixed head and end around the output of json_format, in gzip and base64.
 * tests/page opens pages.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <zlib.h>

#include "output/output.h"
#include "unit.h"

#define DATA "<script type=\"application/gzip\" id=\"data\">\n"
#define END  "</script>\n<div id=\"complete\" hidden></div>\n</body>\n</html>\n"

static const char args[] = "</script>\0<!--&amp;-->\0]]>\xff\xe2\x80\xa8";

static const struct event exec_event = {
	.kind = EVENT_EXEC,
	.pid = 4935,
	.ppid = 4931,
	.time_ns = 1772104712104233117ULL,
	.comm = "<b>&",
	.comm_len = 4,
	.filename = "/tmp/<b>&",
	.filename_len = 9,
	.args = args,
	.args_len = sizeof(args),
};

/* The output of format for this number of events and, optionally, its end.  The caller frees it. */
static char *written(const struct format *format, int events, bool end)
{
	struct output o = { 0 };
	char *text = NULL;
	size_t size;

	o.file = open_memstream(&text, &size);
	assert_non_null(o.file);
	if (format->begin)
		assert_int_equal(format->begin(&o), 0);
	for (int i = 0; i < events; i++)
		format->event(&o, &exec_event);
	fflush(o.file);
	if (!end) {
		char *now = strdup(text);

		format->end(&o, 0); /* frees its state */
		fclose(o.file);
		free(text);
		return now;
	}
	if (format->end)
		format->end(&o, 0);
	assert_false(ferror(o.file));
	fclose(o.file);
	assert_int_equal(strlen(text), size);
	return text;
}

static const char *data_of(const char *page)
{
	const char *data = strstr(page, DATA);

	assert_non_null(data);
	return data + strlen(DATA);
}

/* Decodes base64 up to `end`; newlines are allowed between groups of four.  Returns the size. */
static size_t from_base64(unsigned char *to, const char *text, const char *end)
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	unsigned char *at = to;

	while (text < end) {
		unsigned int bits = 0, padding = 0;

		if (*text == '\n') {
			text++;
			continue;
		}
		assert_true(end - text >= 4);
		for (int i = 0; i < 4; i++, text++) {
			const char *digit = *text ? strchr(digits, *text) : NULL;

			padding += *text == '=';
			assert_true(digit || (*text == '=' && i >= 2));
			bits = bits << 6 | (digit ? (unsigned int)(digit - digits) : 0);
		}
		for (unsigned int i = 0; i < 3 - padding; i++)
			*at++ = (unsigned char)(bits >> (16 - 8 * i));
	}
	return (size_t)(at - to);
}

/* The JSON in the base64 before `end`, which the caller frees.  whole: it has gzip's end. */
static char *unpacked(const char *data, const char *end, bool whole)
{
	unsigned char packed[8192];
	char *json = calloc(1, 65536);
	z_stream z = { .next_in = packed, .next_out = (unsigned char *)json, .avail_out = 65535 };

	assert_non_null(json);
	assert_true((size_t)(end - data) < sizeof(packed));
	z.avail_in = (unsigned int)from_base64(packed, data, end);
	assert_int_equal(inflateInit2(&z, MAX_WBITS + 16), Z_OK);
	assert_int_equal(inflate(&z, Z_SYNC_FLUSH), whole ? Z_STREAM_END : Z_OK);
	assert_int_equal(z.avail_in, 0);
	inflateEnd(&z);
	return json;
}

static void test_an_empty_page(void **state)
{
	char *page = written(&html_format, 0, true);

	(void)state;
	assert_memory_equal(page, "<!doctype html>\n", 16);
	assert_non_null(strstr(page, "<meta charset=\"utf-8\">"));
	/* Browsers search the first 1024 bytes for it. */
	assert_true(strstr(page, "<meta charset") - page < 1000);
	assert_non_null(strstr(page, "default-src 'none'"));
	assert_non_null(strstr(page, "script-src 'sha256-"));
	assert_null(strstr(page, "-HASH"));
	assert_null(strstr(page, "page.css\""));
	free(page);
}

static void test_the_data_is_the_json(void **state)
{
	char *page = written(&html_format, 3, true), *json = written(&json_format, 3, true);
	const char *data = data_of(page), *end = strstr(data, "</script");
	char *ours;

	(void)state;
	assert_non_null(end);
	assert_string_equal(end, END);
	ours = unpacked(data, end, true);
	assert_string_equal(ours, json);
	free(ours);
	free(page);
	free(json);
}

/* Whatever the sizes of the pieces are, modulo 3: a line is whole groups, and ends a block. */
static void test_each_line_can_be_the_last(void **state)
{
	(void)state;
	for (int events = 0; events < 20; events++) {
		char *page = written(&html_format, events, false);
		char *json = written(&json_format, events, true);
		const char *data = data_of(page);
		char *ours = unpacked(data, data + strlen(data), false);
		int lines = 0;

		assert_string_equal(ours, json);
		for (const char *at = data; *at; at = strchr(at, '\n') + 1, lines++)
			assert_int_equal(strcspn(at, "\n") % 4, 0);
		assert_int_equal(lines, events + 1); /* and the start */
		free(ours);
		free(page);
		free(json);
	}
}

static void test_losses(void **state)
{
	struct output o = { 0 };
	char *page = NULL, *json;
	size_t size;
	const struct loss loss = { .exec = 3, .exit = 4 };

	(void)state;
	o.file = open_memstream(&page, &size);
	assert_int_equal(html_format.begin(&o), 0);
	html_format.lost(&o, 0, 0, &loss);
	html_format.end(&o, 0);
	fclose(o.file);
	json = unpacked(data_of(page), strstr(page, END), true);
	assert_non_null(strstr(json, "\"event\":\"lost\",\"count\":7,\"exec\":3,\"exit\":4"));
	free(json);
	free(page);
}

static void test_a_failed_write_stays_in_the_stream(void **state)
{
	struct output o = { .file = fopen("/dev/full", "w") };

	(void)state;
	setvbuf(o.file, NULL, _IONBF, 0);
	assert_int_equal(html_format.begin(&o), 0);
	html_format.event(&o, &exec_event);
	assert_true(ferror(o.file));
	html_format.end(&o, 0);
	assert_true(ferror(o.file));
	fclose(o.file);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_an_empty_page),
		cmocka_unit_test(test_the_data_is_the_json),
		cmocka_unit_test(test_each_line_can_be_the_last),
		cmocka_unit_test(test_losses),
		cmocka_unit_test(test_a_failed_write_stays_in_the_stream),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
