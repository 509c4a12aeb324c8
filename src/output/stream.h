/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * A stdio stream over a descriptor that other processes may use, too.
 *
 * On a pipe, socket or terminal it never waits in write(2), where only a signal
 * could reach us: it waits in `wait` for room, then writes at most PIPE_BUF bytes,
 * up to the end of a line where there is one.  So a reader that stops reading, a
 * descriptor that became non-blocking, and a run that ends in the middle
 * leave whole lines (on a terminal perhaps a part of one), and lines of several writers
 * do not mix.
 */
#ifndef STREAM_H
#define STREAM_H

#include <stdbool.h>
#include <stdio.h>

#define STREAM_BUFFER 65536 /* bytes that stdio collects before it writes by itself */

struct stream {
	int fd;
	int own;        /* terminal: the same, but non-blocking only for us; otherwise -1 */
	bool may_block; /* a pipe, socket or terminal */
	int error;      /* -errno of the first error; nothing is written after it */
	unsigned long long lines; /* newlines written since the user set it to 0 */
	/* Returns 0 once fd can be written to, or -errno to give up.  NULL: poll(2). */
	int (*wait)(void *ctx, int fd);
	void *wait_ctx;
};

/*
 * Opens a fully buffered stream over fd, which stays the caller's.  s must live as
 * long as the stream.  Returns NULL with errno set.
 */
FILE *stream_open(struct stream *s, int fd);

/*
 * Waits up to ms milliseconds for room on standard error.  Returns false if a line would
 * still block: it may be the pipe of the output, whose reader has stopped.
 */
bool stderr_has_room(int ms);

#endif
