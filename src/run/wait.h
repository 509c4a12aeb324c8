/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * What a run waits for: events, room in the output, and its end, caused by a signal,
 * the deadline, the end of the command, or the end of the output's reader.
 */
#ifndef WAIT_H
#define WAIT_H

#include <stdbool.h>

#define GIVE_UP_MS 5000 /* without progress of the output, once the run is over */

struct wait {
	int ring_fd;                    /* readable: there are events */
	int output_fd;                  /* POLLERR: its reader is gone */
	int stop_fd;                    /* an eventfd: requests to end */
	int command_fd;                 /* a pidfd; -1: there is none */
	unsigned long long deadline_ns; /* CLOCK_BOOTTIME; ULLONG_MAX: none */
	unsigned long long requests;    /* to end: signals that came */
	bool over;                      /* no more events are needed */
	bool reader_gone;               /* over because the reader is gone */
};

/* Waits until there are events, or it is over. */
void wait_for_events(struct wait *w);

/* Waits for ms milliseconds whatever comes on the ring, less if it is over. */
void wait_nap(struct wait *w, int ms);

/*
 * Waits until fd can be written to; ctx is a struct wait.  Returns 0, or -ETIMEDOUT
 * if it is over and fd was blocked for GIVE_UP_MS, or if another signal came.
 */
int wait_for_room(void *ctx, int fd);

#endif
