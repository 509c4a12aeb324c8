/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * Runs the command to be traced.
 *
 * The command waits at a gate until the tracer knows its PID, so its first
 * instruction is traced.  It runs as the user that users.h resolves: by default
 * the one who called sudo.
 * It keeps its standard streams and terminal, except standard output if that is
 * needed for data.  It inherits none of the tracer's descriptors, which are all
 * close-on-exec.
 */
#ifndef COMMAND_H
#define COMMAND_H

#include <stdbool.h>
#include <sys/types.h>

#include "run/users.h"

struct command {
	pid_t pid; /* 0: there is none */
	int gate;  /* its other end holds the command back; -1 once open */
	int other; /* that end, kept so that opening the gate never raises SIGPIPE */
	int pidfd; /* readable once the command has ended: for poll(2) */
};

/*
 * Forks; the child becomes who and waits at the gate. argv ends with NULL; out is
 * the descriptor that becomes the command's standard output; who is from
 * identity_resolve(). SIGINT and SIGQUIT, which the terminal sends to both, must
 * still be as the command should inherit them: catch_signals() comes later.
 * Returns 0, or -errno with nothing left behind, after one line on stderr.
 */
int command_start(struct command *c, char **argv, int out, const struct identity *who);

/*
 * Opens the gate: the child executes the command.  If that fails it prints one
 * line on stderr and exits with 127 (no such command) or 126 (any other cause).
 */
void command_go(struct command *c);

/*
 * Waits for the end.  Returns the exit status as in a shell: the command's
 * own, or 128 plus the signal that killed it.
 */
int command_wait(struct command *c);

/* For a run that fails before the gate is opened: the child ends silently. */
void command_abandon(struct command *c);

/*
 * The end of the tracer: waits for the command, with a message if it still runs, and returns
 * its status.  Returns 1 if the gate was never opened, or if a signal requested our end
 * (stop) while it still runs or after err.
 */
int command_end(struct command *c, bool stop, int err);

#endif
