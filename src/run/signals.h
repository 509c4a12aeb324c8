/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * Signals: an orderly end, and a sure one.
 *
 * Without a command, the first SIGINT, SIGTERM or SIGHUP asks for the end, and a
 * second one ends the program at once, with status 1.
 *
 * While a command runs, SIGINT and SIGQUIT are left to it, since the terminal
 * sends them to both. The first SIGTERM or SIGHUP is forwarded: its end is ours.
 * A second one is forwarded, too, and asks for our end. After the command's end
 * signals mean what they mean without one, and those before it count.
 *
 * From the moment when the end is asked for, output that makes no progress for
 * GIVE_UP_S seconds ends the program with status 1.
 *
 * main() calls, in this order:
 *   reset_signals()    first of all
 *   catch_signals()    after command_start(), before drop_privileges()
 *   output_ends_in()   for -t, when the time begins; with 0, whenever it finds
 *                      by itself that the end has come (-n, the command's end)
 *   output_moved()     after each write that wrote something
 *   events_unwritten = N before each write: how many would be lost by ending now
 *   output_done()      when all has been written, before it waits for a command
 * If a write fails with EPIPE, end_by_sigpipe().
 */
#ifndef SIGNALS_H
#define SIGNALS_H

#include <stdbool.h>
#include <sys/types.h>

#define GIVE_UP_S 5

/*
 * Makes us independent of what the caller has left: SIGCHLD as by default, else
 * there would be no exit status to wait for; no timer that sends a signal (they
 * survive exec); our signals unblocked; SIGXFSZ ignored, so that writing past
 * `ulimit -f` fails with EFBIG instead of killing amid a line. SIGPIPE and a
 * SIGHUP that is ignored (nohup) stay as they are.
 */
void reset_signals(void);

/*
 * For the command, before its exec: SIGCHLD, SIGXFSZ and the blocked signals as
 * they were, as strace(1) does it. Not a timer: fork() has always cleared those
 * of a child, so timeout(1), sudo(8) and strace(1) do not pass them on either.
 */
void restore_signals(void);

/*
 * Catches signals from now on; command is 0 if there is none. Every child that
 * ends is reaped, as PID 1 must: command_wait() knows. With a command, SIGPIPE is
 * ignored, since the command goes on when the output is closed.
 * Returns a descriptor that is readable, for poll(2), once a signal has asked
 * for the end or the time of output_ends_in() is over, or -errno after one line
 * on stderr.
 */
int catch_signals(pid_t command);

/* Has a signal asked for the end? */
bool stop_requested(void);

/* The command's wait status, if it was reaped when it ended. */
bool command_reaped(int *status);

/*
 * In so many seconds the end begins, even if a write blocks then: from there on
 * the output must make progress. 0: now.
 */
void output_ends_in(unsigned int seconds);
void output_moved(void);
void output_done(void);

/* For the line that says how many events were not written; see above. */
extern volatile unsigned long events_unwritten;

/*
 * Nobody reads the output: ends the program as a write to a closed pipe does.
 * Returns, after one line on stderr, only where SIGPIPE does not kill: it was
 * ignored by the caller, or we are PID 1.
 */
void end_by_sigpipe(void);

#endif
