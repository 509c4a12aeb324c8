/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Captures in memory what the code under test writes to stdout or stderr. */
#ifndef CAPTURE_H
#define CAPTURE_H

#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "unit.h"

struct capture {
	int fd, saved, file;
};

static inline void capture(struct capture *c, int fd)
{
	fflush(NULL);
	c->fd = fd;
	c->saved = dup(fd);
	c->file = memfd_create("captured", MFD_CLOEXEC);
	assert_true(c->saved >= 0 && c->file >= 0);
	assert_int_equal(dup2(c->file, fd), fd);
}

/* Restores everything; text is the captured output, NUL-terminated. */
static inline void release(struct capture *c, char *text, size_t size)
{
	ssize_t n;

	fflush(NULL);
	n = pread(c->file, text, size - 1, 0);
	dup2(c->saved, c->fd);
	close(c->saved);
	close(c->file);
	assert_true(n >= 0 && n < (ssize_t)size - 1);
	text[n] = '\0';
}

/* The text is exactly one line with this beginning. */
static inline void check_line(const char *text, const char *beginning)
{
	size_t len = strlen(text);

	assert_true(len > 0);
	assert_ptr_equal(strchr(text, '\n'), text + len - 1);
	if (strncmp(text, beginning, strlen(beginning)))
		fail_msg("not \"%s...\": %s", beginning, text);
}

#endif
