/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * Preloaded: the time of day is one hour earlier once the file CLOCK_BACK exists, as
 * if the clock had been set back, but for one program only.
 */
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

int clock_gettime(clockid_t clock, struct timespec *t)
{
	long result = syscall(SYS_clock_gettime, clock, t);
	const char *path = getenv("CLOCK_BACK");
	struct stat st;

	if (result == 0 && clock == CLOCK_REALTIME && path && stat(path, &st) == 0)
		t->tv_sec -= 3600;
	return (int)result;
}
