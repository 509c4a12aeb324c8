/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * SIGINT, SIGTERM and SIGHUP: an orderly end.
 *
 * The first one asks for it.  A second one stops waiting for an output that is
 * blocked, and a third one kills.
 *
 * With a command, the terminal sends SIGINT and SIGQUIT to both of us, so they are
 * left to the command.  The first SIGTERM or SIGHUP is forwarded to it, and its end
 * is the tracer's.
 */
#ifndef SIGNALS_H
#define SIGNALS_H

#include <sys/types.h>

/*
 * Catches them from now on, and ignores SIGPIPE and SIGXFSZ, so that write(2) fails
 * instead.  command is 0 if there is none.  Returns an eventfd that counts requests
 * to end, for poll(2), or -1 after one line on stderr.
 */
int catch_signals(pid_t command);

/* As if SIGPIPE had not been ignored.  Returns if the caller of the program ignores it. */
void die_of_sigpipe(void);

#endif
