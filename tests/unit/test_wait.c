/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* What a run waits for, and what ends it: each condition separately, and how long it takes. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "output/clock.h"
#include "run/wait.h"
#include "unit.h"

#define MS 1000000ULL

/* Longer than any delay on a busy machine; a passing test does not take that long. */
#define LONG_MS 30000

static int ring[2], out[2]; /* pipes in place of the ring's descriptor and the output */

static struct wait begin(void)
{
	struct wait w = { .command_fd = -1, .deadline_ns = ULLONG_MAX };

	assert_int_equal(pipe2(ring, O_NONBLOCK), 0);
	assert_int_equal(pipe2(out, O_NONBLOCK), 0);
	w.ring_fd = ring[0];
	w.output_fd = out[1];
	w.stop_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	assert_true(w.stop_fd >= 0);
	return w;
}

static void end(struct wait *w)
{
	close(ring[0]);
	close(ring[1]);
	if (out[0] >= 0)
		close(out[0]);
	close(out[1]);
	close(w->stop_fd);
}

static void put(int fd)
{
	assert_int_equal(write(fd, "x", 1), 1);
}

static void request_stop(const struct wait *w)
{
	assert_int_equal(eventfd_write(w->stop_fd, 1), 0);
}

/* Writes until nothing more fits. */
static void fill_output(void)
{
	char page[PIPE_BUF] = "";

	while (write(out[1], page, sizeof(page)) > 0)
		;
	assert_int_equal(errno, EAGAIN);
}

static unsigned long long ms_since(unsigned long long start_ns)
{
	return (clock_boot_ns() - start_ns) / MS;
}

/* Runs after some time, in another thread. */
struct later {
	pthread_t thread;
	void (*act)(const struct wait *w);
	const struct wait *w;
};

static void *act_later(void *arg)
{
	const struct later *l = arg;

	usleep(50000);
	l->act(l->w);
	return NULL;
}

static void start_later(struct later *l, void (*act)(const struct wait *w), const struct wait *w)
{
	*l = (struct later){ .act = act, .w = w };
	assert_int_equal(pthread_create(&l->thread, NULL, act_later, l), 0);
}

static void put_event(const struct wait *w)
{
	(void)w;
	put(ring[1]);
}

static void read_output(const struct wait *w)
{
	char page[PIPE_BUF];

	(void)w;
	assert_true(read(out[0], page, sizeof(page)) > 0);
}

static void close_reader(const struct wait *w)
{
	(void)w;
	close(out[0]);
	out[0] = -1;
}

static void check_over(const struct wait *w, bool over, bool reader_gone)
{
	assert_int_equal(w->over, over);
	assert_int_equal(w->reader_gone, reader_gone);
}

/* It does not wait for anything that has already happened, in any order. */
static void test_events_there(void **state)
{
	struct wait w = begin();

	(void)state;
	put(ring[1]);
	wait_for_events(&w);
	check_over(&w, false, false);
	request_stop(&w);
	wait_for_events(&w);
	check_over(&w, true, false);
	end(&w);
}

static void test_events_later(void **state)
{
	struct wait w = begin();
	struct later later;

	(void)state;
	start_later(&later, put_event, &w);
	wait_for_events(&w);
	check_over(&w, false, false);
	assert_true(poll(&(struct pollfd){ .fd = ring[0], .events = POLLIN }, 1, 0) == 1);
	assert_int_equal(pthread_join(later.thread, NULL), 0);
	end(&w);
}

/* It does not wait after the end. */
static void test_over(void **state)
{
	struct wait w = begin();
	unsigned long long start = clock_boot_ns();

	(void)state;
	w.over = true;
	wait_for_events(&w);
	wait_nap(&w, LONG_MS);
	assert_in_range(ms_since(start), 0, LONG_MS - 1);
	end(&w);
}

/* Not before the deadline, not even by a fraction of a millisecond. */
static void test_deadline(void **state)
{
	struct wait w = begin();

	(void)state;
	for (unsigned long long ns = 0; ns < 5 * MS; ns += 300000) {
		w.over = false;
		w.deadline_ns = clock_boot_ns() + ns;
		wait_for_events(&w);
		assert_true(clock_boot_ns() >= w.deadline_ns);
		check_over(&w, true, false);
	}
	/* One in the past, one far ahead, and one beyond the range of poll(2)'s timeout. */
	w.over = false;
	w.deadline_ns = 1;
	wait_for_events(&w);
	check_over(&w, true, false);
	put(ring[1]);
	w.over = false;
	w.deadline_ns = clock_boot_ns() + LONG_MS * MS;
	wait_for_events(&w);
	check_over(&w, false, false);
	w.deadline_ns = ULLONG_MAX - 1;
	wait_for_events(&w);
	check_over(&w, false, false);
	end(&w);
}

/* A continuous flow of events does not hide the deadline, a request, or the end of the reader. */
static void test_busy_ring(void **state)
{
	struct wait w = begin();

	(void)state;
	put(ring[1]);
	w.deadline_ns = clock_boot_ns() + 20 * MS;
	while (!w.over)
		wait_for_events(&w);
	assert_true(clock_boot_ns() >= w.deadline_ns);
	w.over = false;
	w.deadline_ns = ULLONG_MAX;
	close_reader(&w);
	wait_for_events(&w);
	check_over(&w, true, true);
	end(&w);
}

static void test_stop(void **state)
{
	struct wait w = begin();
	struct later later;

	(void)state;
	start_later(&later, request_stop, &w);
	wait_for_events(&w);
	check_over(&w, true, false);
	assert_int_equal(pthread_join(later.thread, NULL), 0);
	/* The request was consumed: the next one counts as a new one. */
	assert_int_equal(poll(&(struct pollfd){ .fd = w.stop_fd, .events = POLLIN }, 1, 0), 0);
	end(&w);
}

/* A running command is not the end; when it ends, its pidfd is readable. */
static void test_command(void **state)
{
	struct wait w = begin();
	pid_t child = fork();

	(void)state;
	assert_true(child >= 0);
	if (child == 0) {
		pause();
		_exit(0);
	}
	w.command_fd = (int)syscall(SYS_pidfd_open, child, 0);
	assert_true(w.command_fd >= 0);
	put(ring[1]);
	wait_for_events(&w);
	check_over(&w, false, false);
	assert_int_equal(read(ring[0], &(char){ 0 }, 1), 1);
	assert_int_equal(kill(child, SIGKILL), 0);
	wait_for_events(&w);
	check_over(&w, true, false);
	assert_int_equal(waitpid(child, NULL, 0), child);
	close(w.command_fd);
	end(&w);
}

static void test_reader_gone(void **state)
{
	struct wait w = begin();
	struct later later;

	(void)state;
	start_later(&later, close_reader, &w);
	wait_for_events(&w);
	check_over(&w, true, true);
	assert_int_equal(pthread_join(later.thread, NULL), 0);
	end(&w);
}

/* A full pipe or a file does not mean that the reader has gone. */
static void test_reader_there(void **state)
{
	struct wait w = begin();

	(void)state;
	put(ring[1]);
	fill_output();
	wait_for_events(&w);
	check_over(&w, false, false);
	w.output_fd = open("/dev/null", O_WRONLY | O_CLOEXEC);
	assert_true(w.output_fd >= 0);
	wait_for_events(&w);
	check_over(&w, false, false);
	close(w.output_fd);
	end(&w);
}

/* A nap takes its time although there are events, and less after the end. */
static void test_nap(void **state)
{
	struct wait w = begin();
	unsigned long long start = clock_boot_ns();
	struct later later;

	(void)state;
	put(ring[1]);
	wait_nap(&w, 20);
	assert_in_range(ms_since(start), 19, LONG_MS); /* timers may be early by less than 1 ms */
	check_over(&w, false, false);
	w.deadline_ns = clock_boot_ns() + 20 * MS;
	wait_nap(&w, LONG_MS);
	wait_nap(&w, LONG_MS);
	assert_in_range(ms_since(start), 40, LONG_MS - 1);
	check_over(&w, true, false);
	w.over = false;
	w.deadline_ns = ULLONG_MAX;
	start_later(&later, request_stop, &w);
	wait_nap(&w, LONG_MS);
	check_over(&w, true, false);
	assert_int_equal(pthread_join(later.thread, NULL), 0);
	assert_in_range(ms_since(start), 40, LONG_MS - 1);
	end(&w);
}

static void on_signal(int number)
{
	(void)number;
}

/* Interrupted as by a debugger or Ctrl-Z: the wait continues. */
static void test_interrupted(void **state)
{
	const struct sigaction action = { .sa_handler = on_signal };
	struct wait w = begin();

	(void)state;
	assert_int_equal(sigaction(SIGALRM, &action, NULL), 0);
	w.deadline_ns = clock_boot_ns() + 100 * MS;
	ualarm(5000, 5000);
	wait_for_events(&w);
	ualarm(0, 0);
	assert_true(clock_boot_ns() >= w.deadline_ns);
	check_over(&w, true, false);
	end(&w);
}

static void test_room(void **state)
{
	struct wait w = begin();
	struct later later;

	(void)state;
	assert_int_equal(wait_for_room(&w, out[1]), 0);
	fill_output();
	start_later(&later, read_output, &w);
	assert_int_equal(wait_for_room(&w, out[1]), 0);
	check_over(&w, false, false);
	assert_int_equal(pthread_join(later.thread, NULL), 0);
	assert_int_equal(write(out[1], &w, 1), 1);
	end(&w);
}

static void request_twice(const struct wait *w)
{
	assert_int_equal(eventfd_write(w->stop_fd, 2), 0);
}

/* Two signals that arrive together count as two. */
static void test_no_room_and_two_requests(void **state)
{
	struct wait w = begin();
	unsigned long long start = clock_boot_ns();
	struct later later;

	(void)state;
	fill_output();
	start_later(&later, request_twice, &w);
	assert_int_equal(wait_for_room(&w, out[1]), -ETIMEDOUT);
	assert_in_range(ms_since(start), 50, GIVE_UP_MS - 1);
	check_over(&w, true, false);
	assert_int_equal(w.requests, 2);
	assert_int_equal(pthread_join(later.thread, NULL), 0);
	end(&w);
}

/* The first request ends the run, but pending output is still written. */
static void test_one_request(void **state)
{
	struct wait w = begin();

	(void)state;
	request_stop(&w);
	wait_for_events(&w);
	check_over(&w, true, false);
	assert_int_equal(w.requests, 1);
	assert_int_equal(wait_for_room(&w, out[1]), 0);
	end(&w);
}

/* The reader has gone: write(2) will report it. */
static void test_no_room_ever(void **state)
{
	struct wait w = begin();
	struct later later;

	(void)state;
	fill_output();
	start_later(&later, close_reader, &w);
	assert_int_equal(wait_for_room(&w, out[1]), 0);
	check_over(&w, true, true);
	assert_int_equal(pthread_join(later.thread, NULL), 0);
	assert_true(signal(SIGPIPE, SIG_IGN) != SIG_ERR);
	assert_int_equal(write(out[1], &w, 1), -1);
	assert_int_equal(errno, EPIPE);
	end(&w);
}

/* After the end, output that makes progress gets time. */
static void test_room_after_the_end(void **state)
{
	struct wait w = begin();
	struct later later;

	(void)state;
	w.over = true;
	assert_int_equal(wait_for_room(&w, out[1]), 0);
	fill_output();
	for (int i = 0; i < 3; i++) {
		start_later(&later, read_output, &w);
		assert_int_equal(wait_for_room(&w, out[1]), 0);
		assert_int_equal(pthread_join(later.thread, NULL), 0);
		fill_output();
	}
	end(&w);
}

/* A request after the end: nothing more is written, even if there is space again. */
static void test_request_after_the_end(void **state)
{
	struct wait w = begin();
	unsigned long long start = clock_boot_ns();
	struct later later;

	(void)state;
	w.over = true;
	fill_output();
	start_later(&later, request_stop, &w);
	assert_int_equal(wait_for_room(&w, out[1]), -ETIMEDOUT);
	assert_int_equal(pthread_join(later.thread, NULL), 0);
	assert_int_equal(w.requests, 1);
	read_output(&w);
	assert_int_equal(wait_for_room(&w, out[1]), -ETIMEDOUT);
	assert_in_range(ms_since(start), 50, GIVE_UP_MS - 1);
	end(&w);
}

/* Output blocked, with signals that do not end the run: gives up after GIVE_UP_MS in all. */
static void test_given_up(void **state)
{
	const struct sigaction action = { .sa_handler = on_signal };
	struct wait w = begin();
	unsigned long long start = clock_boot_ns();

	(void)state;
	assert_int_equal(sigaction(SIGALRM, &action, NULL), 0);
	w.over = true;
	fill_output();
	ualarm(999999, 0);
	assert_int_equal(wait_for_room(&w, out[1]), -ETIMEDOUT);
	assert_in_range(ms_since(start), GIVE_UP_MS - 1, GIVE_UP_MS + LONG_MS);
	check_over(&w, true, false);
	end(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_events_there),
		cmocka_unit_test(test_events_later),
		cmocka_unit_test(test_over),
		cmocka_unit_test(test_deadline),
		cmocka_unit_test(test_busy_ring),
		cmocka_unit_test(test_stop),
		cmocka_unit_test(test_command),
		cmocka_unit_test(test_reader_gone),
		cmocka_unit_test(test_reader_there),
		cmocka_unit_test(test_nap),
		cmocka_unit_test(test_interrupted),
		cmocka_unit_test(test_room),
		cmocka_unit_test(test_no_room_and_two_requests),
		cmocka_unit_test(test_one_request),
		cmocka_unit_test(test_no_room_ever),
		cmocka_unit_test(test_room_after_the_end),
		cmocka_unit_test(test_request_after_the_end),
		cmocka_unit_test(test_given_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
