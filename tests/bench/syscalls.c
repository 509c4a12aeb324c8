/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* usage: syscalls.  Prints how many ns a short system call takes, the minimum of ten series. */
#include <stdio.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define CALLS 200000

static long long now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000000LL + t.tv_nsec;
}

int main(void)
{
	long long least = 0;

	for (int series = 0; series < 10; series++) {
		long long start = now_ns(), took;

		for (int i = 0; i < CALLS; i++)
			syscall(SYS_getppid);
		took = now_ns() - start;
		if (!least || took < least)
			least = took;
	}
	printf("%lld\n", least / CALLS);
	return 0;
}
