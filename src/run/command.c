/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Starts and reaps the traced command; see command.h. */
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "run/command.h"

#define STATUS_NOT_EXECUTABLE 126 /* as a shell: POSIX 2.8.2 */
#define STATUS_NOT_FOUND      127

/* Becomes the user who called sudo, with their groups.  Nothing to do if nobody did. */
static int become_caller(void)
{
	const char *uid_text = getenv("SUDO_UID");
	const char *gid_text = getenv("SUDO_GID");
	struct passwd *user;
	uid_t uid;
	gid_t gid;

	if (geteuid() != 0 || !uid_text || !gid_text)
		return 0;
	uid = (uid_t)strtoul(uid_text, NULL, 10);
	gid = (gid_t)strtoul(gid_text, NULL, 10);
	if (uid == 0)
		return 0;
	user = getpwuid(uid);
	if (user ? initgroups(user->pw_name, gid) : setgroups(1, &gid))
		return -1;
	if (setgid(gid) || setuid(uid))
		return -1;
	if (user) { /* sudo has set these to root's */
		setenv("HOME", user->pw_dir, 1);
		setenv("USER", user->pw_name, 1);
		setenv("LOGNAME", user->pw_name, 1);
		setenv("SHELL", user->pw_shell, 1);
	}
	return 0;
}

static _Noreturn void run(int gate, char **argv, int out)
{
	char token;

	/* End of file instead of a byte: the tracer has given up, or died. */
	if (read(gate, &token, 1) != 1)
		_exit(STATUS_NOT_EXECUTABLE);
	if (out != STDOUT_FILENO && dup2(out, STDOUT_FILENO) < 0) {
		warn("cannot redirect the command's output");
		_exit(STATUS_NOT_EXECUTABLE);
	}
	if (become_caller()) {
		warn("cannot become the user who called sudo");
		_exit(STATUS_NOT_EXECUTABLE);
	}
	execvp(argv[0], argv);

	int status = errno == ENOENT ? STATUS_NOT_FOUND : STATUS_NOT_EXECUTABLE;

	warn("cannot run '%s'", argv[0]);
	_exit(status);
}

int command_start(struct command *c, char **argv, int out)
{
	int gate[2], err;

	*c = (struct command){ .gate = -1, .other = -1, .pidfd = -1 };
	if (pipe2(gate, O_CLOEXEC))
		return -errno;
	c->pid = fork();
	if (c->pid == 0) {
		close(gate[1]);
		run(gate[0], argv, out);
	}
	err = errno;
	c->other = gate[0];
	c->gate = gate[1];
	if (c->pid < 0) {
		close(gate[0]);
		close(gate[1]);
		c->pid = 0;
		return -err;
	}
	c->pidfd = (int)syscall(SYS_pidfd_open, c->pid, 0); /* close-on-exec by itself */
	if (c->pidfd < 0) {
		err = errno;
		command_abandon(c);
		return -err;
	}
	return 0;
}

void command_go(struct command *c)
{
	/* If the child has been killed meanwhile, nobody reads it, and there is a status. */
	if (write(c->gate, "", 1) < 0) { /* a pipe that is empty and ours at both ends */
	}
	close(c->gate);
	close(c->other);
	c->gate = -1;
}

int command_wait(struct command *c)
{
	int status;

	while (waitpid(c->pid, &status, 0) < 0)
		if (errno != EINTR)
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
	while (waitpid(c->pid, NULL, 0) < 0 && errno == EINTR)
		;
	c->pid = 0;
}

int command_end(struct command *c)
{
	if (c->gate < 0)
		return command_wait(c);
	command_abandon(c);
	return 1;
}
