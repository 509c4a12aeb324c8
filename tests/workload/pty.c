/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * usage: pty GO FILE PROGRAM [ARG...]
 *
 * Becomes PROGRAM, with a new terminal as its standard output, which is not read until
 * the FIFO GO is opened for writing.  FILE has all of its output once it has ended.
 */
#include "workload.h"

#include <fcntl.h>
#include <termios.h>

static void copy(int from, const char *path)
{
	char text[4096], part[PATH_MAX];
	ssize_t n;
	int to;

	snprintf(part, sizeof(part), "%s.part", path);
	to = open(part, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	while ((n = read(from, text, sizeof(text))) > 0) /* EIO: the terminal is closed */
		if (write(to, text, n) != n)
			err(1, "%s", part);
	if (rename(part, path))
		err(1, "%s", path);
}

int main(int argc, char **argv)
{
	int master, slave, gate[2];
	struct termios mode;
	char c;

	if (argc < 4)
		errx(2, "usage: pty GO FILE PROGRAM [ARG...]");
	master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (master < 0 || grantpt(master) || unlockpt(master) || pipe2(gate, O_CLOEXEC))
		err(1, "no terminal");
	slave = open(ptsname(master), O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (slave < 0 || tcgetattr(slave, &mode))
		err(1, "%s", ptsname(master));
	cfmakeraw(&mode); /* a newline stays one byte */
	tcsetattr(slave, TCSANOW, &mode);
	if (fork_clean() == 0) {
		close(slave);
		close(gate[0]);
		signal(SIGHUP, SIG_IGN);
		if (write(gate[1], "", 1) != 1 || open(argv[1], O_RDONLY) < 0)
			err(1, "%s", argv[1]);
		copy(master, argv[2]);
		_exit(0);
	}
	if (read(gate[0], &c, 1) != 1 || dup2(slave, STDOUT_FILENO) < 0)
		err(1, "standard output");
	execv(argv[3], argv + 3);
	err(1, "%s", argv[3]);
}
