/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Failed execs of a PATH search: which are dropped, which are printed, and when. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "output/pathsearch.h"
#include "unit.h"

static struct searches s;
static char *printed; /* "pid:file name:error " of each event, in order */
static size_t printed_len, seen;
static FILE *file;

static void print(void *ctx, const struct event *e)
{
	fprintf(ctx, "%d:%s:%u ", e->pid, e->filename ? e->filename : "exit", e->error);
}

/* An event of the process; name is NULL for an exit. */
static void happens(int pid, enum event_kind kind, const char *name, unsigned int error)
{
	struct {
		struct exec_record r;
		char name[FILENAME_MAX_LEN];
	} exec = { .r = { .header = { .kind = (unsigned short)kind, .pid = pid },
			  .error = error } };
	struct exit_record exit = { .header = { .kind = EVENT_EXIT, .pid = pid } };
	size_t size = sizeof(exit);
	void *record;
	struct event e;

	if (name) {
		exec.r.filename_len = (unsigned short)(strlen(name) + 1);
		strcpy(exec.name, name);
		size = sizeof(exec.r) + exec.r.filename_len;
	}
	record = malloc(size); /* freed afterwards, like a record on the ring */
	memcpy(record, name ? (void *)&exec : (void *)&exit, size);
	assert_int_equal(event_decode(record, size, &e), 0);
	if (!searches_hold(&s, &e, record, size))
		print(file, &e);
	memset(record, 0xaa, size);
	free(record);
}

static void fails(int pid, const char *name, unsigned int error)
{
	happens(pid, EVENT_FAILED, name, error);
}

static void runs(int pid, const char *name)
{
	happens(pid, EVENT_EXEC, name, 0);
}

static void ends(int pid)
{
	happens(pid, EVENT_EXIT, NULL, 0);
}

/* Checks the output since the last call. */
static void so_far(const char *expected)
{
	fflush(file);
	assert_string_equal(printed + seen, expected);
	seen = printed_len;
}

static int setup(void **state)
{
	(void)state;
	seen = 0;
	file = open_memstream(&printed, &printed_len);
	s = (struct searches){ .put = print, .ctx = file };
	return file ? 0 : -1;
}

static int teardown(void **state)
{
	(void)state;
	searches_end(&s);
	assert_int_equal(s.memory, 0);
	fclose(file);
	free(printed);
	return 0;
}

static void test_found(void **state)
{
	(void)state;
	fails(1, "/a/x", ENOENT);
	fails(1, "/b/x", ENOENT);
	fails(1, "x", ENOENT);
	so_far("");
	runs(1, "/c/x");
	ends(1);
	so_far("1:/c/x:0 1:exit:0 ");
	assert_int_equal(s.memory, 0);
}

static void test_not_found(void **state)
{
	(void)state;
	fails(1, "/a/x", ENOENT);
	fails(1, "/b/x", ENOENT);
	so_far("");
	ends(1);
	so_far("1:/a/x:2 1:/b/x:2 1:exit:0 ");
}

static void test_another_error(void **state)
{
	(void)state;
	fails(1, "/a/x", ENOENT);
	fails(1, "/b/x", E2BIG);
	so_far("1:/a/x:2 1:/b/x:7 ");
	fails(1, "/c/x", ENOENT);
	runs(1, "/d/x");
	so_far("1:/d/x:0 ");
}

/* A directory that may not be searched, and a file in place of one: execvp(3) goes on. */
static void test_skipped_directories(void **state)
{
	(void)state;
	fails(1, "/a/x", EACCES);
	fails(1, "/b/x", ENOTDIR);
	runs(1, "/bin/x");
	so_far("1:/bin/x:0 ");
	fails(2, "/a/x", EACCES);
	ends(2);
	so_far("2:/a/x:13 2:exit:0 ");
}

/* Another program: the first one was not found. */
static void test_different_name(void **state)
{
	(void)state;
	fails(1, "./configure", ENOENT);
	fails(1, "/a/sh", ENOENT);
	so_far("1:./configure:2 ");
	runs(1, "/bin/bash");
	so_far("1:/a/sh:2 1:/bin/bash:0 ");
	fails(1, "", ENOENT);
	runs(1, "/bin/x");
	so_far("1::2 1:/bin/x:0 ");
}

static void test_processes_do_not_mix(void **state)
{
	(void)state;
	fails(1, "/a/x", ENOENT);
	fails(2, "/a/x", ENOENT);
	fails(1, "/b/x", ENOENT);
	runs(2, "/b/x");
	ends(3);
	so_far("2:/b/x:0 3:exit:0 ");
	ends(1);
	so_far("1:/a/x:2 1:/b/x:2 1:exit:0 ");
}

static void test_end_of_the_run(void **state)
{
	(void)state;
	fails(2, "/a/x", ENOENT);
	fails(1, "/a/y", ENOENT);
	fails(2, "/b/x", ENOENT);
	searches_end(&s);
	so_far("2:/a/x:2 1:/a/y:2 2:/b/x:2 ");
}

/* One process that keeps failing: nothing is lost, and the order is kept. */
static void test_many_tries(void **state)
{
	(void)state;
	for (int i = 0; i < 2 * SEARCH_TRIES; i++)
		fails(1, "/a/x", ENOENT);
	assert_true(s.memory < SEARCH_TRIES * 256);
	ends(1);
	fflush(file);
	for (int i = 0; i < 2 * SEARCH_TRIES; i++)
		assert_memory_equal(printed + i * 9, "1:/a/x:2 ", 9);
	assert_string_equal(printed + 2 * SEARCH_TRIES * 9, "1:exit:0 ");
}

/* Memory is bounded: the oldest are printed early, and all of them by the end. */
static void test_memory(void **state)
{
	char name[4000];
	size_t count = 0;

	(void)state;
	memset(name, 'x', sizeof(name));
	name[sizeof(name) - 1] = '\0';
	for (int pid = 1; pid <= 2000; pid++) {
		fails(pid, name, ENOENT);
		assert_true(s.memory <= SEARCH_MEMORY);
	}
	fflush(file);
	assert_int_equal(strncmp(printed, "1:xx", 4), 0);
	searches_end(&s);
	fflush(file);
	for (const char *at = printed; (at = strchr(at, ':')); at = strchr(at + 1, ':') + 1)
		count++;
	assert_int_equal(count, 2000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
		TEST(test_found),
		TEST(test_not_found),
		TEST(test_another_error),
		TEST(test_skipped_directories),
		TEST(test_different_name),
		TEST(test_processes_do_not_mix),
		TEST(test_end_of_the_run),
		TEST(test_many_tries),
		TEST(test_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
