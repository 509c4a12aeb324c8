/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * usage: storm COUNT PATH [BYTES]
 *
 * COUNT times PATH, one after the other, as fast as it goes, with an argument of BYTES.
 */
#include "workload.h"

#include <spawn.h>

int main(int argc, char **argv)
{
	static char bytes[65536];
	char *args[] = { "storm", NULL, NULL }, *none[] = { NULL };
	const char *comm;

	if (argc < 3 || argc > 4 || (argc == 4 && (size_t)atoi(argv[3]) >= sizeof(bytes)))
		errx(2, "usage: storm COUNT PATH [BYTES]");
	if (argc == 4)
		args[1] = memset(bytes, 'x', atoi(argv[3]));
	comm = strrchr(argv[2], '/') + 1;
	for (int n = atoi(argv[1]); n > 0; n--) {
		u64 before = now();
		pid_t pid;
		int status;

		if (posix_spawn(&pid, argv[2], NULL, NULL, args, none))
			errx(1, "posix_spawn %s", argv[2]);
		status = wait_for(pid);
		expect_exec(pid, getpid(), comm, argv[2]);
		expect_exit(pid, getpid(), comm, status, 0, now() - before);
	}
	return 0;
}
