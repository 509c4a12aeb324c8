/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* The tree of generated runs, to the byte; it stays small and complete with any input. */
#include <errno.h>
#include <malloc.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "capture.h"
#include "output/output.h"
#include "unit.h"

#define MS   1000000ULL
#define GONE (1 << 24) /* and above: PIDs that no process can have */

static char *printed;
static size_t printed_len;
static struct output o;

static void begin(void)
{
	free(printed);
	o = (struct output){ .format = &tree_format, .remembers = true };
	o.file = open_memstream(&printed, &printed_len);
	assert_non_null(o.file);
	assert_int_equal(tree_format.begin(&o), 0);
}

static const char *end(unsigned long long ms)
{
	tree_format.end(&o, ms * MS);
	assert_null(o.state);
	processes_free(&o.processes);
	assert_int_equal(fclose(o.file), 0);
	return printed;
}

/* A process begins at pid ms, so its parent's PID is the time when the parent began. */
static void started(int pid, int ppid, const char *file, unsigned long long ms)
{
	struct event e = {
		.kind = EVENT_EXEC,
		.pid = GONE + pid,
		.ppid = ppid ? GONE + ppid : 0,
		.time_ns = ms * MS,
		.comm = "x",
		.comm_len = 1,
		.filename = file,
		.filename_len = strlen(file),
		.args = file,
		.args_len = strlen(file) + 1,
		.details = { .start_ns = (unsigned int)pid * MS,
			     .parent_start_ns = (unsigned int)ppid * MS,
			     .parent_comm = "par\nent" },
	};

	output_event(&o, &e);
}

/* since: its last exec, or the creation. */
static void ended_at(int pid, int ppid, unsigned int status, unsigned long long since, unsigned long long ms)
{
	struct event e = {
		.kind = EVENT_EXIT,
		.pid = GONE + pid,
		.ppid = ppid ? GONE + ppid : 0,
		.time_ns = ms * MS,
		.comm = "x",
		.comm_len = 1,
		.status = status,
		.duration_ns = (ms - since) * MS,
		.lifetime_ns = (ms - (unsigned int)pid) * MS,
		.details = { .start_ns = (unsigned int)pid * MS,
			     .parent_start_ns = (unsigned int)ppid * MS,
			     .parent_comm = "parent" },
		.has_resources = true,
		.resources = { .cpu_ns = 2 * MS, .max_rss = 300 },
	};

	output_event(&o, &e);
}

static void test_shape(void **state)
{
	(void)state;
	begin();
	started(10, 0, "/bin/sh", 11);
	started(12, 10, "/bin/a b", 13);
	started(14, 12, "/bin/leaf", 15);
	ended_at(14, 12, 1 << 8, 15, 16);
	started(12, 10, "/bin/then", 17); /* exec again */
	started(18, 12, "/bin/late", 19); /* so it is a child of that program */
	ended_at(18, 12, SIGSEGV | 0x80, 19, 20);
	ended_at(12, 10, 0, 17, 30);
	started(23, 22, "/bin/sub", 24); /* 22 called no exec */
	ended_at(23, 22, 0, 24, 26);
	ended_at(22, 10, 4 << 8, 22, 27);
	ended_at(31, 10, 0, 31, 32); /* nor did 31, and it has no children */
	ended_at(10, 0, 0, 11, 41);
	started(51, 50, "/bin/orphan", 52); /* has not ended */
	assert_string_equal(end(60), "  TIME STATUS    COMMAND\n"
				     "30.0ms 0         /bin/sh\n"
				     "4.00ms exec      |- '/bin/a b'\n"
				     "1.00ms 1         |  |- /bin/leaf\n"
				     "13.0ms 0         |  `- => /bin/then\n"
				     "1.00ms SIGSEGV   |     `- /bin/late\n"
				     "5.00ms 4         `- (par\\nent)\n"
				     "2.00ms 0            `- /bin/sub\n"
				     "     - ?         (par\\nent)\n"
				     "     - ?         `- /bin/orphan\n");
}

static void test_folding(void **state)
{
	(void)state;
	begin();
	o.resources = true;
	started(1, 0, "/bin/sh", 1);
	for (int i = 0; i < 1200; i += 4) {
		/* two that alternate, the second with a child; each a little longer than a ms */
		started(i + 2, 1, "/bin/one", (unsigned int)i + 2);
		ended_at(i + 2, 1, 0, (unsigned int)i + 2, (unsigned int)i + 3);
		started(i + 3, 1, "/bin/two", (unsigned int)i + 3);
		started(i + 4, i + 3, "/bin/below", (unsigned int)i + 4);
		ended_at(i + 4, i + 3, 0, (unsigned int)i + 4, (unsigned int)i + 5);
		ended_at(i + 3, 1, i == 600 ? 1 << 8 : 0, (unsigned int)i + 3, (unsigned int)i + 6);
	}
	ended_at(1, 0, 0, 1, 2001);
	assert_string_equal(end(2100), "  TIME    CPU    RSS STATUS    COMMAND\n"
				       " 2.00s 2.00ms   1.1M 0         /bin/sh\n"
				       " 300ms  600ms   1.1M 0         |- /bin/one (x 300)\n"
				       " 897ms  598ms   1.1M 0         |- /bin/two (x 299)\n"
				       " 299ms  598ms   1.1M 0         |  `- /bin/below (x 299)\n"
				       "3.00ms 2.00ms   1.1M 1         `- /bin/two\n"
				       "1.00ms 2.00ms   1.1M 0            `- /bin/below\n");
}

/* A process that calls exec a million times, with the same or different programs. */
static void test_long_chains(void **state)
{
	size_t before;

	(void)state;
	begin();
	started(1, 0, "/bin/sh", 1);
	before = mallinfo2().uordblks; /* always 0 under the sanitizer */
	for (unsigned int i = 2; i <= 100000; i++)
		started(1, 0, "/bin/sh", i);
	assert_true(mallinfo2().uordblks < before + 10000);
	ended_at(1, 0, 0, 100000, 200001);
	assert_string_equal(end(300000), "  TIME STATUS    COMMAND\n"
					 " 3m20s 0         /bin/sh (x 100000)\n");
	begin();
	for (unsigned int i = 1; i <= 100000; i++)
		started(1, 0, i % 2 ? "/bin/a" : "/bin/b", i);
	ended_at(1, 0, 0, 100000, 200000);
	end(300000);
	assert_non_null(strstr(printed, "   `- => /bin/a\n"));
	assert_true(strlen(strrchr(printed, '`')) == strlen("`- => /bin/b\n"));
}

static void test_memory_is_bounded(void **state)
{
	static char name[4000];
	struct capture stderr_;
	char err[4096];

	(void)state;
	memset(name, 'x', sizeof(name) - 1);
	capture(&stderr_, STDERR_FILENO);
	begin();
	o.processes.limit = 1 << 20;
	o.processes.said = true;
	for (int pid = 1; pid <= 30000; pid++) { /* 120 MB */
		snprintf(name, 8, "%07d", pid);
		name[7] = 'x';
		started(pid, 0, name, (unsigned int)pid);
		ended_at(pid, 0, pid % 2 << 8, (unsigned int)pid, (unsigned int)pid + 1);
	}
	end(40000);
	release(&stderr_, err, sizeof(err));
	assert_true(printed_len < 70 << 20);
	check_line(err, program_invocation_short_name);
	assert_non_null(strstr(err, " more programs: the tree has reached its limit of 64 MiB\n"));
}

static void test_width(void **state)
{
	(void)state;
	begin();
	o.width = 40;
	started(1, 0, "/bin/0123456789012", 1);
	started(2, 1, "/bin/01234567890123", 2);
	started(3, 2, "/bin/\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9", 3);
	assert_string_equal(end(9), "  TIME STATUS    COMMAND\n"
				    "     - ?         /bin/0123456789012\n"
				    "     - ?         `- /bin/01234567890123\n"
				    "     - ?            `- '/bin/\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9...\n");
}

static void test_color(void **state)
{
	(void)state;
	begin();
	o.color = true;
	started(1, 0, "/bin/good", 1);
	ended_at(1, 0, 0, 1, 2);
	started(2, 0, "/bin/bad", 2);
	ended_at(2, 0, SIGKILL, 2, 3);
	end(9);
	assert_non_null(strstr(printed, "\n1.00ms 0         /bin/good\n"));
	assert_non_null(strstr(printed, "\n1.00ms \x1b[1;31mSIGKILL  \x1b[m /bin/bad\n"));
}

static unsigned long long random_number(void)
{
	static unsigned long long seed = 42;

	seed = seed * 6364136223846793005ULL + 1442695040888963407ULL;
	return seed >> 33;
}

/* Random events, also parents that are their own descendants: each node is printed once. */
static void test_random(void **state)
{
	(void)state;
	for (int round = 0; round < 200; round++) {
		begin();
		for (unsigned long long ms = 100; ms < 600; ms++) {
			int pid = 1 + (int)(random_number() % 20), ppid = (int)(random_number() % 21);
			static const char *const names[] = { "/a", "/b", "/c" };

			if (random_number() % 2)
				started(pid, ppid, names[random_number() % 3], ms);
			else
				ended_at(pid, ppid, random_number() % 2 << 8, ms - 1, ms);
		}
		end(700);
		for (const char *line = printed; *line; line = strchr(line, '\n') + 1)
			assert_non_null(strchr(line, '\n'));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_shape),	    cmocka_unit_test(test_folding),
		cmocka_unit_test(test_long_chains), cmocka_unit_test(test_memory_is_bounded),
		cmocka_unit_test(test_width),	    cmocka_unit_test(test_color),
		cmocka_unit_test(test_random),
	};
	int failed = cmocka_run_group_tests(tests, NULL, NULL);

	free(printed);
	return failed;
}
