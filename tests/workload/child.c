/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* usage: child [CODE [MS]].  Used by other workloads: exits with CODE after MS milliseconds. */
#include "workload.h"

int main(int argc, char **argv)
{
	if (argc > 2)
		sleep_ns(atoi(argv[2]) * MS);
	return argc > 1 ? atoi(argv[1]) : 0;
}
