/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * usage: marks PROGRAM COUNT COMMAND
 *
 * Measures how long a tracer takes to start, and how long it takes to print an event.
 * Runs COMMAND (with sh) on its own terminal, starts PROGRAM under new names,
 * "mark00001" and so on, and looks for those names in the output of COMMAND:
 * first one every 2 ms until a line arrives, then COUNT of them, 15 to 45 ms apart.
 *
 * Prints one JSON object: start_ms, the time from the start of COMMAND to the first
 * mark that it traced; latency_us and worst_us, the median and the longest time from
 * a mark's exec to the arrival of its line; seen, the number of marks that arrived.
 * An exec counts as done when vfork() returns, just before the kernel's tracepoint.
 */
#define _GNU_SOURCE
#include <err.h>
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>
#include <utmp.h>

#define EARLY_MAX 5000 /* 2 ms each: a tracer that is silent for 10 s does not work */
#define NAME      "mark"

static struct {
	long long done, seen; /* ns since COMMAND was started; 0: not yet */
} marks[100000];
static int mark_count;
static long long started;
static int terminal;

static long long now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000000LL + t.tv_nsec;
}

static pid_t run(const char *command)
{
	struct termios raw;
	int slave;
	pid_t pid;

	if (openpty(&terminal, &slave, NULL, NULL, NULL))
		err(1, "openpty");
	tcgetattr(slave, &raw);
	cfmakeraw(&raw);
	tcsetattr(slave, TCSANOW, &raw);
	fcntl(terminal, F_SETFD, FD_CLOEXEC);
	started = now_ns();
	pid = fork();
	if (pid < 0)
		err(1, "fork");
	if (pid == 0) {
		login_tty(slave);
		execl("/bin/sh", "sh", "-c", command, NULL);
		_exit(127);
	}
	close(slave);
	return pid;
}

/* A name may be split between two reads: the incomplete part is kept for the next one. */
static int look(long long now)
{
	static char text[1 << 16];
	static size_t kept;
	ssize_t n = read(terminal, text + kept, sizeof(text) - 1 - kept);
	char *at = text, *next;
	int found = 0;

	if (n <= 0)
		return -1;
	text[kept + n] = '\0';
	while ((next = strstr(at, NAME)) && strlen(next) >= strlen(NAME) + 5) {
		int number = atoi(next + strlen(NAME));

		at = next + strlen(NAME) + 5;
		if (number > 0 && number <= mark_count && !marks[number].seen) {
			marks[number].seen = now;
			found++;
		}
	}
	kept = strlen(next ? next : at);
	if (!next && kept > strlen(NAME))
		kept = strlen(NAME);
	memmove(text, (next ? next + strlen(next) : at + strlen(at)) - kept, kept);
	return found;
}

/* Reads for ms milliseconds; true if a mark was found. */
static int listen_for(int ms)
{
	long long end = now_ns() + ms * 1000000LL, left;
	int found = 0;

	while ((left = end - now_ns()) > 0) {
		struct pollfd fd = { terminal, POLLIN, 0 };
		struct timespec t = { 0, left % 1000000000 };
		int n;

		if (ppoll(&fd, 1, &t, NULL) <= 0)
			continue;
		n = look(now_ns() - started);
		if (n < 0)
			errx(1, "the tracer ended");
		found += n;
	}
	return found;
}

/* Starts one and, while it runs, reads for ms milliseconds; true if a mark was found. */
static int mark(const char *program, int ms)
{
	char name[32];
	int found;
	pid_t pid;

	snprintf(name, sizeof(name), NAME "%05d", ++mark_count);
	if (symlink(program, name))
		err(1, "%s", name);
	pid = vfork();
	if (pid == 0) {
		execl(name, name, NULL);
		_exit(127);
	}
	marks[mark_count].done = now_ns() - started;
	if (pid < 0)
		err(1, "%s", name);
	found = listen_for(ms);
	waitpid(pid, NULL, 0);
	unlink(name);
	return found;
}

static int compare(const void *a, const void *b)
{
	long long x = *(const long long *)a, y = *(const long long *)b;

	return (x > y) - (x < y);
}

int main(int argc, char **argv)
{
	static long long latency[100000];
	int first, early, seen = 0, count = argc == 4 ? atoi(argv[2]) : 0;
	char folder[] = "/tmp/marks.XXXXXX", *program = argc == 4 ? realpath(argv[1], NULL) : NULL;
	pid_t pid;

	if (!program || count < 1 || count > 10000)
		errx(2, "usage: marks PROGRAM COUNT COMMAND");
	if (!mkdtemp(folder) || chdir(folder))
		err(1, "%s", folder);
	pid = run(argv[3]);

	while (!mark(program, 2) && mark_count < EARLY_MAX)
		;
	listen_for(1000);
	early = mark_count;
	for (int i = 0; i < count; i++) {
		mark(program, 15 + rand() % 30);
	}
	listen_for(1000);
	kill(pid, SIGINT);
	rmdir(folder);

	for (first = 1; first < mark_count && !marks[first].seen; first++)
		;
	for (int i = early + 1; i <= mark_count; i++)
		if (marks[i].seen)
			latency[seen++] = marks[i].seen - marks[i].done;
	qsort(latency, seen, sizeof(latency[0]), compare);
	if (!seen)
		errx(1, "the tracer printed none of the marks");
	printf("{\"start_ms\":%.1f,\"latency_us\":%lld,\"worst_us\":%lld,\"seen\":%d}\n",
	       marks[first].done / 1e6, latency[seen / 2] / 1000, latency[seen - 1] / 1000, seen);

	/* It may be blocked writing to its terminal. */
	for (int i = 0; i < 50 && waitpid(pid, NULL, WNOHANG) == 0; i++)
		usleep(100000);
	kill(pid, SIGKILL);
	return 0;
}
