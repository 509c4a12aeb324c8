/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * SIGINT, SIGTERM and SIGHUP: an orderly and reliable end.
 *
 * Without a command, the first one requests the end, a second one stops waiting
 * for blocked output (wait.h), and a third one kills.
 *
 * While a command runs, SIGINT and SIGQUIT are left to it, since the terminal sends
 * them to both.  SIGTERM and SIGHUP are forwarded: we end when it ends.  A second
 * one also requests our end.
 */
#ifndef SIGNALS_H
#define SIGNALS_H

#include <stdbool.h>
#include <sys/types.h>

/*
 * Call this first: it makes us independent of inherited state.  SIGCHLD has its
 * default, or there would be no exit status to wait for; no timer that sends a
 * signal (they survive exec); our signals unblocked; SIGXFSZ ignored, so that writing
 * past `ulimit -f` fails with EFBIG.  SIGPIPE and an ignored SIGHUP (nohup) stay.
 */
void reset_signals(void);

/*
 * For the command, before its exec: SIGCHLD, SIGXFSZ and the blocked signals as
 * they were, as strace(1) does it.
 */
void restore_signals(void);

/*
 * Catches signals from now on; command is 0 if there is none.  Every child that ends
 * is reaped, as PID 1 must.  With a command, SIGPIPE is ignored, since the command
 * goes on when the output is closed.  Returns an eventfd that counts the requests to
 * end, for poll(2), or -1 after one line on stderr.
 */
int catch_signals(pid_t command);

/* Has the command been reaped?  *status is its wait status then. */
bool command_reaped(int *status);

#endif
