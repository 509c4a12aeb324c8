/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* usage: spawn.  posix_spawn(3), which shares the parent's memory until the exec. */
#include "workload.h"

#include <spawn.h>

int main(void)
{
	const char *path = sibling("child");
	char *args[] = { "child", "9", "30", NULL };
	u64 before = now();
	pid_t pid;
	int status;

	if (posix_spawn(&pid, path, NULL, NULL, args, NULL))
		errx(1, "posix_spawn %s", path);
	status = wait_for(pid);
	expect_exec(pid, getpid(), "child", path);
	expect_exit(pid, getpid(), "child", status, 30 * MS, now() - before);
	return 0;
}
