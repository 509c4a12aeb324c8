/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* usage: vfork.  The parent is suspended until its child calls exec or _exit. */
#include "workload.h"

int main(void)
{
	const char *path = sibling("child");
	u64 before = now();
	pid_t pid = vfork();
	int status;

	if (pid == 0) {
		execl(path, "child", "6", (char *)NULL);
		_exit(127);
	}
	status = wait_for(pid);
	expect_exec(pid, getpid(), "child", path);
	expect_exit(pid, getpid(), "child", status, 0, now() - before);

	fflush(stdout);
	before = now();
	pid = vfork();
	if (pid == 0)
		_exit(8);
	status = wait_for(pid);
	expect_exit(pid, getpid(), "vfork", status, 0, now() - before);
	return 0;
}
