/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * The decoder, with valid, truncated, extended and invalid records.
 *
 * Every record is decoded from memory of exactly its size, so that AddressSanitizer
 * detects any read past it.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "output/event.h"
#include "unit.h"

#define NAME "/usr/bin/env"
#define ARGS "env\0A=1\0" /* plus the compiler's NUL, which ARGS_SIZE excludes */

#define NAME_SIZE sizeof(NAME)
#define ARGS_SIZE (sizeof(ARGS) - 1)
#define EXEC_SIZE (sizeof(struct exec_record) + NAME_SIZE + ARGS_SIZE)
#define EXIT_SIZE sizeof(struct exit_record)
#define DETAILS   sizeof(struct details)

static const struct event_header header = {
	.pid = 4935,
	.ppid = 4931,
	.uid = 0xfffffffe,
	.time_ns = 0x1122334455667788,
	.comm = "env",
};

static const struct details details = {
	.start_ns = 0x0102030405060708,
	.parent_start_ns = 0x1112131415161718,
	.cgroup_id = 0x99aabbccddeeff00,
	.ns_pid = 17,
	.euid = 1001,
	.loginuid = 1000,
	.session_id = 7,
	.parent_comm = "0123456789abcde",
	.tty = "pts3",
};

/* Returns its size: EXEC_SIZE, and DETAILS more with details. */
static size_t make_exec(char *record, bool with_details)
{
	struct exec_record r = { .header = header, .filename_len = NAME_SIZE, .args_len = ARGS_SIZE };
	char *at = record;

	r.header.kind = EVENT_EXEC;
	r.header.flags = with_details ? FLAG_DETAILS : 0;
	at = mempcpy(at, &r, sizeof(r));
	if (with_details)
		at = mempcpy(at, &details, sizeof(details));
	at = mempcpy(at, NAME, NAME_SIZE);
	at = mempcpy(at, ARGS, ARGS_SIZE);
	return (size_t)(at - record);
}

static size_t make_exit(char *record, bool with_details)
{
	struct exit_record r = {
		.header = header,
		.status = 3 << 8,
		.duration_ns = 1207000,
		.lifetime_ns = 0xfedcba9876543210,
	};
	char *at = record;

	r.header.kind = EVENT_EXIT;
	r.header.flags = with_details ? FLAG_DETAILS : 0;
	at = mempcpy(at, &r, sizeof(r));
	if (with_details)
		at = mempcpy(at, &details, sizeof(details));
	return (size_t)(at - record);
}

/* Decodes a copy that is followed by unreadable memory; *e contains nothing of an earlier event. */
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

static const struct details no_details;

static void check_header(const struct event *e)
{
	assert_int_equal(e->pid, 4935);
	assert_int_equal(e->ppid, 4931);
	assert_true(e->uid == 0xfffffffe);
	assert_true(e->time_ns == 0x1122334455667788);
	assert_int_equal(e->comm_len, 3);
	assert_memory_equal(e->comm, "env", 3);
}

static void check_details(const struct details *d)
{
	assert_true(d->start_ns == 0x0102030405060708);
	assert_true(d->parent_start_ns == 0x1112131415161718);
	assert_true(d->cgroup_id == 0x99aabbccddeeff00);
	assert_int_equal(d->ns_pid, 17);
	assert_int_equal(d->euid, 1001);
	assert_int_equal(d->loginuid, 1000);
	assert_int_equal(d->session_id, 7);
	assert_string_equal(d->parent_comm, "0123456789abcde");
	assert_string_equal(d->tty, "pts3");
}

static void test_exec(void **state)
{
	char record[EXEC_SIZE + DETAILS], *copy;
	struct event e;

	(void)state;
	for (size_t more = 0; more <= DETAILS; more += DETAILS) {
		assert_int_equal(make_exec(record, more), EXEC_SIZE + more);
		assert_int_equal(decode_copy(record, EXEC_SIZE + more, &e, &copy), 0);
		assert_int_equal(e.kind, EVENT_EXEC);
		check_header(&e);
		if (more)
			check_details(&e.details);
		else
			assert_memory_equal(&e.details, &no_details, DETAILS);
		assert_string_equal(e.filename, NAME);
		assert_int_equal(e.filename_len, strlen(NAME));
		assert_false(e.filename_truncated);
		assert_int_equal(e.args_len, ARGS_SIZE);
		assert_memory_equal(e.args, ARGS, ARGS_SIZE);
		assert_false(e.args_truncated);
		/* Members of exits do not keep values of the previous event. */
		assert_int_equal(e.status, 0);
		assert_true(e.duration_ns == 0 && e.lifetime_ns == 0);
		/* The strings point into the record. */
		assert_ptr_equal(e.comm, copy + offsetof(struct event_header, comm));
		assert_ptr_equal(e.filename, copy + sizeof(struct exec_record) + more);
		assert_ptr_equal(e.args, copy + sizeof(struct exec_record) + more + NAME_SIZE);
		free(copy);
	}
}

static void test_exit(void **state)
{
	char record[EXIT_SIZE + DETAILS], *copy;
	struct event e;

	(void)state;
	for (size_t more = 0; more <= DETAILS; more += DETAILS) {
		assert_int_equal(make_exit(record, more), EXIT_SIZE + more);
		assert_int_equal(decode_copy(record, EXIT_SIZE + more, &e, &copy), 0);
		assert_int_equal(e.kind, EVENT_EXIT);
		check_header(&e);
		if (more)
			check_details(&e.details);
		else
			assert_memory_equal(&e.details, &no_details, DETAILS);
		assert_int_equal(e.status, 3 << 8);
		assert_true(e.duration_ns == 1207000);
		assert_true(e.lifetime_ns == 0xfedcba9876543210);
		assert_null(e.filename);
		assert_null(e.args);
		assert_true(e.filename_len == 0 && e.args_len == 0);
		assert_false(e.filename_truncated || e.args_truncated);
		free(copy);
	}
}

static void test_truncations(void **state)
{
	char exec[EXEC_SIZE + DETAILS], exit[EXIT_SIZE + DETAILS];

	(void)state;
	for (size_t more = 0; more <= DETAILS; more += DETAILS) {
		size_t exec_size = make_exec(exec, more), exit_size = make_exit(exit, more);

		for (size_t size = 0; size < exec_size; size++)
			assert_int_equal(result(exec, size), -EBADMSG);
		assert_int_equal(result(exec, exec_size), 0);
		for (size_t size = 0; size < exit_size; size++)
			assert_int_equal(result(exit, size), -EBADMSG);
		assert_int_equal(result(exit, exit_size), 0);
	}
}

static void test_too_long(void **state)
{
	char exec[EXEC_SIZE + DETAILS + 128] = "", exit[EXIT_SIZE + DETAILS + 128] = "";

	(void)state;
	for (size_t more = 0; more <= DETAILS; more += DETAILS) {
		size_t exec_size = make_exec(exec, more), exit_size = make_exit(exit, more);

		for (size_t extra = 1; extra <= 128; extra++) {
			assert_int_equal(result(exec, exec_size + extra), -EBADMSG);
			assert_int_equal(result(exit, exit_size + extra), -EBADMSG);
		}
	}
}

static void set_flags(char *record, unsigned short flags)
{
	memcpy(record + offsetof(struct event_header, flags), &flags, sizeof(flags));
}

/* The flag and the section belong together: neither is valid alone. */
static void test_details_and_their_flag(void **state)
{
	char exec[EXEC_SIZE + DETAILS], exit[EXIT_SIZE + DETAILS];

	(void)state;
	make_exec(exec, true);
	make_exit(exit, true);
	set_flags(exec, 0);
	set_flags(exit, 0);
	assert_int_equal(result(exec, EXEC_SIZE + DETAILS), -EBADMSG);
	assert_int_equal(result(exit, EXIT_SIZE + DETAILS), -EBADMSG);
	make_exec(exec, false);
	make_exit(exit, false);
	set_flags(exec, FLAG_DETAILS);
	set_flags(exit, FLAG_DETAILS);
	assert_int_equal(result(exec, EXEC_SIZE), -EBADMSG);
	assert_int_equal(result(exit, EXIT_SIZE), -EBADMSG);
}

/* Each kind has its size: changing the kind gives a valid record only if the sizes are equal. */
static void test_kinds(void **state)
{
	char exec[EXEC_SIZE + DETAILS], exit[EXIT_SIZE + DETAILS];

	(void)state;
	for (size_t more = 0; more <= DETAILS; more += DETAILS) {
		size_t exec_size = make_exec(exec, more), exit_size = make_exit(exit, more);

		for (unsigned int kind = 0; kind <= 0xffff; kind++) {
			unsigned short k = (unsigned short)kind;
			bool like_exec = kind == EVENT_EXEC || kind == EVENT_FAILED;

			memcpy(exec, &k, sizeof(k));
			memcpy(exit, &k, sizeof(k));
			assert_int_equal(result(exec, exec_size), like_exec ? 0 : -EBADMSG);
			assert_int_equal(result(exit, exit_size), kind == EVENT_EXIT ? 0 : -EBADMSG);
		}
	}
	for (size_t size = 0; size <= sizeof(struct event_header); size++)
		assert_int_equal(result(&(struct event_header){ 0 }, size), -EBADMSG);
}

/* A header, with or without details. */
static void test_fork(void **state)
{
	char record[EXEC_SIZE + DETAILS] = "", *copy, *at;
	struct event_header h = header;
	struct event e;

	(void)state;
	h.kind = EVENT_FORK;
	for (size_t more = 0; more <= DETAILS; more += DETAILS) {
		h.flags = more ? FLAG_DETAILS : 0;
		at = mempcpy(record, &h, sizeof(h));
		memcpy(at, &details, more);
		assert_int_equal(decode_copy(record, sizeof(h) + more, &e, &copy), 0);
		assert_int_equal(e.kind, EVENT_FORK);
		check_header(&e);
		if (more)
			check_details(&e.details);
		else
			assert_memory_equal(&e.details, &no_details, DETAILS);
		assert_null(e.filename);
		assert_null(e.args);
		assert_false(e.has_resources);
		free(copy);
		for (size_t size = 0; size < sizeof(record); size++)
			assert_int_equal(result(record, size),
					 size == sizeof(h) + more ? 0 : -EBADMSG);
	}
}

static void test_failed_exec(void **state)
{
	char record[EXEC_SIZE + DETAILS], *copy;
	struct event e;

	(void)state;
	for (size_t more = 0; more <= DETAILS; more += DETAILS) {
		size_t size = make_exec(record, more);

		memcpy(record, &(unsigned short){ EVENT_FAILED }, sizeof(short));
		memcpy(record + offsetof(struct exec_record, error), &(unsigned int){ ENOENT },
		       sizeof(int));
		assert_int_equal(decode_copy(record, size, &e, &copy), 0);
		assert_int_equal(e.kind, EVENT_FAILED);
		assert_int_equal(e.error, ENOENT);
		check_header(&e);
		assert_string_equal(e.filename, NAME);
		assert_memory_equal(e.args, ARGS, ARGS_SIZE);
		free(copy);
		for (size_t short_by = 1; short_by <= size; short_by++)
			assert_int_equal(result(record, size - short_by), -EBADMSG);
	}
}

/* Only an exit has them, after the details. */
static void test_resources(void **state)
{
	const struct resources used = {
		.cpu_ns = 1, .user_ticks = 2, .system_ticks = 3, .max_rss = RSS_UNKNOWN,
		.read_bytes = 5, .written_bytes = 0xfedcba9876543210, .minor_faults = 7, .partial = 1,
	};
	static const struct resources none;
	char record[EXIT_SIZE + DETAILS + sizeof(used) + 1] = "", *copy;
	struct event e;

	(void)state;
	for (size_t more = 0; more <= DETAILS; more += DETAILS) {
		size_t size = make_exit(record, more);

		assert_int_equal(decode_copy(record, size, &e, &copy), 0);
		assert_false(e.has_resources);
		assert_memory_equal(&e.resources, &none, sizeof(none));
		free(copy);

		set_flags(record, more ? FLAG_DETAILS | FLAG_RESOURCES : FLAG_RESOURCES);
		memcpy(record + size, &used, sizeof(used));
		size += sizeof(used);
		assert_int_equal(decode_copy(record, size, &e, &copy), 0);
		assert_true(e.has_resources);
		assert_memory_equal(&e.resources, &used, sizeof(used));
		assert_true(e.lifetime_ns == 0xfedcba9876543210);
		if (more)
			check_details(&e.details);
		free(copy);
		for (size_t short_by = 1; short_by <= size; short_by++)
			assert_int_equal(result(record, size - short_by), -EBADMSG);
		assert_int_equal(result(record, size + 1), -EBADMSG);
		set_flags(record, more ? FLAG_DETAILS : 0);
		assert_int_equal(result(record, size), -EBADMSG);
	}
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
	make_exec(record, false);
	for (unsigned int name = 0; name <= NAME_SIZE + ARGS_SIZE; name++)
		for (unsigned int args = 0; args <= NAME_SIZE + ARGS_SIZE; args++) {
			bool right = name == NAME_SIZE && args == ARGS_SIZE;

			set_lengths(record, (unsigned short)name, (unsigned short)args);
			/* Even if the sum is correct: the NUL is not at the end of the name. */
			assert_int_equal(result(record, sizeof(record)), right ? 0 : -EBADMSG);
		}
	/* Sums that are correct modulo 2^16. */
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
	make_exec(record, false);
	record[sizeof(struct exec_record) + NAME_SIZE - 1] = 'x';
	assert_int_equal(result(record, sizeof(record)), -EBADMSG);

	/* The same at the end of the record: the search must stop there. */
	set_lengths(record, NAME_SIZE, 0);
	assert_int_equal(result(record, sizeof(struct exec_record) + NAME_SIZE), -EBADMSG);

	/* A missing name is not an empty name. */
	set_lengths(record, 0, 0);
	assert_int_equal(result(record, sizeof(struct exec_record)), -EBADMSG);
}

static void test_file_name_with_early_nul(void **state)
{
	char record[EXEC_SIZE];

	(void)state;
	for (size_t at = 0; at < NAME_SIZE - 1; at++) {
		make_exec(record, false);
		record[sizeof(struct exec_record) + at] = '\0';
		assert_int_equal(result(record, sizeof(record)), -EBADMSG);
	}
}

static void test_empty_strings(void **state)
{
	char record[EXEC_SIZE], *copy;
	struct event e;

	(void)state;
	make_exec(record, false);
	record[sizeof(struct exec_record)] = '\0';
	set_lengths(record, 1, 0);
	assert_int_equal(decode_copy(record, sizeof(struct exec_record) + 1, &e, &copy), 0);
	assert_int_equal(e.filename_len, 0);
	assert_string_equal(e.filename, "");
	assert_int_equal(e.args_len, 0);
	free(copy);
}

/* Every length of comm, followed by NULs or by bytes that must not appear. */
static void test_comm(void **state)
{
	char record[EXIT_SIZE], *copy, *comm = record + offsetof(struct event_header, comm);
	struct event e;

	(void)state;
	make_exit(record, false);
	for (size_t len = 0; len <= COMM_LEN; len++) {
		memset(comm, 'x', COMM_LEN);
		if (len < COMM_LEN)
			comm[len] = '\0';
		assert_int_equal(decode_copy(record, sizeof(record), &e, &copy), 0);
		assert_int_equal(e.comm_len, len);
		assert_memory_equal(e.comm, "xxxxxxxxxxxxxxxx", len);
		free(copy);
	}
}

/* The decoder ignores undefined flags. */
static void test_flags(void **state)
{
	char record[EXEC_SIZE + DETAILS], *copy;
	struct event e;

	(void)state;
	for (unsigned int flags = 0; flags <= 0xffff; flags++) {
		size_t size = make_exec(record, flags & 4);

		set_flags(record, (unsigned short)flags);
		assert_int_equal(decode_copy(record, size, &e, &copy), 0);
		assert_int_equal(e.filename_truncated, (flags & 1) != 0);
		assert_int_equal(e.args_truncated, (flags & 2) != 0);
		assert_int_equal(e.details.ns_pid, flags & 4 ? 17 : 0);
		free(copy);
	}
}

static void test_args_cut_without_nul(void **state)
{
	char record[EXEC_SIZE], *copy;
	struct event e;

	(void)state;
	make_exec(record, false);
	set_flags(record, FLAG_ARGS_TRUNCATED);
	set_lengths(record, NAME_SIZE, ARGS_SIZE - 1);
	assert_int_equal(decode_copy(record, sizeof(record) - 1, &e, &copy), 0);
	assert_int_equal(e.args_len, ARGS_SIZE - 1);
	assert_memory_equal(e.args, ARGS, ARGS_SIZE - 1);
	assert_true(e.args_truncated);
	free(copy);
}

/* The longest record that the kernel side sends, and the longest that the members can describe. */
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

/* The ring aligns records to 8 bytes, but the decoder does not depend on it (UBSan checks that). */
static void test_unaligned(void **state)
{
	(void)state;
	for (size_t shift = 0; shift < 8; shift++) {
		char *memory = malloc(shift + EXEC_SIZE + DETAILS), *record = memory + shift;
		struct event e;
		size_t size;

		assert_non_null(memory);
		size = make_exec(record, true);
		assert_int_equal(event_decode(record, size, &e), 0);
		check_header(&e);
		check_details(&e.details);
		assert_string_equal(e.filename, NAME);
		free(memory);

		memory = malloc(shift + EXIT_SIZE + DETAILS);
		assert_non_null(memory);
		record = memory + shift;
		size = make_exit(record, true);
		assert_int_equal(event_decode(record, size, &e), 0);
		check_header(&e);
		check_details(&e.details);
		assert_true(e.lifetime_ns == 0xfedcba9876543210);
		free(memory);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_exec),
		cmocka_unit_test(test_exit),
		cmocka_unit_test(test_truncations),
		cmocka_unit_test(test_too_long),
		cmocka_unit_test(test_details_and_their_flag),
		cmocka_unit_test(test_kinds),
		cmocka_unit_test(test_fork),
		cmocka_unit_test(test_failed_exec),
		cmocka_unit_test(test_resources),
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
