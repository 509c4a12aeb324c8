/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* usage: ... | stamp.  Prefixes each line with the us of CLOCK_BOOTTIME at its arrival. */
#include "workload.h"

int main(void)
{
	char *line = NULL;
	size_t size = 0;

	while (getline(&line, &size, stdin) > 0) {
		printf("%llu %s", now() / 1000, line);
		fflush(stdout);
	}
	return 0;
}
