/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * usage: pathsearch FOLDER NAME
 *
 * A child looks for NAME in FOLDER/1, FOLDER/2 and then next to this program, as
 * execvp(3) does.  Prints the lines of all calls; those of a successful search begin
 * with SEARCH instead of FAIL.
 */
#include "workload.h"

int main(int argc, char **argv)
{
	char path[3][PATH_MAX];
	u64 before = now();
	int found, status;
	pid_t pid;

	if (argc != 3)
		errx(2, "usage: pathsearch FOLDER NAME");
	snprintf(path[0], PATH_MAX, "%s/1/%s", argv[1], argv[2]);
	snprintf(path[1], PATH_MAX, "%s/2/%s", argv[1], argv[2]);
	snprintf(path[2], PATH_MAX, "%s", sibling(argv[2]));
	found = access(path[2], X_OK) == 0;
	pid = fork_clean();
	if (pid == 0) {
		for (int i = 0; i < 3; i++)
			execl(path[i], argv[2], "5", (char *)NULL);
		_exit(127);
	}
	status = wait_for(pid);
	for (int i = 0; i < 3 - found; i++)
		printf("%s  %-16s %-7d %-7d ENOENT %s\n", found ? "SEARCH" : "FAIL", "pathsearch",
		       pid, getpid(), path[i]);
	if (found)
		expect_exec(pid, getpid(), argv[2], path[2]);
	expect_exit(pid, getpid(), found ? argv[2] : "pathsearch", status, 0, now() - before);
	return 0;
}
