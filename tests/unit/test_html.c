/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * The page: a fixed head and end around the output of json_format, without characters
 * that could end the comments that contain it.  tests/page opens pages.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "output/output.h"
#include "unit.h"

#define DATA "<div id=\"data\"><!--\n"
#define NEXT "--><!--\n"
#define END  "--></div>\n<div id=\"complete\" hidden></div>\n</body>\n</html>\n"

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
	for (; o.events < (unsigned int)events; o.events++)
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
	char *page = written(&html_format, 250, true), *json = written(&json_format, 250, true);
	char *data = (char *)data_of(page), *end = strstr(data, END), *line = data;
	int comments = 1;

	(void)state;
	assert_non_null(end);
	assert_string_equal(end, END);
	/* Without the line between two comments, and without other markup. */
	for (char *next; (next = strstr(data, NEXT)); comments++) {
		assert_true(next > data && next[-1] == '\n');
		memmove(next, next + strlen(NEXT), strlen(next + strlen(NEXT)) + 1);
		end -= strlen(NEXT);
	}
	assert_in_range(comments, 3, 4);
	for (const char *at = data; at < end; at++)
		assert_false(*at == '<' || *at == '>' || *at == '&');
	for (const char *other = json; *other; other = strchr(other, '\n') + 1) {
		json_t *ours, *its;

		ours = json_loads(line, JSON_DISABLE_EOF_CHECK, NULL);
		its = json_loads(other, JSON_DISABLE_EOF_CHECK, NULL);
		assert_non_null(ours);
		assert_true(json_equal(ours, its));
		json_decref(ours);
		json_decref(its);
		line = strchr(line, '\n') + 1;
	}
	assert_ptr_equal(line, end);
	free(page);
	free(json);
}

static void test_events_are_written_as_they_come(void **state)
{
	char *page = written(&html_format, 2, false);
	const char *data = data_of(page);

	(void)state;
	assert_int_equal(data[strlen(data) - 1], '\n');
	assert_non_null(strstr(strchr(data, '\n') + 1, "\"exec\""));
	free(page);
}

static void test_losses(void **state)
{
	struct output o = { 0 };
	char *page = NULL;
	size_t size;
	const struct loss loss = { .exec = 3, .exit = 4 };

	(void)state;
	o.file = open_memstream(&page, &size);
	assert_int_equal(html_format.begin(&o), 0);
	html_format.lost(&o, 0, 0, &loss);
	html_format.end(&o, 0);
	fclose(o.file);
	assert_non_null(
		strstr(data_of(page), "\"event\":\"lost\",\"count\":7,\"exec\":3,\"exit\":4"));
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
		cmocka_unit_test(test_events_are_written_as_they_come),
		cmocka_unit_test(test_losses),
		cmocka_unit_test(test_a_failed_write_stays_in_the_stream),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
