/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Waiting, by poll(2); see wait.h. */
#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <unistd.h>

#include "output/clock.h"
#include "run/wait.h"

/* For poll(2): -1 waits forever.  Rounded up, or a wait would end just before the deadline. */
static int ms_until(unsigned long long deadline_ns)
{
	unsigned long long now = clock_boot_ns();

	if (deadline_ns == ULLONG_MAX)
		return -1;
	if (deadline_ns <= now)
		return 0;
	return (deadline_ns - now) / 1000000 >= INT_MAX ? INT_MAX :
							  (int)((deadline_ns - now) / 1000000) + 1;
}

/* Waits at most ms (-1: forever) for fd or the end.  Returns poll(2)'s events for fd. */
static int look(struct wait *w, int fd, short events, int ms)
{
	struct pollfd fds[] = {
		{ .fd = fd, .events = events },
		{ .fd = w->output_fd },
		{ .fd = w->stop_fd, .events = POLLIN },
		{ .fd = w->command_fd, .events = POLLIN },
	};
	int left = ms_until(w->deadline_ns);
	unsigned long long more;

	if (left == 0)
		w->over = true;
	/* On EINTR the caller looks again: a debugger and Ctrl-Z cause it, too. */
	if (poll(fds, 4, ms < 0 || (left >= 0 && left < ms) ? left : ms) <= 0)
		return 0;
	if (fds[1].revents & (POLLERR | POLLHUP))
		w->over = w->reader_gone = true;
	if (fds[2].revents && read(w->stop_fd, &more, sizeof(more)) > 0)
		w->requests += more;
	if (w->requests)
		w->over = true;
	if (fds[3].revents)
		w->over = true;
	return fds[0].revents;
}

void wait_for_events(struct wait *w)
{
	while (!w->over && !look(w, w->ring_fd, POLLIN, -1))
		;
}

void wait_nap(struct wait *w, int ms)
{
	if (!w->over)
		look(w, -1, 0, ms);
}

int wait_for_room(void *ctx, int fd)
{
	struct wait *w = ctx;
	struct pollfd fds[] = {
		{ .fd = fd, .events = POLLOUT },
		{ .fd = w->stop_fd, .events = POLLIN },
	};
	int n;

	while (!w->over)
		if (look(w, fd, POLLOUT, -1))
			return 0;
	if (w->requests > 1)
		return -ETIMEDOUT;
	/* Each piece that is written begins a new wait: an output that makes progress has time. */
	while ((n = poll(fds, 2, GIVE_UP_MS)) < 0 && errno == EINTR)
		;
	if (n > 0 && !fds[1].revents)
		return 0;
	if (n > 0)
		w->requests++; /* not read, so that a later call gives up, too */
	return -ETIMEDOUT;
}
