/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Stand-ins for closed descriptors; see descriptors.h. */
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "run/descriptors.h"

int occupy_standard_descriptors(void)
{
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++) {
		/* The wrong way round: neither can be used. */
		int mode = fd == STDIN_FILENO ? O_WRONLY : O_RDONLY;

		/* open(2) takes the lowest number that is free, and those below are not. */
		if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", mode | O_CLOEXEC) < 0) {
			int error = errno;

			warn("cannot open /dev/null");
			return -error;
		}
	}
	return 0;
}
