/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Starts and reaps the traced command; see command.h. */
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "run/command.h"
#include "run/signals.h"

#define STATUS_NOT_EXECUTABLE 126 /* as a shell: POSIX 2.8.2 */
#define STATUS_NOT_FOUND      127

/*
 * The child. It changes its user before the tracer continues: from then on the
 * tracer may signal it.
 */
static _Noreturn void run(int gate, int ready, char **argv, int out, const struct identity *who)
{
	char token;

	if (identity_assume(who) || write(ready, "", 1) != 1)
		_exit(STATUS_NOT_EXECUTABLE);
	close(ready);
	/* End of file instead of a byte: the tracer has given up, or died. */
	if (read(gate, &token, 1) != 1)
		_exit(STATUS_NOT_EXECUTABLE);
	if (out != STDOUT_FILENO && dup2(out, STDOUT_FILENO) < 0) {
		warn("cannot redirect the command's output");
		_exit(STATUS_NOT_EXECUTABLE);
	}
	restore_signals();
	execvp(argv[0], argv);

	int status = errno == ENOENT ? STATUS_NOT_FOUND : STATUS_NOT_EXECUTABLE;

	warn("cannot run '%s'", argv[0]);
	_exit(status);
}

static int fail(const char *name, int error)
{
	warnx("cannot start a process for '%s': %s", name, strerror(error));
	return -error;
}

int command_start(struct command *c, char **argv, int out, const struct identity *who)
{
	int gate[2], ready[2], error;
	char token;

	*c = (struct command){ .gate = -1, .other = -1, .pidfd = -1 };
	if (pipe2(gate, O_CLOEXEC))
		return fail(argv[0], errno);
	if (pipe2(ready, O_CLOEXEC)) {
		error = errno;
		close(gate[0]);
		close(gate[1]);
		return fail(argv[0], error);
	}
	c->pid = fork();
	if (c->pid == 0) {
		close(gate[1]);
		run(gate[0], ready[1], argv, out, who);
	}
	error = errno;
	c->other = gate[0];
	c->gate = gate[1];
	close(ready[1]);
	if (c->pid < 0) {
		c->pid = 0;
		error = fail(argv[0], error);
	} else if (read(ready[0], &token, 1) != 1) { /* it has printed why, and ended */
		error = -EPERM;
	} else {
		c->pidfd = (int)syscall(SYS_pidfd_open, c->pid, 0); /* close-on-exec by itself */
		error = c->pidfd < 0 ? fail(argv[0], errno) : 0;
	}
	close(ready[0]);
	if (error)
		command_abandon(c);
	return error;
}

void command_go(struct command *c)
{
	/* If the child has been killed meanwhile, no process reads it, and there is a status. */
	if (write(c->gate, "", 1) < 0) { /* a pipe that is empty and ours at both ends */
	}
	close(c->gate);
	close(c->other);
	c->gate = -1;
}

int command_wait(struct command *c)
{
	int status;

	/* Reaped by a handler, perhaps between the question and the call. */
	while (!command_reaped(&status) && waitpid(c->pid, &status, 0) < 0)
		if (errno != EINTR && !command_reaped(&status))
			return 1;
	close(c->pidfd);
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

void command_abandon(struct command *c)
{
	close(c->gate);
	close(c->other);
	if (c->pidfd >= 0)
		close(c->pidfd);
	while (c->pid && waitpid(c->pid, NULL, 0) < 0 && errno == EINTR)
		;
	c->pid = 0;
}

int command_end(struct command *c, bool stop, int err)
{
	struct pollfd ended = { .fd = c->pidfd, .events = POLLIN };
	int status;

	if (c->gate >= 0) {
		command_abandon(c);
		return 1;
	}
	bool running = poll(&ended, 1, 0) == 0;

	if (stop && (running || err))
		return 1;
	if (running)
		warnx("tracing has stopped; waiting for the command to exit");
	status = command_wait(c);
	return status == 0 && err ? 1 : status;
}
