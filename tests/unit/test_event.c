/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * The decoder against records that are right, cut, stretched and wrong.
 *
 * Every record is decoded from memory of exactly its size, so that the build
 * with AddressSanitizer sees one byte read too many.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "output/event.h"
#include "unit.h"

#define NAME "/usr/bin/env"
#define ARGS "env\0A=1\0" /* and the compiler's NUL, which ARGS_SIZE leaves out */

#define NAME_SIZE sizeof(NAME)
#define ARGS_SIZE (sizeof(ARGS) - 1)
#define EXEC_SIZE (sizeof(struct exec_record) + NAME_SIZE + ARGS_SIZE)
#define EXIT_SIZE sizeof(struct exit_record)

static const struct event_header header = {
	.pid = 4935,
	.ppid = 4931,
	.ns_pid = 17,
	.time_ns = 0x1122334455667788,
	.cgroup_id = 0x99aabbccddeeff00,
	.comm = "env",
};

static void make_exec(char record[static EXEC_SIZE])
{
	struct exec_record r = { .header = header, .uid = 1000 };

	r.header.kind = EVENT_EXEC;
	r.filename_len = NAME_SIZE;
	r.args_len = ARGS_SIZE;
	memcpy(record, &r, sizeof(r));
	memcpy(record + sizeof(r), NAME, NAME_SIZE);
	memcpy(record + sizeof(r) + NAME_SIZE, ARGS, ARGS_SIZE);
}

static struct exit_record make_exit(void)
{
	struct exit_record r = {
		.header = header,
		.uid = 0xfffffffe,
		.status = 3 << 8,
		.duration_ns = 1207000,
		.lifetime_ns = 0xfedcba9876543210,
	};

	r.header.kind = EVENT_EXIT;
	return r;
}

/* Decodes a copy that nothing readable follows; *e has nothing of an earlier event. */
static int decode_copy(const void *record, size_t size, struct event *e, char **copy)
{
	*copy = malloc(size ? size : 1);
	assert_non_null(*copy);
	memcpy(*copy, record, size);
	memset(e, 0xa5, sizeof(*e));
	return event_decode(*copy, size, e);
}

static int result(const void *record, size_t size)
{
	struct event e;
	char *copy;
	int err = decode_copy(record, size, &e, &copy);

	free(copy);
	return err;
}

static void check_header(const struct event *e)
{
	assert_int_equal(e->pid, 4935);
	assert_int_equal(e->ppid, 4931);
	assert_int_equal(e->ns_pid, 17);
	assert_true(e->time_ns == 0x1122334455667788);
	assert_true(e->cgroup_id == 0x99aabbccddeeff00);
	assert_true(e->time_ns == 0);
	assert_int_equal(e->comm_len, 3);
	assert_memory_equal(e->comm, "env", 3);
}

static void test_exec(void **state)
{
	char record[EXEC_SIZE], *copy;
	struct event e;

	(void)state;
	make_exec(record);
	assert_int_equal(decode_copy(record, sizeof(record), &e, &copy), 0);
	assert_int_equal(e.kind, EVENT_EXEC);
	check_header(&e);
	assert_int_equal(e.uid, 1000);
	assert_string_equal(e.filename, NAME);
	assert_int_equal(e.filename_len, strlen(NAME));
	assert_false(e.filename_truncated);
	assert_int_equal(e.args_len, ARGS_SIZE);
	assert_memory_equal(e.args, ARGS, ARGS_SIZE);
	assert_false(e.args_truncated);
	/* What only an exit has is not left from the event before. */
	assert_int_equal(e.status, 0);
	assert_true(e.duration_ns == 0 && e.lifetime_ns == 0);
	/* The strings are the record's own. */
	assert_ptr_equal(e.comm, copy + offsetof(struct event_header, comm));
	assert_ptr_equal(e.filename, copy + sizeof(struct exec_record));
	assert_ptr_equal(e.args, copy + sizeof(struct exec_record) + NAME_SIZE);
	free(copy);
}

static void test_exit(void **state)
{
	struct exit_record record = make_exit();
	struct event e;
	char *copy;

	(void)state;
	assert_int_equal(decode_copy(&record, sizeof(record), &e, &copy), 0);
	assert_int_equal(e.kind, EVENT_EXIT);
	check_header(&e);
	assert_true(e.uid == 0xfffffffe);
	assert_int_equal(e.status, 3 << 8);
	assert_true(e.duration_ns == 1207000);
	assert_true(e.lifetime_ns == 0xfedcba9876543210);
	assert_null(e.filename);
	assert_null(e.args);
	assert_true(e.filename_len == 0 && e.args_len == 0);
	assert_false(e.filename_truncated || e.args_truncated);
	free(copy);
}

static void test_exec_truncations(void **state)
{
	char record[EXEC_SIZE];

	(void)state;
	make_exec(record);
	for (size_t size = 0; size < sizeof(record); size++)
		assert_int_equal(result(record, size), -EBADMSG);
	assert_int_equal(result(record, sizeof(record)), 0);
}

static void test_exit_truncations(void **state)
{
	struct exit_record record = make_exit();

	(void)state;
	for (size_t size = 0; size < sizeof(record); size++)
		assert_int_equal(result(&record, size), -EBADMSG);
	assert_int_equal(result(&record, sizeof(record)), 0);
}

static void test_too_long(void **state)
{
	char exec[EXEC_SIZE + 64] = "", exit[EXIT_SIZE + 64] = "";
	struct exit_record r = make_exit();

	(void)state;
	make_exec(exec);
	memcpy(exit, &r, sizeof(r));
	for (size_t more = 1; more <= 64; more++) {
		assert_int_equal(result(exec, EXEC_SIZE + more), -EBADMSG);
		assert_int_equal(result(exit, EXIT_SIZE + more), -EBADMSG);
	}
}

static void test_unknown_kinds(void **state)
{
	char exec[EXEC_SIZE];
	struct exit_record exit = make_exit();

	(void)state;
	make_exec(exec);
	for (unsigned int kind = 0; kind <= 0xffff; kind++) {
		unsigned short k = (unsigned short)kind;

		memcpy(exec, &k, sizeof(k));
		exit.header.kind = k;
		/* A record of one kind is none of the other, either. */
		assert_int_equal(result(exec, sizeof(exec)), kind == EVENT_EXEC ? 0 : -EBADMSG);
		assert_int_equal(result(&exit, sizeof(exit)), kind == EVENT_EXIT ? 0 : -EBADMSG);
	}
	for (size_t size = 0; size <= sizeof(struct event_header); size++)
		assert_int_equal(result(&(struct event_header){ 0 }, size), -EBADMSG);
}

static void set_lengths(char *record, unsigned short filename_len, unsigned short args_len)
{
	memcpy(record + offsetof(struct exec_record, filename_len), &filename_len, 2);
	memcpy(record + offsetof(struct exec_record, args_len), &args_len, 2);
}

static void test_lengths_that_do_not_add_up(void **state)
{
	char record[EXEC_SIZE];

	(void)state;
	make_exec(record);
	for (unsigned int name = 0; name <= NAME_SIZE + ARGS_SIZE; name++)
		for (unsigned int args = 0; args <= NAME_SIZE + ARGS_SIZE; args++) {
			bool right = name == NAME_SIZE && args == ARGS_SIZE;

			set_lengths(record, (unsigned short)name, (unsigned short)args);
			/* Even where the sum is right: the NUL is not where the name ends. */
			assert_int_equal(result(record, sizeof(record)), right ? 0 : -EBADMSG);
		}
	/* Sums that are right again modulo 2^16. */
	set_lengths(record, NAME_SIZE, (unsigned short)(ARGS_SIZE - 1));
	assert_int_equal(result(record, sizeof(record)), -EBADMSG);
	set_lengths(record, 0xffff, (unsigned short)(NAME_SIZE + ARGS_SIZE + 1));
	assert_int_equal(result(record, sizeof(record)), -EBADMSG);
	set_lengths(record, 0xffff, 0xffff);
	assert_int_equal(result(record, sizeof(record)), -EBADMSG);
}

static void test_file_name_without_nul(void **state)
{
	char record[EXEC_SIZE];

	(void)state;
	make_exec(record);
	record[sizeof(struct exec_record) + NAME_SIZE - 1] = 'x';
	assert_int_equal(result(record, sizeof(record)), -EBADMSG);

	/* The same with nothing after it: the search must stop at the end. */
	set_lengths(record, NAME_SIZE, 0);
	assert_int_equal(result(record, sizeof(struct exec_record) + NAME_SIZE), -EBADMSG);

	/* An absent name is not an empty one. */
	set_lengths(record, 0, 0);
	assert_int_equal(result(record, sizeof(struct exec_record)), -EBADMSG);
}

static void test_file_name_with_early_nul(void **state)
{
	char record[EXEC_SIZE];

	(void)state;
	for (size_t at = 0; at < NAME_SIZE - 1; at++) {
		make_exec(record);
		record[sizeof(struct exec_record) + at] = '\0';
		assert_int_equal(result(record, sizeof(record)), -EBADMSG);
	}
}

static void test_empty_strings(void **state)
{
	char record[EXEC_SIZE], *copy;
	struct event e;

	(void)state;
	make_exec(record);
	record[sizeof(struct exec_record)] = '\0';
	set_lengths(record, 1, 0);
	assert_int_equal(decode_copy(record, sizeof(struct exec_record) + 1, &e, &copy), 0);
	assert_int_equal(e.filename_len, 0);
	assert_string_equal(e.filename, "");
	assert_int_equal(e.args_len, 0);
	free(copy);
}

/* All that a comm can hold, each length, NULs after it or bytes that must not show. */
static void test_comm(void **state)
{
	struct exit_record record = make_exit();
	struct event e;
	char *copy;

	(void)state;
	for (size_t len = 0; len <= COMM_LEN; len++) {
		memset(record.header.comm, 'x', COMM_LEN);
		if (len < COMM_LEN)
			record.header.comm[len] = '\0';
		assert_int_equal(decode_copy(&record, sizeof(record), &e, &copy), 0);
		assert_int_equal(e.comm_len, len);
		assert_memory_equal(e.comm, "xxxxxxxxxxxxxxxx", len);
		free(copy);
	}
}

static void test_flags(void **state)
{
	char record[EXEC_SIZE], *copy;
	struct event e;

	(void)state;
	for (unsigned int flags = 0; flags <= 0xffff; flags++) {
		unsigned short f = (unsigned short)flags;

		make_exec(record);
		memcpy(record + offsetof(struct event_header, flags), &f, sizeof(f));
		assert_int_equal(decode_copy(record, sizeof(record), &e, &copy), 0);
		assert_int_equal(e.filename_truncated, (flags & 1) != 0);
		assert_int_equal(e.args_truncated, (flags & 2) != 0);
		free(copy);
	}
}

static void test_args_cut_without_nul(void **state)
{
	char record[EXEC_SIZE], *copy;
	struct event e;
	unsigned short flags = FLAG_ARGS_TRUNCATED;

	(void)state;
	make_exec(record);
	memcpy(record + offsetof(struct event_header, flags), &flags, sizeof(flags));
	set_lengths(record, NAME_SIZE, ARGS_SIZE - 1);
	assert_int_equal(decode_copy(record, sizeof(record) - 1, &e, &copy), 0);
	assert_int_equal(e.args_len, ARGS_SIZE - 1);
	assert_memory_equal(e.args, ARGS, ARGS_SIZE - 1);
	assert_true(e.args_truncated);
	free(copy);
}

/* The longest that the kernel side sends, and the longest that the members can say. */
static void test_longest(void **state)
{
	const size_t longest[][2] = { { FILENAME_MAX_LEN, ARGS_MAX }, { 0xffff, 0xffff } };

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		size_t name = longest[i][0], args = longest[i][1];
		size_t size = sizeof(struct exec_record) + name + args;
		char *record = calloc(1, size), *copy;
		struct event e;

		assert_non_null(record);
		memcpy(record, &(unsigned short){ EVENT_EXEC }, 2);
		set_lengths(record, (unsigned short)name, (unsigned short)args);
		memset(record + sizeof(struct exec_record), 'n', name - 1);
		memset(record + sizeof(struct exec_record) + name, 'a', args - 1);
		assert_int_equal(decode_copy(record, size, &e, &copy), 0);
		assert_int_equal(e.filename_len, name - 1);
		assert_int_equal(strlen(e.filename), name - 1);
		assert_int_equal(e.args_len, args);
		assert_int_equal(strlen(e.args), args - 1);
		free(copy);
		assert_int_equal(result(record, size - 1), -EBADMSG);
		free(record);
	}
}

/* The ring aligns its records to 8; the decoder does not depend on it (UBSan would tell). */
static void test_unaligned(void **state)
{
	struct exit_record exit = make_exit();
	char exec[EXEC_SIZE];

	(void)state;
	make_exec(exec);
	for (size_t shift = 0; shift < 8; shift++) {
		char *memory = malloc(shift + EXEC_SIZE + EXIT_SIZE);
		struct event e;

		assert_non_null(memory);
		memcpy(memory + shift, exec, EXEC_SIZE);
		assert_int_equal(event_decode(memory + shift, EXEC_SIZE, &e), 0);
		check_header(&e);
		assert_string_equal(e.filename, NAME);

		memcpy(memory + shift, &exit, EXIT_SIZE);
		assert_int_equal(event_decode(memory + shift, EXIT_SIZE, &e), 0);
		check_header(&e);
		assert_true(e.lifetime_ns == 0xfedcba9876543210);
		free(memory);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_exec),
		cmocka_unit_test(test_exit),
		cmocka_unit_test(test_exec_truncations),
		cmocka_unit_test(test_exit_truncations),
		cmocka_unit_test(test_too_long),
		cmocka_unit_test(test_unknown_kinds),
		cmocka_unit_test(test_lengths_that_do_not_add_up),
		cmocka_unit_test(test_file_name_without_nul),
		cmocka_unit_test(test_file_name_with_early_nul),
		cmocka_unit_test(test_empty_strings),
		cmocka_unit_test(test_comm),
		cmocka_unit_test(test_flags),
		cmocka_unit_test(test_args_cut_without_nul),
		cmocka_unit_test(test_longest),
		cmocka_unit_test(test_unaligned),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
