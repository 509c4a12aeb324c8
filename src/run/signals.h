/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * SIGINT, SIGTERM and SIGHUP: an orderly end.
 *
 * The first asks for it, a second one kills.  Whoever ends the tracer and finds
 * that nobody reads its output is helped after GIVE_UP_S seconds: one line on
 * stderr and exit status 1.
 *
 * With a command, SIGINT and SIGQUIT are left to it, since the terminal sends
 * them to both, and the others are passed on to it: its end is the tracer's.
 */
#ifndef SIGNALS_H
#define SIGNALS_H

#include <stdbool.h>
#include <sys/types.h>

#define GIVE_UP_S 5

/*
 * Catches them from now on; command is 0 if there is none.  Returns a
 * descriptor that is readable, for poll(2), once the end is asked for, or -errno.
 */
int catch_signals(pid_t command);

/* Has the end been asked for? */
bool stop_requested(void);

#endif
