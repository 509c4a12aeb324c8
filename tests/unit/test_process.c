/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* The table of processes: which program it returns, what it forgets, what it reads from /proc. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "capture.h"
#include "output/clock.h"
#include "output/process.h"
#include "unit.h"

static char err[4096];
static char args[ARGS_MAX] = "x\0-v";

static struct event exec_of(int pid, unsigned long long start_ns, unsigned long long ns)
{
	return (struct event){
		.kind = EVENT_EXEC,
		.pid = pid,
		.time_ns = ns,
		.comm = "x",
		.comm_len = 1,
		.filename = "/bin/x",
		.filename_len = 6,
		.args = args,
		.args_len = 5,
		.details.start_ns = start_ns,
	};
}

static struct event exit_of(int pid, unsigned long long created, unsigned long long since,
			    unsigned long long ns)
{
	return (struct event){
		.kind = EVENT_EXIT,
		.pid = pid,
		.time_ns = ns,
		.comm = "x",
		.comm_len = 1,
		.duration_ns = ns - since,
		.lifetime_ns = ns - created,
	};
}

static void add(struct processes *t, int pid, unsigned long long start_ns, unsigned long long ns)
{
	struct event e = exec_of(pid, start_ns, ns);

	processes_note(t, &e);
}

static void test_last_exec(void **state)
{
	struct processes t = { 0 };
	struct event e = exec_of(12, 100, 200), end = exit_of(12, 100, 300, 400);
	const struct process *p;

	(void)state;
	assert_null(processes_before(&t, &e));
	processes_note(&t, &e);
	e.time_ns = 300;
	e.args_truncated = true;
	p = processes_before(&t, &e);
	assert_non_null(p);
	assert_true(p->exec.time_ns == 200);
	processes_note(&t, &e);
	args[0] = 'y'; /* the table has its own copy */
	p = processes_before(&t, &end);
	assert_non_null(p);
	assert_true(p->seen && p->exec.time_ns == 300 && p->exec.args_truncated);
	assert_memory_equal(p->exec.args, "x\0-v", 5);
	assert_string_equal(p->exec.filename, "/bin/x");
	args[0] = 'x';
	processes_note(&t, &end);
	assert_null(processes_before(&t, &end));
	assert_int_equal(t.memory, 0);
	assert_null(t.oldest);
	processes_free(&t);
}

static unsigned int forgotten;

static void count(void *ctx, const struct process *p)
{
	assert_ptr_equal(ctx, &forgotten);
	assert_true(p->seen);
	forgotten++;
}

/* An exec or an exit was lost, or the process left the filter: it must not return a wrong program. */
static void test_program_is_not_guessed(void **state)
{
	const struct {
		struct event e;
		bool known;
	} cases[] = {
		{ exit_of(12, 100, 200, 900), true },
		{ exit_of(12, 100, 300, 900), false }, /* a later exec */
		{ exit_of(12, 100, 100, 900), true },  /* no room in the kernel for the time of its exec */
		{ exit_of(12, 500, 500, 900), false }, /* a later process without an exec */
		{ exit_of(12, 500, 600, 900), false }, /* a later process with an exec */
		{ exit_of(13, 100, 200, 900), false },
		{ exec_of(12, 100, 900), true },
		{ exec_of(12, 500, 900), false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct processes t = { .forgotten = count, .ctx = &forgotten };

		forgotten = 0;
		add(&t, 12, 100, 200);
		assert_int_equal(processes_before(&t, &cases[i].e) != NULL, cases[i].known);
		/* An entry of another process is removed. */
		assert_int_equal(t.oldest != NULL, cases[i].known || cases[i].e.pid != 12);
		assert_int_equal(forgotten, t.oldest == NULL);
		processes_free(&t);
	}
}

static void test_memory_is_bounded(void **state)
{
	struct processes t = { .limit = 1 << 20, .forgotten = count, .ctx = &forgotten };
	struct event end = exit_of(100000, 1, 100000, 200000), first = exit_of(1, 1, 1, 200000);
	struct capture stderr_;
	unsigned int n = 0;

	(void)state;
	forgotten = 0;
	capture(&stderr_, STDERR_FILENO);
	for (int pid = 1; pid <= 100000; pid++) {
		add(&t, pid, 1, (unsigned long long)pid);
		assert_true(t.memory <= t.limit);
	}
	release(&stderr_, err, sizeof(err));
	check_line(err, program_invocation_short_name);
	assert_non_null(strstr(err, ": cannot remember all processes: the table has reached its limit of 1 MiB; "
				    "some command lines will be missing\n"));
	for (const struct process *p = t.oldest; p; p = p->newer)
		n++;
	assert_true(n > 1000);
	assert_int_equal(forgotten + n, 100000);
	assert_null(processes_before(&t, &first));
	assert_non_null(processes_before(&t, &end)); /* the last one is in the table */
	processes_free(&t);
	assert_null(t.tree);
}

static unsigned long long random_number(void)
{
	static unsigned long long seed = 42;

	seed = seed * 6364136223846793005ULL + 1442695040888963407ULL;
	return seed >> 33;
}

/* Random order of events, compared with a plain array. */
static void test_random(void **state)
{
	static unsigned long long last[64];
	struct processes t = { 0 };

	(void)state;
	memset(last, 0, sizeof(last));
	for (unsigned long long ns = 1; ns < 100000; ns++) {
		int pid = (int)(random_number() % 64), n = 0;
		struct event e = random_number() % 2 ? exec_of(pid, 0, ns) : exit_of(pid, 0, last[pid], ns);
		const struct process *p = processes_before(&t, &e);

		assert_int_equal(p != NULL, last[pid] != 0);
		if (p)
			assert_true(p->exec.time_ns == last[pid]);
		processes_note(&t, &e);
		last[pid] = e.kind == EVENT_EXEC ? ns : 0;
		if (ns % 1000)
			continue;
		for (p = t.oldest; p; p = p->newer) {
			assert_true(p->exec.time_ns == last[p->exec.pid]);
			assert_true(!p->newer || p->newer->exec.time_ns > p->exec.time_ns);
			n++;
		}
		for (int i = 0; i < 64; i++)
			n -= last[i] != 0;
		assert_int_equal(n, 0);
	}
	processes_free(&t);
}

/* Returns a child that runs `sleep 1000 ...`, once it does. */
static pid_t start_sleep(void)
{
	int pipe_fds[2];
	pid_t pid;
	char c;

	assert_int_equal(pipe2(pipe_fds, O_CLOEXEC), 0);
	pid = fork();
	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		execlp("sleep", "sleep", "1000", "0", NULL);
		_exit(127);
	}
	close(pipe_fds[1]);
	assert_int_equal(read(pipe_fds[0], &c, 1), 0); /* closed by exec */
	close(pipe_fds[0]);
	return pid;
}

static const struct process *find(const struct processes *t, int pid)
{
	const struct process *p = t->oldest;

	while (p && p->exec.pid != pid)
		p = p->newer;
	return p;
}

static void test_proc(void **state)
{
	unsigned long long before = clock_boot_ns(), after;
	pid_t pid = start_sleep();
	struct processes t = { 0 };
	const struct process *p, *self;
	struct event e;

	(void)state;
	after = clock_boot_ns();
	processes_read(&t, 4096);
	p = find(&t, pid);
	assert_non_null(p);
	assert_false(p->seen);
	assert_non_null(strstr(p->exec.filename, "/sleep"));
	assert_int_equal(p->exec.args_len, 13);
	assert_memory_equal(p->exec.args, "sleep\0001000\0000", 13);
	assert_false(p->exec.args_truncated);
	assert_string_equal(p->exec.comm, "sleep");
	assert_in_range(p->exec.details.start_ns, before - 10000000, after);
	self = find(&t, getpid());
	assert_non_null(self);
	assert_int_equal(self->exec.comm_len, strnlen(program_invocation_short_name, 15));
	assert_null(find(&t, 2)); /* a kernel thread, if anything */

	/* Its exit is recognized by its start time, to a tick; any exec makes it another program. */
	e = exit_of(pid, p->exec.details.start_ns + 9999999, p->exec.details.start_ns + 9999999, after + 1);
	assert_ptr_equal(processes_before(&t, &e), p);
	e = exec_of(pid, p->exec.details.start_ns, after);
	assert_null(processes_before(&t, &e));
	processes_free(&t);

	processes_read(&t, 7);
	p = find(&t, pid);
	assert_int_equal(p->exec.args_len, 7);
	assert_memory_equal(p->exec.args, "sleep\0001", 7);
	assert_true(p->exec.args_truncated);
	e = exit_of(pid, p->exec.details.start_ns, p->exec.details.start_ns + 1, after + 1);
	assert_null(processes_before(&t, &e));
	processes_free(&t);
	kill(pid, SIGKILL);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
}

static void test_runs(void **state)
{
	pid_t pid = start_sleep();
	struct processes t = { 0 };
	struct process p;

	(void)state;
	processes_read(&t, 0);
	p = *find(&t, pid);
	p.exec.uid = getuid();
	assert_true(process_runs(&p, true));
	p.exec.uid++;
	assert_false(process_runs(&p, true));
	assert_true(process_runs(&p, false));
	p.exec.uid--;
	p.exec.comm = "sleeq";
	assert_false(process_runs(&p, true));
	assert_true(process_runs(&p, false));
	p.exec.details.start_ns -= 1000000000;
	assert_false(process_runs(&p, false));
	p.exec.details.start_ns += 1000000000;
	kill(pid, SIGKILL);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
	assert_false(process_runs(&p, false));
	processes_free(&t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_last_exec), cmocka_unit_test(test_program_is_not_guessed),
		cmocka_unit_test(test_memory_is_bounded), cmocka_unit_test(test_random),
		cmocka_unit_test(test_proc), cmocka_unit_test(test_runs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
