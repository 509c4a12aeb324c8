/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Descendants of a process: generated families in every order, and a real one from /proc. */
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "run/family.h"
#include "unit.h"

#define MAX_ADDED 64

/* As in src/bpf/filter.h; any values except 0 would work. */
#define MEMBER   1
#define EXCLUDED 2

static int added[MAX_ADDED], added_count;
static unsigned char added_as[MAX_ADDED];

static int add(void *ctx, int pid, unsigned char what)
{
	assert_ptr_equal(ctx, added);
	assert_true(added_count < MAX_ADDED);
	added_as[added_count] = what;
	added[added_count++] = pid;
	return 1;
}

static int times_added(int pid)
{
	int n = 0;

	for (int i = 0; i < added_count; i++)
		n += added[i] == pid;
	return n;
}

/* The value that the process was added with; 0: it was not added. */
static int what_is(int pid)
{
	for (int i = 0; i < added_count; i++)
		if (added[i] == pid)
			return added_as[i];
	return 0;
}

static void begin(struct family *f, int root)
{
	added_count = 0;
	assert_int_equal(family_init(f), 0);
	family_add(f, root, MEMBER);
}

/* 10 - 11 - 12 - 13 and 11 - 14; 20 - 21 is another family: noted in all 720 orders. */
static void test_any_order(void **state)
{
	const int pairs[6][2] = { { 11, 10 }, { 12, 11 }, { 13, 12 }, { 14, 11 }, { 20, 1 }, { 21, 20 } };

	(void)state;
	for (int order = 0; order < 720; order++) {
		int left[6] = { 0, 1, 2, 3, 4, 5 }, code = order;
		struct family f;

		begin(&f, 10);
		for (int n = 6; n > 0; n--) {
			int at = code % n, i = left[at];

			code /= n;
			left[at] = left[n - 1];
			assert_int_equal(family_note(&f, pairs[i][0], pairs[i][1]), 0);
		}
		assert_int_equal(family_spread(&f, add, added), 4);
		assert_int_equal(added_count, 4);
		for (int pid = 11; pid <= 14; pid++) {
			assert_int_equal(times_added(pid), 1);
			assert_int_equal(what_is(pid), MEMBER);
		}
		family_free(&f);
	}
}

/* Processes seen later are added, and each process only once. */
static void test_added_once(void **state)
{
	struct family f;

	(void)state;
	begin(&f, 10);
	assert_int_equal(family_note(&f, 11, 10), 0);
	assert_int_equal(family_note(&f, 13, 12), 0);
	assert_int_equal(family_spread(&f, add, added), 1);
	assert_int_equal(family_spread(&f, add, added), 0);
	assert_int_equal(family_note(&f, 11, 10), 0); /* again, as in another scan of /proc */
	assert_int_equal(family_note(&f, 12, 11), 0); /* the missing link */
	assert_int_equal(family_spread(&f, add, added), 2);
	assert_int_equal(added_count, 3);
	assert_true(times_added(11) == 1 && times_added(12) == 1 && times_added(13) == 1);
	family_free(&f);
}

static int knows_11(void *ctx, int pid, unsigned char what)
{
	return add(ctx, pid, what) && pid != 11;
}

/* One that the kernel side has already does not count, but its descendants are looked for. */
static void test_known(void **state)
{
	struct family f;

	(void)state;
	begin(&f, 10);
	assert_int_equal(family_note(&f, 12, 11), 0);
	assert_int_equal(family_note(&f, 11, 10), 0);
	assert_int_equal(family_spread(&f, knows_11, added), 1);
	assert_true(times_added(11) == 1 && times_added(12) == 1);
	family_free(&f);
}

/* PIDs are reused, so the noted parents may form a cycle. */
static void test_circles(void **state)
{
	struct family f;

	(void)state;
	begin(&f, 10);
	assert_int_equal(family_note(&f, 12, 11), 0);
	assert_int_equal(family_note(&f, 11, 12), 0);
	assert_int_equal(family_note(&f, 13, 13), 0);
	assert_int_equal(family_spread(&f, add, added), 0);
	assert_int_equal(family_note(&f, 11, 10), 0);
	assert_int_equal(family_note(&f, 10, 12), 0);
	assert_int_equal(family_spread(&f, add, added), 2);
	assert_int_equal(times_added(10), 0); /* was a member from the start */
	family_free(&f);
}

static void test_no_pids(void **state)
{
	const int wrong[] = { 0, -1, -2147483647 - 1, PID_LIMIT, PID_LIMIT + 1, 2147483647 };
	struct family f;

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		begin(&f, 1);
		family_add(&f, wrong[i], MEMBER); /* no effect, nothing is overwritten */
		assert_int_equal(family_note(&f, wrong[i], 1), 0);
		assert_int_equal(family_note(&f, 5, wrong[i]), 0);
		assert_int_equal(family_spread(&f, add, added), 0);
		family_free(&f);
	}
	begin(&f, PID_LIMIT - 1);
	assert_int_equal(family_note(&f, 1, PID_LIMIT - 1), 0);
	assert_int_equal(family_spread(&f, add, added), 1);
	family_free(&f);
}

static int refuse_12(void *ctx, int pid, unsigned char what)
{
	return pid == 12 ? -E2BIG : add(ctx, pid, what);
}

static void test_add_that_fails(void **state)
{
	struct family f;

	(void)state;
	begin(&f, 10);
	assert_int_equal(family_note(&f, 11, 10), 0);
	assert_int_equal(family_note(&f, 12, 10), 0);
	assert_int_equal(family_note(&f, 13, 10), 0);
	assert_int_equal(family_spread(&f, refuse_12, added), -E2BIG);
	assert_int_equal(times_added(13), 0);
	/* It does not become a member, so it is tried again. */
	assert_int_equal(family_spread(&f, add, added), 2);
	assert_int_equal(times_added(12), 1);
	family_free(&f);
}

static int count(void *ctx, int pid, unsigned char what)
{
	int *n = ctx;

	(void)pid;
	assert_int_equal(what, MEMBER);
	++*n;
	return 1;
}

/*
 * 10 is followed, but its child 12 is excluded; below that 14 is followed, but its child
 * 16 is excluded.  Each descendant is treated like the nearest of them, in all 720 orders.
 */
static void test_excluded(void **state)
{
	const int pairs[6][2] = { { 11, 10 }, { 12, 10 }, { 13, 12 }, { 14, 13 }, { 15, 14 }, { 17, 16 } };

	(void)state;
	for (int order = 0; order < 720; order++) {
		int left[6] = { 0, 1, 2, 3, 4, 5 }, code = order;
		struct family f;

		begin(&f, 10);
		family_add(&f, 12, EXCLUDED);
		family_add(&f, 14, MEMBER);
		family_add(&f, 16, EXCLUDED);
		assert_int_equal(family_note(&f, 16, 14), 0);
		for (int n = 6; n > 0; n--) {
			int at = code % n, i = left[at];

			code /= n;
			left[at] = left[n - 1];
			assert_int_equal(family_note(&f, pairs[i][0], pairs[i][1]), 0);
		}
		assert_int_equal(family_spread(&f, add, added), 4);
		assert_int_equal(added_count, 4);
		assert_int_equal(what_is(11), MEMBER);
		assert_int_equal(what_is(13), EXCLUDED);
		assert_int_equal(what_is(15), MEMBER);
		assert_int_equal(what_is(17), EXCLUDED);
		family_free(&f);
	}
}

/* Only excluded processes: their descendants are excluded, and no process is followed. */
static void test_only_excluded(void **state)
{
	struct family f;

	(void)state;
	added_count = 0;
	assert_int_equal(family_init(&f), 0);
	family_add(&f, 10, EXCLUDED);
	assert_int_equal(family_note(&f, 11, 10), 0);
	assert_int_equal(family_note(&f, 21, 20), 0);
	assert_int_equal(family_spread(&f, add, added), 1);
	assert_int_equal(what_is(11), EXCLUDED);
	assert_int_equal(family_spread(&f, add, added), 0);
	family_free(&f);
}

/* More than the initial capacity, the youngest first. */
static void test_many(void **state)
{
	struct family f;
	int n = 0;

	(void)state;
	begin(&f, 1);
	for (int pid = 1000; pid > 0; pid--)
		assert_int_equal(family_note(&f, pid + 1, pid), 0);
	for (int pid = 5000; pid < 6000; pid++)
		assert_int_equal(family_note(&f, pid, 4000), 0);
	assert_int_equal(family_spread(&f, count, &n), 1000);
	assert_int_equal(n, 1000);
	family_free(&f);
}

/*
 * A child whose name looks like the rest of /proc/PID/stat, and its child: both are
 * found, but not the parent of this process.
 */
static void test_proc(void **state)
{
	int ready[2], hold[2], grandchild = 0;
	struct family f;
	pid_t child;

	(void)state;
	assert_int_equal(pipe(ready), 0);
	assert_int_equal(pipe(hold), 0);
	child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		char token;
		pid_t pid;

		close(hold[1]);
		prctl(PR_SET_NAME, "a) R 1 (b) S 1");
		pid = fork();
		if (pid > 0 && write(ready[1], &pid, sizeof(pid)) != sizeof(pid))
			_exit(1);
		_exit(read(hold[0], &token, 1) != 0); /* waits until the test closes it */
	}
	close(hold[0]);
	assert_int_equal(read(ready[0], &grandchild, sizeof(grandchild)), sizeof(grandchild));

	begin(&f, getpid());
	assert_int_equal(family_note_proc(&f), 0);
	assert_true(family_spread(&f, add, added) >= 2);
	assert_int_equal(times_added(child), 1);
	assert_int_equal(times_added(grandchild), 1);
	assert_int_equal(times_added(getppid()), 0);
	assert_int_equal(times_added(getpid()), 0);
	family_free(&f);

	close(hold[1]);
	close(ready[0]);
	close(ready[1]);
	assert_int_equal(waitpid(child, NULL, 0), child);
}

/* A process that runs, then is a zombie, then is gone. */
static void test_death(void **state)
{
	siginfo_t info;
	pid_t child = fork();

	(void)state;
	assert_true(child >= 0);
	if (child == 0) {
		prctl(PR_SET_NAME, "a) Z 1 (b) Z 1"); /* the name must not be read as the state */
		pause();
		_exit(0);
	}
	assert_false(process_is_dead(child));
	assert_int_equal(kill(child, SIGKILL), 0);
	assert_int_equal(waitid(P_PID, (id_t)child, &info, WEXITED | WNOWAIT), 0);
	assert_true(process_is_dead(child));
	assert_int_equal(waitpid(child, NULL, 0), child);
	assert_true(process_is_dead(child));
	assert_false(process_is_dead(getpid()));
	assert_true(process_is_dead(0)); /* does not exist */
	assert_true(process_is_dead(PID_LIMIT));
}

/*
 * The memory takes a while to go, and all that time the process is neither alive nor dead.
 * Whoever looks is sometimes not run meanwhile, so there are several tries.
 */
static void test_ending(void **state)
{
	const size_t size = 128 << 20;
	int seen = 0;

	(void)state;
	for (int try = 0; try < 20 && !seen; try++) {
		pid_t child = fork();

		assert_true(child >= 0);
		if (child == 0) {
			char *memory = mmap(NULL, size, PROT_READ | PROT_WRITE,
					    MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);

			_exit(memory == MAP_FAILED);
		}
		while (!process_is_dead(child))
			seen += process_is_ending(child);
		assert_false(process_is_ending(child));
		assert_int_equal(waitpid(child, NULL, 0), child);
		assert_false(process_is_ending(child));
	}
	assert_true(seen > 0);
	assert_false(process_is_ending(getpid()));
}

static int report[2], hold[2];

/* Reports its TID, then lives until the test closes its end of `hold`. */
static void *live(void *arg)
{
	int tid = gettid();
	char token;

	(void)arg;
	if (write(report[1], &tid, sizeof(tid)) != sizeof(tid))
		_exit(1);
	_exit(read(hold[0], &token, 1) != 0);
}

/* Returns the second thread of a new process, whose leader ends at once on request. */
static int start_threads(pid_t *process, bool leader_ends)
{
	int tid = 0;

	assert_int_equal(pipe(report), 0);
	assert_int_equal(pipe(hold), 0);
	*process = fork();
	assert_true(*process >= 0);
	if (*process == 0) {
		pthread_t thread;

		close(hold[1]);
		if (pthread_create(&thread, NULL, live, NULL))
			_exit(1);
		if (leader_ends)
			pthread_exit(NULL);
		for (;;)
			pause();
	}
	close(hold[0]);
	assert_int_equal(read(report[0], &tid, sizeof(tid)), sizeof(tid));
	return tid;
}

static void end_threads(pid_t process)
{
	int status;

	close(hold[1]);
	close(report[0]);
	close(report[1]);
	assert_int_equal(waitpid(process, &status, 0), process);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

/* Waits until /proc shows the process, whose leader has ended, in this state. */
static void wait_for_state(pid_t pid, char wanted)
{
	char path[32], state = 0;

	snprintf(path, sizeof(path), "/proc/%d/stat", pid);
	for (int i = 0; i < 3000 && state != wanted; i++) { /* 30 s */
		FILE *file = fopen(path, "re");

		assert_non_null(file);
		assert_int_equal(fscanf(file, "%*d (%*[^)]) %c", &state), 1);
		fclose(file);
		usleep(10000);
	}
	assert_int_equal(state, wanted);
}

/* A leader that ended before another thread looks like a zombie, but its process is alive. */
static void test_leader_that_ended_first(void **state)
{
	pid_t process;

	(void)state;
	start_threads(&process, true);
	wait_for_state(process, 'Z');
	assert_false(process_is_dead(process));
	assert_false(process_is_ending(process));
	end_threads(process);
	assert_true(process_is_dead(process));
}

static void test_process_of_a_thread(void **state)
{
	pid_t process;
	int tid;

	(void)state;
	assert_int_equal(process_of(getpid()), getpid());
	assert_int_equal(process_of(0), 0);
	assert_int_equal(process_of(PID_LIMIT), 0);
	tid = start_threads(&process, false);
	assert_int_not_equal(tid, process);
	assert_int_equal(process_of(tid), process);
	assert_int_equal(process_of(process), process);
	end_threads(process);
	assert_int_equal(process_of(tid), 0);
	assert_int_equal(process_of(process), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_any_order),
		cmocka_unit_test(test_added_once),
		cmocka_unit_test(test_known),
		cmocka_unit_test(test_circles),
		cmocka_unit_test(test_no_pids),
		cmocka_unit_test(test_add_that_fails),
		cmocka_unit_test(test_excluded),
		cmocka_unit_test(test_only_excluded),
		cmocka_unit_test(test_many),
		cmocka_unit_test(test_proc),
		cmocka_unit_test(test_death),
		cmocka_unit_test(test_ending),
		cmocka_unit_test(test_leader_that_ended_first),
		cmocka_unit_test(test_process_of_a_thread),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
