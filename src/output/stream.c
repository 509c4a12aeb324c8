/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Writing without blocking; see stream.h. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "output/stream.h"

static int wait_for_room(struct stream *s)
{
	struct pollfd out = { .fd = s->fd, .events = POLLOUT };

	if (!s->may_block)
		return 0;
	if (s->wait)
		return s->wait(s->wait_ctx, s->fd);
	return poll(&out, 1, -1) < 0 && errno != EINTR ? -errno : 0;
}

/* How much to write at once: poll(2) promises room for PIPE_BUF bytes in a pipe. */
static size_t piece(const struct stream *s, const char *text, size_t size)
{
	const char *newline;

	if (!s->may_block || size <= PIPE_BUF)
		return size;
	newline = memrchr(text, '\n', PIPE_BUF);
	return newline ? (size_t)(newline + 1 - text) : PIPE_BUF;
}

static unsigned long long count_lines(const char *text, size_t size)
{
	const char *end = text + size;
	unsigned long long lines = 0;

	for (; (text = memchr(text, '\n', (size_t)(end - text))); text++)
		lines++;
	return lines;
}

/* Called by stdio when its buffer is full, or flushed. */
static ssize_t write_all(void *cookie, const char *text, size_t size)
{
	struct stream *s = cookie;
	size_t done = 0;

	while (done < size && !s->error) {
		ssize_t n;

		s->error = wait_for_room(s);
		if (s->error)
			break;
		n = write(s->own < 0 ? s->fd : s->own, text + done,
			  piece(s, text + done, size - done));
		if (n >= 0) {
			done += (size_t)n;
		} else if (errno == EAGAIN) {
			s->may_block = true; /* not a pipe, but still non-blocking */
			poll(NULL, 0, 1); /* a terminal with room for one byte refuses a newline */
		} else if (errno != EINTR) {
			s->error = -errno;
		}
	}
	s->lines += count_lines(text, done);
	if (done == size)
		return (ssize_t)size;
	errno = -s->error;
	return 0; /* an error to stdio: fopencookie(3) */
}

static int close_own(void *cookie)
{
	struct stream *s = cookie;

	return s->own < 0 ? 0 : close(s->own);
}

/* poll(2) reports room for some bytes in a terminal; a blocking write(2) waits for the rest. */
static int open_terminal(int fd)
{
	char path[sizeof("/proc/self/fd/") + 10];

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	return open(path, O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
}

FILE *stream_open(struct stream *s, int fd)
{
	/* With NULL in its place setvbuf() of glibc ignores the size. */
	static char buffer[STREAM_BUFFER];
	const cookie_io_functions_t functions = { .write = write_all, .close = close_own };
	struct stat st;
	FILE *file;

	*s = (struct stream){ .fd = fd, .own = -1 };
	if (fstat(fd, &st))
		return NULL;
	s->may_block = S_ISFIFO(st.st_mode) || S_ISSOCK(st.st_mode) || isatty(fd);
	if (isatty(fd))
		s->own = open_terminal(fd);
	file = fopencookie(s, "w", functions);
	if (file)
		setvbuf(file, buffer, _IOFBF, sizeof(buffer));
	return file;
}

bool stderr_has_room(int ms)
{
	struct pollfd err = { .fd = STDERR_FILENO, .events = POLLOUT };

	return poll(&err, 1, ms) == 1;
}
