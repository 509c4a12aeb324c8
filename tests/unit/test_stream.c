/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * Writing to outputs that are slow, full, shared or closed: no torn lines, no duplicates,
 * and no forgotten errors.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "output/stream.h"
#include "unit.h"

#define TOTAL (4 << 20)

static char sent[TOTAL + 1], received[TOTAL + 1];

#define LINE_MAX_LEN 300

/* Lines with various lengths and letters, `size` bytes in all. */
static void make_lines(size_t size)
{
	size_t at = 0;

	for (unsigned int i = 0; at < size; i++) {
		size_t length = 2 + i * 7919 % (LINE_MAX_LEN - 1);

		if (length > size - at)
			length = size - at;
		memset(sent + at, 'a' + (int)(i % 26), length);
		sent[at + length - 1] = '\n';
		at += length;
	}
	sent[size] = '\0';
}

static void set_nonblocking(int fd)
{
	assert_int_equal(fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK), 0);
}

static size_t receive(int fd, size_t at, size_t most)
{
	ssize_t n = read(fd, received + at, most);

	return n > 0 ? (size_t)n : 0;
}

static void test_regular_file(void **state)
{
	FILE *memory = tmpfile(), *file;
	struct stream s;

	(void)state;
	assert_non_null(memory);
	make_lines(200000);
	file = stream_open(&s, fileno(memory));
	assert_non_null(file);
	assert_false(s.may_block);
	fputs(sent, file);
	assert_int_equal(fclose(file), 0);
	assert_int_equal(s.error, 0);
	assert_int_equal(pread(fileno(memory), received, TOTAL, 0), 200000);
	assert_memory_equal(received, sent, 200000);
	fclose(memory); /* the stream did not close its descriptor */
}

static void test_no_descriptor(void **state)
{
	struct stream s;

	(void)state;
	errno = 0;
	assert_null(stream_open(&s, -1));
	assert_int_equal(errno, EBADF);
}

/* The buffer is only written when it is full or flushed. */
static void test_buffered(void **state)
{
	struct stream s;
	int ends[2];
	FILE *file;

	(void)state;
	assert_int_equal(pipe(ends), 0);
	set_nonblocking(ends[0]);
	file = stream_open(&s, ends[1]);
	assert_non_null(file);
	assert_true(s.may_block);
	for (int i = 0; i < STREAM_BUFFER - 1; i++)
		putc('\n', file);
	assert_int_equal(read(ends[0], received, 1), -1);
	assert_int_equal(errno, EAGAIN);
	assert_int_equal(s.lines, 0);
	assert_int_equal(fcntl(ends[1], F_SETPIPE_SZ, 2 * STREAM_BUFFER), 2 * STREAM_BUFFER);
	assert_int_equal(fflush(file), 0);
	assert_int_equal(s.lines, STREAM_BUFFER - 1);
	assert_int_equal(read(ends[0], received, TOTAL), STREAM_BUFFER - 1);
	fclose(file);
	close(ends[0]);
	close(ends[1]);
}

static int drained; /* bytes read by the reader in the next tests */
static int waits;

/* The pipe is full: the reader reads a small, odd number of bytes. */
static int drain_a_little(void *ctx, int fd)
{
	struct pollfd out = { .fd = fd, .events = POLLOUT };
	const int *reader = ctx;

	waits++;
	while (poll(&out, 1, 0) == 0)
		drained += (int)receive(*reader, (size_t)drained, 4999);
	return 0;
}

/* A pipe that is repeatedly full, blocking or not: everything arrives once, in order. */
static void test_full_then_drained(void **state)
{
	(void)state;
	make_lines(TOTAL);
	for (int nonblocking = 0; nonblocking < 2; nonblocking++) {
		struct stream s;
		int ends[2];
		FILE *file;
		size_t n;

		drained = waits = 0;
		assert_int_equal(pipe(ends), 0);
		if (nonblocking)
			set_nonblocking(ends[1]);
		file = stream_open(&s, ends[1]);
		assert_non_null(file);
		s.wait = drain_a_little;
		s.wait_ctx = &ends[0];
		assert_int_equal(fwrite(sent, 1, TOTAL, file), TOTAL);
		assert_int_equal(fclose(file), 0);
		assert_int_equal(s.error, 0);
		assert_true(waits > 100);
		close(ends[1]);
		while ((n = receive(ends[0], (size_t)drained, 65536)) > 0)
			drained += (int)n;
		close(ends[0]);
		assert_int_equal(drained, TOTAL);
		assert_memory_equal(received, sent, TOTAL);
	}
}

/* Writes at most PIPE_BUF bytes between two waits, up to the end of a line. */
static int check_piece(void *ctx, int fd)
{
	const int *reader = ctx;
	size_t n = receive(*reader, (size_t)drained, TOTAL);

	(void)fd;
	assert_true(n <= PIPE_BUF);
	assert_true(n == 0 || received[(size_t)drained + n - 1] == '\n');
	/* No unnecessary pieces: another line would not have fit. */
	assert_true(n == 0 || n > PIPE_BUF - LINE_MAX_LEN);
	drained += (int)n;
	waits++;
	return 0;
}

static void test_pieces_are_whole_lines(void **state)
{
	struct stream s;
	int ends[2];
	FILE *file;

	(void)state;
	drained = waits = 0;
	make_lines(60000); /* less than the buffer, which could fill up in the middle of a line */
	assert_int_equal(pipe(ends), 0);
	set_nonblocking(ends[0]);
	file = stream_open(&s, ends[1]);
	assert_non_null(file);
	s.wait = check_piece;
	s.wait_ctx = &ends[0];
	fputs(sent, file);
	assert_int_equal(fclose(file), 0);
	drained += (int)receive(ends[0], (size_t)drained, TOTAL);
	assert_int_equal(drained, 60000);
	assert_memory_equal(received, sent, 60000);
	assert_in_range(waits, 60000 / PIPE_BUF + 1, 60000 / (PIPE_BUF - LINE_MAX_LEN) + 1);
	close(ends[0]);
	close(ends[1]);
}

/* A line that is longer than a piece is written in several. */
static void test_long_line(void **state)
{
	struct stream s;
	int ends[2];
	FILE *file;

	(void)state;
	memset(sent, 'x', 3 * PIPE_BUF);
	strcpy(sent + 3 * PIPE_BUF, "\nshort\n");
	assert_int_equal(pipe(ends), 0);
	file = stream_open(&s, ends[1]);
	assert_non_null(file);
	fputs(sent, file);
	assert_int_equal(fclose(file), 0);
	assert_int_equal(s.lines, 2);
	assert_int_equal(read(ends[0], received, TOTAL), 3 * PIPE_BUF + 7);
	assert_memory_equal(received, sent, 3 * PIPE_BUF + 7);
	close(ends[0]);
	close(ends[1]);
}

static int give_up(void *ctx, int fd)
{
	struct pollfd out = { .fd = fd, .events = POLLOUT };

	(void)ctx;
	return poll(&out, 1, 0) == 1 ? 0 : -ETIMEDOUT;
}

/* Given up: the pipe contains complete lines, and they are counted. */
static void test_given_up(void **state)
{
	unsigned long long lines = 0;
	struct stream s;
	int ends[2];
	FILE *file;
	size_t n;

	(void)state;
	make_lines(60000);
	assert_int_equal(pipe(ends), 0);
	assert_int_equal(fcntl(ends[1], F_SETPIPE_SZ, 16384), 16384);
	file = stream_open(&s, ends[1]);
	assert_non_null(file);
	s.wait = give_up;
	fputs(sent, file);
	assert_int_equal(fflush(file), EOF);
	assert_int_equal(errno, ETIMEDOUT);
	assert_int_equal(s.error, -ETIMEDOUT);
	/* There is space again, but a gap in the output would be worse than its end. */
	n = receive(ends[0], 0, TOTAL);
	s.wait = NULL;
	fputs("more\n", file);
	assert_int_equal(fflush(file), EOF);
	assert_int_equal(s.error, -ETIMEDOUT);
	fclose(file);
	close(ends[1]);
	assert_int_equal(receive(ends[0], n, TOTAL), 0);
	close(ends[0]);
	assert_in_range(n, 8192, 16384);
	assert_memory_equal(received, sent, n);
	assert_int_equal(received[n - 1], '\n');
	for (size_t i = 0; i < n; i++)
		lines += received[i] == '\n';
	assert_true(s.lines == lines);
}

static bool may_write;

static int refuse_once(void *ctx, int fd)
{
	(void)ctx, (void)fd;
	return may_write ? 0 : -EIO;
}

/* stdio forgets a failed write that it made by itself, but the stream does not. */
static void test_error_is_kept(void **state)
{
	struct stream s;
	int ends[2];
	FILE *file;

	(void)state;
	make_lines(2 * STREAM_BUFFER);
	assert_int_equal(pipe(ends), 0);
	set_nonblocking(ends[0]);
	file = stream_open(&s, ends[1]);
	assert_non_null(file);
	s.wait = refuse_once;
	may_write = false;
	fputs(sent, file); /* more than the buffer holds */
	assert_int_equal(s.error, -EIO);
	may_write = true;
	fputs("more\n", file);
	assert_int_equal(fflush(file), EOF);
	assert_int_equal(errno, EIO);
	assert_int_equal(s.error, -EIO);
	fclose(file);
	assert_int_equal(read(ends[0], received, 1), -1); /* nothing was written */
	close(ends[0]);
	close(ends[1]);
}

/* A full disk, simulated with RLIMIT_FSIZE; SIGXFSZ is ignored, as by catch_signals(). */
static void test_file_too_large(void **state)
{
	FILE *memory = tmpfile(), *file;
	unsigned long long lines = 0;
	struct rlimit old, full;
	struct stream s;

	(void)state;
	assert_non_null(memory);
	make_lines(60000);
	file = stream_open(&s, fileno(memory));
	assert_non_null(file);
	assert_true(signal(SIGXFSZ, SIG_IGN) != SIG_ERR);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &old), 0);
	full = (struct rlimit){ 10000, old.rlim_max };
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &full), 0);
	fputs(sent, file);
	assert_int_equal(fflush(file), EOF);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &old), 0);
	assert_int_equal(s.error, -EFBIG);
	fputs("more\n", file); /* there is space again */
	assert_int_equal(fflush(file), EOF);
	assert_int_equal(s.error, -EFBIG);
	fclose(file);
	/* The kernel wrote as much as fit; output_end() cuts off the torn line. */
	assert_int_equal(pread(fileno(memory), received, TOTAL, 0), 10000);
	assert_memory_equal(received, sent, 10000);
	for (size_t i = 0; i < 10000; i++)
		lines += received[i] == '\n';
	assert_true(s.lines == lines);
	fclose(memory);
}

static void test_reader_gone(void **state)
{
	struct stream s;
	int ends[2];
	FILE *file;

	(void)state;
	assert_true(signal(SIGPIPE, SIG_IGN) != SIG_ERR);
	assert_int_equal(pipe(ends), 0);
	close(ends[0]);
	file = stream_open(&s, ends[1]);
	assert_non_null(file);
	fputs("line\n", file);
	assert_int_equal(fflush(file), EOF);
	assert_int_equal(s.error, -EPIPE);
	fclose(file);
	close(ends[1]);
}

static void *read_slowly(void *arg)
{
	const int *fd = arg;
	size_t at = 0, n;

	do {
		usleep(1000);
		n = receive(*fd, at, 30000);
		at += n;
	} while (n > 0);
	return (void *)at;
}

/* Without `wait` it polls: pipes and sockets, whether another process made them non-blocking or not. */
static void test_without_wait(void **state)
{
	(void)state;
	make_lines(500000);
	for (int i = 0; i < 4; i++) {
		pthread_t reader;
		struct stream s;
		int ends[2];
		FILE *file;
		void *size;

		if (i < 2)
			assert_int_equal(pipe(ends), 0);
		else
			assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
		if (i % 2)
			set_nonblocking(ends[1]);
		assert_int_equal(pthread_create(&reader, NULL, read_slowly, &ends[0]), 0);
		file = stream_open(&s, ends[1]);
		assert_non_null(file);
		assert_true(s.may_block);
		assert_int_equal(fwrite(sent, 1, 500000, file), 500000);
		assert_int_equal(fclose(file), 0);
		close(ends[1]);
		assert_int_equal(pthread_join(reader, &size), 0);
		close(ends[0]);
		assert_int_equal((size_t)size, 500000);
		assert_memory_equal(received, sent, 500000);
	}
}

static volatile sig_atomic_t alarms;

static void on_alarm(int number)
{
	(void)number;
	alarms++;
}

/* Signals interrupt writes: nothing is lost or written twice. */
static void test_signals(void **state)
{
	const struct sigaction action = { .sa_handler = on_alarm };
	pthread_t reader;
	struct stream s;
	sigset_t alarm;
	int ends[2];
	FILE *file;
	void *size;

	(void)state;
	make_lines(500000);
	assert_int_equal(pipe(ends), 0);
	assert_int_equal(sigaction(SIGALRM, &action, NULL), 0);
	sigemptyset(&alarm);
	sigaddset(&alarm, SIGALRM);
	pthread_sigmask(SIG_BLOCK, &alarm, NULL); /* in the reader */
	assert_int_equal(pthread_create(&reader, NULL, read_slowly, &ends[0]), 0);
	pthread_sigmask(SIG_UNBLOCK, &alarm, NULL);
	ualarm(300, 300);
	file = stream_open(&s, ends[1]);
	assert_non_null(file);
	assert_int_equal(fwrite(sent, 1, 500000, file), 500000);
	assert_int_equal(fclose(file), 0);
	ualarm(0, 0);
	close(ends[1]);
	assert_int_equal(pthread_join(reader, &size), 0);
	close(ends[0]);
	assert_int_equal((size_t)size, 500000);
	assert_memory_equal(received, sent, 500000);
	assert_true(alarms > 0);
}

/* A terminal whose other end is not read: write(2) would block, but nothing hangs. */
static void test_stuck_terminal(void **state)
{
	int master = posix_openpt(O_RDWR | O_NOCTTY), slave, flags;
	struct stream s;
	FILE *file;
	size_t n;

	(void)state;
	make_lines(TOTAL);
	assert_true(master >= 0);
	assert_int_equal(grantpt(master), 0);
	assert_int_equal(unlockpt(master), 0);
	slave = open(ptsname(master), O_WRONLY | O_NOCTTY | O_CLOEXEC);
	assert_true(slave >= 0);
	flags = fcntl(slave, F_GETFL);
	file = stream_open(&s, slave);
	assert_non_null(file);
	assert_true(s.may_block);
	s.wait = give_up;
	signal(SIGALRM, SIG_DFL);
	alarm(60); /* ends the test if it hangs */
	fwrite(sent, 1, TOTAL, file);
	fflush(file);
	assert_int_equal(s.error, -ETIMEDOUT);
	alarm(0);
	assert_true(s.lines > 0);
	set_nonblocking(master);
	n = receive(master, 0, TOTAL);
	assert_true(n > 0);
	assert_memory_equal(received, "a\r\n", 3); /* the first line has one letter */
	/* Other users of the terminal find it unchanged. */
	assert_int_equal(fcntl(slave, F_GETFL), flags);
	fclose(file);
	close(slave);
	close(master);
}

/* Two processes write to one pipe, as the tracer and its command may: lines do not mix. */
static void *write_others(void *arg)
{
	static const char line[] = "another's line\n";
	const int *fd = arg;

	for (int i = 0; i < 3000; i++)
		if (write(*fd, line, sizeof(line) - 1) != sizeof(line) - 1)
			return (void *)1;
	return NULL;
}

static void test_shared_pipe(void **state)
{
	pthread_t reader, other;
	size_t others = 0, ours = 0;
	struct stream s;
	int ends[2];
	FILE *file;
	void *result;

	(void)state;
	make_lines(60000);
	assert_int_equal(pipe(ends), 0);
	assert_int_equal(pthread_create(&reader, NULL, read_slowly, &ends[0]), 0);
	assert_int_equal(pthread_create(&other, NULL, write_others, &ends[1]), 0);
	file = stream_open(&s, ends[1]);
	assert_non_null(file);
	for (int i = 0; i < 5; i++) {
		fputs(sent, file);
		assert_int_equal(fflush(file), 0);
	}
	fclose(file);
	assert_int_equal(pthread_join(other, &result), 0);
	assert_null(result);
	close(ends[1]);
	assert_int_equal(pthread_join(reader, &result), 0);
	close(ends[0]);
	received[(size_t)result] = '\0';
	assert_int_equal((size_t)result, 5 * 60000 + 3000 * 15);
	for (char *line = received, *end; *line; line = end + 1) {
		size_t size;

		end = strchr(line, '\n');
		assert_non_null(end);
		size = (size_t)(end + 1 - line);
		if (strncmp(line, "another's line\n", size) == 0) {
			others++;
		} else {
			assert_memory_equal(line, sent + ours % 60000, size);
			ours += size;
		}
	}
	assert_int_equal(others, 3000);
	assert_int_equal(ours, 5 * 60000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_regular_file),
		cmocka_unit_test(test_no_descriptor),
		cmocka_unit_test(test_buffered),
		cmocka_unit_test(test_full_then_drained),
		cmocka_unit_test(test_pieces_are_whole_lines),
		cmocka_unit_test(test_long_line),
		cmocka_unit_test(test_given_up),
		cmocka_unit_test(test_error_is_kept),
		cmocka_unit_test(test_file_too_large),
		cmocka_unit_test(test_reader_gone),
		cmocka_unit_test(test_without_wait),
		cmocka_unit_test(test_signals),
		cmocka_unit_test(test_stuck_terminal),
		cmocka_unit_test(test_shared_pipe),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
