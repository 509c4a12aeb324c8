/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * Chrome trace events: to the byte for one short run; long generated runs are replayed
 * as a viewer does and compared with the generated slices.
 */
#include <malloc.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <jansson.h>

#include "output/output.h"
#include "unit.h"

#define BOOT 1772104712000000000ULL /* the kernel's time 0: 2026-02-26T11:18:32Z */

static char *printed;
static size_t printed_len;

static struct output begin(void)
{
	struct output o = { .format = &chrome_format, .clock = { .offset_ns = BOOT }, .remembers = true };

	free(printed);
	o.file = open_memstream(&printed, &printed_len);
	assert_non_null(o.file);
	assert_int_equal(chrome_format.begin(&o), 0);
	return o;
}

static json_t *end(struct output *o, unsigned long long ns)
{
	json_error_t error;
	json_t *json;

	chrome_format.end(o, ns);
	assert_null(o->state);
	processes_free(&o->processes);
	assert_int_equal(fclose(o->file), 0);
	json = json_loads(printed, JSON_REJECT_DUPLICATES, &error);
	if (!json)
		fail_msg("%s in: %s", error.text, printed);
	return json;
}

static void started(struct output *o, int pid, const char *comm, unsigned long long ns)
{
	struct event e = {
		.kind = EVENT_EXEC,
		.pid = pid,
		.ppid = 7,
		.time_ns = ns,
		.comm = comm,
		.comm_len = strlen(comm),
		.filename = "/bin/x",
		.filename_len = 6,
		.args = "x\0y z",
		.args_len = 6,
	};

	o->processes.ctx = o; /* begin() has returned a copy */
	output_event(o, &e);
}

static void ended(struct output *o, int pid, const char *comm, unsigned long long ns,
		  unsigned long long duration_ns, unsigned int status)
{
	struct event e = {
		.kind = EVENT_EXIT,
		.pid = pid,
		.ppid = 7,
		.uid = 1000,
		.time_ns = ns,
		.comm = comm,
		.comm_len = strlen(comm),
		.status = status,
		.duration_ns = duration_ns,
		.lifetime_ns = duration_ns + 500000,
	};

	o->processes.ctx = o; /* begin() has returned a copy */
	output_event(o, &e);
}

static void test_bytes(void **state)
{
	char expected[4096];
	struct output o = begin();
	const struct loss loss = { 3, 4, 0 };

	(void)state;
	started(&o, 12, "sh", 1000001);
	started(&o, 12, "x", 2000000);
	ended(&o, 12, "renamed", 3500000, 1500000, 3 << 8);
	ended(&o, 13, "forked", 4000000, 2000, SIGKILL);
	chrome_format.lost(&o, 4500000, LOSS_RING, &loss);
	started(&o, getpid(), "daemon", 5000000); /* runs at the end */
	json_decref(end(&o, 6000000));
	snprintf(
		expected, sizeof(expected),
		"[{\"ph\":\"M\",\"pid\":1,\"tid\":0,\"name\":\"process_name\",\"args\":{\"name\":\"processes\"}},\n"
		"{\"ph\":\"M\",\"pid\":1,\"tid\":12,\"name\":\"thread_name\",\"args\":{\"name\":\"sh\"}},\n"
		"{\"ph\":\"B\",\"pid\":1,\"tid\":12,\"ts\":1000.001,\"name\":\"sh\",\"args\":{"
		"\"command\":\"x 'y z'\",\"filename\":\"/bin/x\",\"time\":\"2026-02-26T11:18:32.001000001Z\","
		"\"ppid\":7,\"uid\":0}},\n"
		"{\"ph\":\"E\",\"pid\":1,\"tid\":12,\"ts\":2000.000,\"name\":\"sh\"},\n"
		"{\"ph\":\"M\",\"pid\":1,\"tid\":12,\"name\":\"thread_name\",\"args\":{\"name\":\"x\"}},\n"
		"{\"ph\":\"B\",\"pid\":1,\"tid\":12,\"ts\":2000.000,\"name\":\"x\",\"args\":{"
		"\"command\":\"x 'y z'\",\"filename\":\"/bin/x\",\"time\":\"2026-02-26T11:18:32.002000000Z\","
		"\"ppid\":7,\"uid\":0}},\n"
		"{\"ph\":\"E\",\"pid\":1,\"tid\":12,\"ts\":3500.000,\"name\":\"x\",\"args\":{"
		"\"exit_code\":3,\"signal\":null,\"core_dumped\":false,\"lifetime_ms\":2.000}},\n"
		"{\"ph\":\"M\",\"pid\":1,\"tid\":13,\"name\":\"thread_name\",\"args\":{\"name\":\"forked\"}},\n"
		"{\"ph\":\"X\",\"pid\":1,\"tid\":13,\"ts\":3998.000,\"name\":\"forked\",\"dur\":2.000,\"args\":{"
		"\"time\":\"2026-02-26T11:18:32.004000000Z\",\"ppid\":7,\"uid\":1000,"
		"\"exit_code\":null,\"signal\":\"SIGKILL\",\"core_dumped\":false,\"lifetime_ms\":0.502}},\n"
		"{\"ph\":\"i\",\"s\":\"g\",\"pid\":1,\"tid\":0,\"ts\":4500.000,\"name\":\"lost 7 events\","
		"\"args\":{\"exec\":3,\"exit\":4,\"cause\":\"ring_full\"}},\n"
		"{\"ph\":\"M\",\"pid\":1,\"tid\":%d,\"name\":\"thread_name\",\"args\":{\"name\":\"daemon\"}},\n"
		"{\"ph\":\"B\",\"pid\":1,\"tid\":%d,\"ts\":5000.000,\"name\":\"daemon\",\"args\":{"
		"\"command\":\"x 'y z'\",\"filename\":\"/bin/x\",\"time\":\"2026-02-26T11:18:32.005000000Z\","
		"\"ppid\":7,\"uid\":0}},\n"
		"{\"ph\":\"E\",\"pid\":1,\"tid\":%d,\"ts\":6000.000,\"name\":\"daemon\",\"args\":{\"running\":true}}]\n",
		getpid(), getpid(), getpid());
	assert_string_equal(printed, expected);
}

/* A run without events, or in which all were lost, is also a valid trace. */
static void test_empty(void **state)
{
	struct output o = begin();
	const struct loss loss = { 1, 0, 0 };
	json_t *json;

	(void)state;
	json = end(&o, 0);
	assert_int_equal(json_array_size(json), 1);
	json_decref(json);
	o = begin();
	chrome_format.lost(&o, 0, LOSS_SKIPPED, &loss);
	json = end(&o, 0);
	assert_int_equal(json_array_size(json), 2);
	json_decref(json);
}

/* Each loss is shown with its cause, at the time when it was noticed. */
static void test_losses(void **state)
{
	const char *const names[] = {
		[LOSS_RING] = "lost 3 events",
		[LOSS_SKIPPED] = "lost 3 events",
		[LOSS_SKIPPED_CALLS] = "lost 3 events",
		[LOSS_UNFOLLOWED] = "lost 3 processes",
		[LOSS_UNTIMED] = "lost 3 durations",
		[LOSS_MALFORMED] = "lost 3 events",
	};
	const struct loss loss = { 0, 0, 3 };
	struct output o = begin();
	json_t *json;

	(void)state;
	for (int i = 0; i < LOSS_CAUSES; i++)
		chrome_format.lost(&o, 1000, (enum loss_cause)i, &loss);
	json = end(&o, 2000);
	for (int i = 0; i < LOSS_CAUSES; i++) {
		json_t *mark = json_array_get(json, (size_t)i + 1);

		assert_string_equal(json_string_value(json_object_get(mark, "name")), names[i]);
		assert_string_equal(json_string_value(json_object_get(json_object_get(mark, "args"), "cause")),
				    loss_name((enum loss_cause)i));
	}
	json_decref(json);
}

/* The end has an earlier time than the last event: open slices end with that event. */
static void test_never_ends_before_it_began(void **state)
{
	struct output o = begin();
	json_t *json;

	(void)state;
	started(&o, getpid(), "a", 5000000);
	json = end(&o, 1000000);
	assert_non_null(strstr(printed, ",\"ts\":5000.000,\"name\":\"a\",\"args\":{\"running\":true}}]"));
	json_decref(json);
}

/* A PID that no process can have: at the end the process is gone, and its end time is unknown. */
#define GONE (1 << 24)

static void test_unknown_ends(void **state)
{
	struct output o = begin();

	(void)state;
	started(&o, GONE, "a", 5000000);
	ended(&o, GONE, "b", 9000000, 1000000, 0); /* the exec of b was lost: a separate slice */
	started(&o, GONE, "c", 10000000);
	json_decref(end(&o, 20000000));
	assert_non_null(strstr(printed, "\"ts\":5000.000,\"name\":\"a\",\"args\":{\"end_unknown\":true}}"));
	assert_non_null(strstr(printed, "\"ts\":8000.000,\"name\":\"b\",\"dur\":1000.000,"));
	assert_non_null(strstr(printed, "\"ts\":10000.000,\"name\":\"c\",\"args\":{\"end_unknown\":true}}]"));
	assert_null(strstr(printed, "running"));
}

/* A running process that no longer matches the filter. */
static void test_left_the_filter(void **state)
{
	struct output o = begin();

	(void)state;
	o.selective = true;
	started(&o, getpid(), "another name", 5000000);
	json_decref(end(&o, 20000000));
	assert_non_null(strstr(printed, ",\"args\":{\"end_unknown\":true}}]"));
}

/* A process older than the tracer begins with the trace, or at its own end if that is earlier. */
static void test_clipped(void **state)
{
	struct output o = begin();

	(void)state;
	o.began_ns = 6000000;
	ended(&o, 12, "old", 9000000, 8000000, 0);
	ended(&o, 13, "gone", 5000000, 1000000, 0);
	ended(&o, 14, "new", 9000000, 3000000, 0);
	json_decref(end(&o, 20000000));
	assert_non_null(strstr(printed, "\"ts\":6000.000,\"name\":\"old\",\"dur\":3000.000,\"args\":{\"clipped\":true,"));
	assert_non_null(strstr(printed, "\"ts\":5000.000,\"name\":\"gone\",\"dur\":0.000,\"args\":{\"clipped\":true,"));
	assert_non_null(strstr(printed, "\"ts\":6000.000,\"name\":\"new\",\"dur\":3000.000,\"args\":{\"time\":"));
}

/* -d and -x: there are no execs, but each slice has the name of its command. */
static void test_exits_only(void **state)
{
	struct output o = begin();

	(void)state;
	o.exits_only = true;
	started(&o, 12, "a", 5000000);
	started(&o, 12, "b", 6000000);
	ended(&o, 12, "b", 9000000, 3000000, 0);
	started(&o, GONE, "c", 5000000);
	json_decref(end(&o, 20000000));
	assert_int_equal(o.events, 1);
	assert_non_null(strstr(printed, "\"dur\":3000.000,\"args\":{\"command\":\"x 'y z'\","));
	assert_null(strstr(printed, "\"ph\":\"B\""));
	assert_null(strstr(printed, "\"ph\":\"E\""));
}

static void test_hostile_names(void **state)
{
	static const char raw[] = "\"\\\n\xff\xc2\x9b\x1b";
	struct output o = begin();
	struct event e = {
		.kind = EVENT_EXEC,
		.pid = 12,
		.comm = raw,
		.comm_len = sizeof(raw) - 1,
		.filename = raw,
		.filename_len = sizeof(raw) - 1,
		.args = raw,
		.args_len = sizeof(raw) - 2, /* truncated, so without the final NUL */
		.args_truncated = true,
	};
	json_t *json, *args;

	(void)state;
	o.processes.ctx = &o;
	output_event(&o, &e);
	ended(&o, 12, "a", 1, 1, 0);
	json = end(&o, 2);
	assert_string_equal(json_string_value(json_object_get(json_array_get(json, 2), "name")),
			    "\"\\\n\xef\xbf\xbd\xc2\x9b\x1b");
	args = json_object_get(json_array_get(json, 2), "args");
	assert_string_equal(json_string_value(json_object_get(args, "command")),
			    "$'\"\\\\\\n\\xff\\xc2\\x9b' ...");
	json_decref(json);
	e.args_len = 0; /* no arguments are known */
	e.args_truncated = false;
	o = begin();
	o.processes.ctx = &o;
	output_event(&o, &e);
	json_decref(end(&o, 2));
	assert_null(strstr(printed, "command"));
}

/* The generated slices, and the same as shown by a viewer. */
struct slice {
	int pid;
	unsigned long long from, to; /* ns */
	char name[COMM_LEN];
};

#define PIDS   50
#define SPREAD 2048 /* between two PIDs */
#define EVENTS 2000

static unsigned long long random_number(void)
{
	static unsigned long long seed = 42;

	seed = seed * 6364136223846793005ULL + 1442695040888963407ULL;
	return seed >> 33;
}

static unsigned long long ns_of(json_t *event, const char *key)
{
	return (unsigned long long)(json_number_value(json_object_get(event, key)) * 1000 + 0.5);
}

/* Replays the trace as viewers do; returns the number of slices. */
static size_t replay(json_t *json, struct slice *slices)
{
	struct slice *open[PIDS] = { 0 };
	unsigned long long last[PIDS] = { 0 };
	size_t n = 0, i;
	json_t *event;

	json_array_foreach(json, i, event) {
		const char *phase = json_string_value(json_object_get(event, "ph"));
		const char *name = json_string_value(json_object_get(event, "name"));
		long long tid = (json_integer_value(json_object_get(event, "tid")) - GONE) / SPREAD;

		assert_int_equal(json_integer_value(json_object_get(event, "pid")), 1);
		if (*phase == 'M')
			continue;
		assert_true(last[tid] <= ns_of(event, "ts"));
		if (*phase == 'E') {
			assert_non_null(open[tid]);
			assert_string_equal(name, open[tid]->name);
			open[tid]->to = last[tid] = ns_of(event, "ts");
			open[tid] = NULL;
			continue;
		}
		assert_null(open[tid]);
		slices[n].pid = (int)tid;
		slices[n].from = ns_of(event, "ts");
		slices[n].to = last[tid] = slices[n].from + ns_of(event, "dur");
		strcpy(slices[n].name, name);
		if (*phase == 'B')
			open[tid] = &slices[n];
		else
			assert_int_equal(*phase, 'X');
		n++;
	}
	for (i = 0; i < PIDS; i++)
		assert_null(open[i]);
	return n;
}

static int by_start(const void *left, const void *right)
{
	const struct slice *a = left, *b = right;

	return a->from < b->from ? -1 : a->from > b->from;
}

static void test_replay(void **state)
{
	static struct slice made[EVENTS], seen[EVENTS];

	(void)state;
	for (int round = 0; round < 20; round++) {
		struct slice *open[PIDS] = { 0 };
		unsigned long long ns = 1ULL << 50, last[PIDS] = { 0 }; /* after 13 days */
		struct output o = begin();
		size_t n = 0;
		json_t *json;

		for (int i = 0; i < EVENTS; i++) {
			int pid = (int)(random_number() % PIDS);
			struct slice *slice = open[pid];

			ns += 1 + random_number() % 100000;
			if (slice)
				slice->to = ns;
			if (random_number() % 2) { /* exec, the first or another */
				slice = open[pid] = &made[n++];
				*slice = (struct slice){ pid, ns, ns, "" };
				snprintf(slice->name, COMM_LEN, "c%llu", random_number() % 10);
				started(&o, GONE + SPREAD * pid, slice->name, ns);
			} else if (slice) {
				ended(&o, GONE + SPREAD * pid, "another name", ns, ns - slice->from, 0);
				open[pid] = NULL;
			} else if (last[pid]) { /* a fork without an exec */
				unsigned long long lived = random_number() % (ns - last[pid]);

				made[n] = (struct slice){ pid, ns - lived, ns, "fork" };
				n++;
				ended(&o, GONE + SPREAD * pid, "fork", ns, lived, 0);
			}
			last[pid] = ns;
		}
		for (int pid = 0; pid < PIDS; pid++)
			if (open[pid])
				open[pid]->to = open[pid]->from; /* none of them runs */
		json = end(&o, ns + 1000);
		assert_int_equal(replay(json, seen), n);
		qsort(made, n, sizeof(made[0]), by_start);
		qsort(seen, n, sizeof(seen[0]), by_start);
		for (size_t i = 0; i < n; i++) {
			assert_int_equal(seen[i].pid, made[i].pid);
			assert_int_equal(seen[i].from, made[i].from);
			assert_int_equal(seen[i].to, made[i].to);
			assert_string_equal(seen[i].name, made[i].name);
		}
		json_decref(json);
	}
}

/* Forks and failed execs are marks: they neither begin nor end a slice. */
static void test_marks(void **state)
{
	struct output o = begin();
	struct event e = {
		.kind = EVENT_FAILED,
		.pid = 5,
		.ppid = 7,
		.time_ns = 2000,
		.comm = "a",
		.comm_len = 1,
		.filename = "/x",
		.filename_len = 2,
		.error = 2,
	};
	json_t *json, *mark;

	(void)state;
	started(&o, 5, "a", 1000);
	output_event(&o, &e);
	e.kind = EVENT_FORK;
	output_event(&o, &e);
	ended(&o, 5, "a", 3000, 2000, 0);
	json = end(&o, 4000);
	/* process_name, thread_name, B, then twice thread_name and the mark, E */
	assert_int_equal(json_array_size(json), 8);
	mark = json_array_get(json, 4);
	assert_string_equal(json_string_value(json_object_get(mark, "ph")), "i");
	assert_string_equal(json_string_value(json_object_get(mark, "name")), "exec failed");
	mark = json_object_get(mark, "args");
	assert_string_equal(json_string_value(json_object_get(mark, "error")), "ENOENT");
	assert_string_equal(json_string_value(json_object_get(mark, "filename")), "/x");
	mark = json_array_get(json, 6);
	assert_string_equal(json_string_value(json_object_get(mark, "name")), "fork");
	mark = json_array_get(json, 7);
	assert_string_equal(json_string_value(json_object_get(mark, "ph")), "E");
	json_decref(json);
}

/* Memory is used only for live processes, not for ended ones. */
static void test_memory(void **state)
{
	struct output o = { .format = &chrome_format, .file = fopen("/dev/null", "w"), .remembers = true };
	size_t before;

	(void)state;
	assert_non_null(o.file);
	assert_int_equal(chrome_format.begin(&o), 0);
	started(&o, 1, "a", 1);
	before = mallinfo2().uordblks; /* always 0 under the sanitizer */
	for (int i = 2; i < 100000; i++) {
		started(&o, i, "a", 1);
		started(&o, i, "b", 2);
		ended(&o, i, "b", 3, 1, 0);
	}
	assert_true(mallinfo2().uordblks < before + 100000); /* not even a byte for each */
	chrome_format.end(&o, 4);
	processes_free(&o.processes);
	fclose(o.file);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bytes),
		cmocka_unit_test(test_marks),
		cmocka_unit_test(test_empty),
		cmocka_unit_test(test_losses),
		cmocka_unit_test(test_never_ends_before_it_began),
		cmocka_unit_test(test_unknown_ends),
		cmocka_unit_test(test_left_the_filter),
		cmocka_unit_test(test_clipped),
		cmocka_unit_test(test_exits_only),
		cmocka_unit_test(test_hostile_names),
		cmocka_unit_test(test_replay),
		cmocka_unit_test(test_memory),
	};
	int failed = cmocka_run_group_tests(tests, NULL, NULL);

	free(printed);
	return failed;
}
