/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * Runs the command that is to be traced.
 *
 * The command waits at a gate until the tracer knows its PID, so its first
 * instruction is traced.  It runs as the user that users.h resolves: by default
 * the one who called sudo.
 * Its standard streams and terminal are its own, but for standard output when
 * that is needed for data; of the tracer's descriptors it inherits none, they
 * are all close-on-exec.
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
 * still be as the command shall find them: catch_signals() comes later.
 * Returns 0, or -errno with nothing left behind, after one line on stderr.
 */
int command_start(struct command *c, char **argv, int out, const struct identity *who);

/*
 * Opens the gate: the child executes the command.  If that fails it says so in
 * one line on stderr and ends with 127 (no such command) or 126 (any other cause).
 */
void command_go(struct command *c);

/*
 * Waits for the end.  Returns the exit status as a shell has it: the command's
 * own, or 128 and the signal that killed it.
 */
int command_wait(struct command *c);

/* For a run that fails before the gate was opened: the child ends without a trace. */
void command_abandon(struct command *c);

/*
 * The end of the tracer: waits for the command, says so if it still runs, and returns
 * its status.  Returns 1 if the gate was never opened, or if a signal asked for our end
 * (stop) while it still runs or after err.
 */
int command_end(struct command *c, bool stop, int err);

#endif
