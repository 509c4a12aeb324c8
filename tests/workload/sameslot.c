/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * usage: sameslot DISTANCE PATH
 *
 * Three processes that are alive at the same time, with PIDs that are DISTANCE apart.
 * Each pauses between fork and exec; the third calls exec again after the first two
 * have ended.  PATH is the workload child.
 */
#include "workload.h"

#define PAUSE_MS 100

/* Creates a child with this PID, or any PID if it is 0, that pauses and then calls exec. */
static pid_t start(pid_t pid, char **argv)
{
	pid_t child = fork_as(pid);

	if (child < 0)
		err(1, "clone3: PID %d", pid);
	if (child == 0) {
		sleep_ns(PAUSE_MS * MS);
		execv(argv[0], argv);
		_exit(127);
	}
	return child;
}

int main(int argc, char **argv)
{
	char *path = argv[2], self[PATH_MAX];
	char *first[] = { path, "1", "600", NULL };
	char *second[] = { path, "2", "200", NULL };
	char *third[] = { self, "again", path, NULL };
	int distance, status[3];
	pid_t pid[3];
	u64 begin, end[3];

	if (argc != 3)
		errx(2, "usage: sameslot DISTANCE PATH");
	if (strcmp(argv[1], "again") == 0) {
		sleep_ns(1000 * MS);
		execl(path, path, "3", "50", (char *)NULL);
		err(1, "%s", path);
	}
	distance = atoi(argv[1]);
	snprintf(self, sizeof(self), "%s", sibling("sameslot"));

	begin = now();
	pid[0] = start(0, first);
	/* It takes its slot before the others start. */
	sleep_ns(2 * PAUSE_MS * MS);
	pid[1] = start(pid[0] + distance, second);
	pid[2] = start(pid[0] + 2 * distance, third);
	for (int i = 0; i < 3; i++) {
		int which = i == 0 ? 1 : i == 1 ? 0 : 2; /* in the order in which they end */

		status[which] = wait_for(pid[which]);
		end[which] = now();
	}
	expect_exec(pid[0], getpid(), "child", path);
	expect_exec(pid[1], getpid(), "child", path);
	expect_exec(pid[2], getpid(), "sameslot", self);
	expect_exec(pid[2], getpid(), "child", path);
	/* Durations from the exec do not include the pause, and the third's does not count from its first exec. */
	expect_exit(pid[0], getpid(), "child", status[0], 600 * MS, end[0] - begin - PAUSE_MS * MS);
	expect_exit(pid[1], getpid(), "child", status[1], 200 * MS,
		    end[1] - begin - 3 * PAUSE_MS * MS);
	expect_exit(pid[2], getpid(), "child", status[2], 50 * MS,
		    end[2] - begin - (3 * PAUSE_MS + 1000) * MS);
	return 0;
}
