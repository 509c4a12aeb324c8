/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * Shared by the workloads.  Each is a program that does one thing and prints the lines
 * that it should cause, as in the tracer's table but without TIME, and with bounds in
 * place of the duration:
 *
 *     EXEC  child            1234    1200    /path/of/child
 *     EXIT  child            1234    1200    [3] (100..112ms)
 *     NONE  1235
 *
 * NONE is a PID that must have no line.  tests/live/compare.awk compares them.  The
 * expected values come from the workload alone: the status of wait4(2), getpid(2), clocks
 * read before and after.  Nothing from src/ is included.
 */
#ifndef WORKLOAD_H
#define WORKLOAD_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

#include <err.h>
#include <errno.h>
#include <limits.h>
#include <linux/sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

typedef unsigned long long u64;

#define MS 1000000ULL /* in ns */

static const struct {
	int number;
	const char *name;
} fatal_signals[] = {
	{ SIGHUP, "SIGHUP" },       { SIGINT, "SIGINT" },   { SIGQUIT, "SIGQUIT" },
	{ SIGILL, "SIGILL" },       { SIGTRAP, "SIGTRAP" }, { SIGABRT, "SIGABRT" },
	{ SIGBUS, "SIGBUS" },       { SIGFPE, "SIGFPE" },   { SIGKILL, "SIGKILL" },
	{ SIGUSR1, "SIGUSR1" },     { SIGSEGV, "SIGSEGV" }, { SIGUSR2, "SIGUSR2" },
	{ SIGPIPE, "SIGPIPE" },     { SIGALRM, "SIGALRM" }, { SIGTERM, "SIGTERM" },
#ifdef SIGSTKFLT /* does not exist on mips */
	{ SIGSTKFLT, "SIGSTKFLT" },
#endif
	{ SIGXCPU, "SIGXCPU" },     { SIGXFSZ, "SIGXFSZ" }, { SIGVTALRM, "SIGVTALRM" },
	{ SIGPROF, "SIGPROF" },     { SIGIO, "SIGIO" },     { SIGPWR, "SIGPWR" },
	{ SIGSYS, "SIGSYS" },       { 34, "SIGRTMIN" },     { 37, "SIGRTMIN+3" },
	{ 64, "SIGRTMIN+30" },
};

#define FATAL_SIGNALS (sizeof(fatal_signals) / sizeof(fatal_signals[0]))

/* The clock of a process's start time in the kernel. */
static inline u64 now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_BOOTTIME, &t);
	return t.tv_sec * 1000 * MS + t.tv_nsec;
}

static inline void sleep_ns(u64 ns)
{
	struct timespec t = { ns / (1000 * MS), ns % (1000 * MS) };

	while (nanosleep(&t, &t) && errno == EINTR)
		;
}

static inline void expect_exec(pid_t pid, pid_t ppid, const char *comm, const char *filename)
{
	printf("EXEC  %-16s %-7d %-7d %s\n", comm, pid, ppid, filename);
}

/* The process lived at least `least` and at most `most` ns. */
static inline void expect_exit(pid_t pid, pid_t ppid, const char *comm, int status, u64 least,
			       u64 most)
{
	const char *name = "SIG?";

	printf("EXIT  %-16s %-7d %-7d ", comm, pid, ppid);
	if (WIFEXITED(status)) {
		printf("[%d]", WEXITSTATUS(status));
	} else {
		for (size_t i = 0; i < FATAL_SIGNALS; i++)
			if (fatal_signals[i].number == WTERMSIG(status))
				name = fatal_signals[i].name;
		printf("[%s%s]", name, WCOREDUMP(status) ? ", core" : "");
	}
	printf(" (%llu..%llums)\n", least / MS, most / MS);
}

static inline void expect_none(pid_t pid)
{
	printf("NONE  %d\n", pid);
}

/* Flushes first, so that a child does not print earlier output again. */
static inline pid_t fork_clean(void)
{
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (pid < 0)
		err(1, "fork");
	return pid;
}

/* The same, with this PID for the child, or any if it is 0; -1 if another process has it. */
static inline pid_t fork_as(pid_t pid)
{
	struct clone_args args = {
		.exit_signal = SIGCHLD,
		.set_tid = pid ? (unsigned long)&pid : 0,
		.set_tid_size = pid ? 1 : 0,
	};

	fflush(stdout);
	return syscall(SYS_clone3, &args, sizeof(args));
}

static inline int wait_for(pid_t pid)
{
	int status;

	while (waitpid(pid, &status, 0) != pid)
		if (errno != EINTR)
			err(1, "waitpid");
	return status;
}

/* The path of the workload NAME, next to this one. */
static inline const char *sibling(const char *name)
{
	static char path[PATH_MAX];
	ssize_t n = readlink("/proc/self/exe", path, sizeof(path) - 1);
	char *slash;

	if (n < 0)
		err(1, "/proc/self/exe");
	path[n] = '\0';
	slash = strrchr(path, '/');
	snprintf(slash + 1, path + sizeof(path) - slash - 1, "%s", name);
	return path;
}

#endif
