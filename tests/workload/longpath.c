/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * usage: longpath LENGTH
 *
 * exec of a path of LENGTH bytes, at most PATH_MAX - 1, extended with repeated "/.";
 * then the same with execveat(2) from a directory, where the kernel adds "/dev/fd/N/".
 * Linux 5.10 does not find the file if that exceeds PATH_MAX.
 */
#include "workload.h"

#include <fcntl.h>
#include <stdbool.h>

#define NOT_FOUND 127 /* the child ends with 1 */

/* LENGTH bytes that end in the child's path: "/./././tmp/child" */
static void lengthen(char *path, size_t length, const char *tail)
{
	size_t n = length - strlen(tail);

	for (size_t i = 0; i < n; i++)
		path[i] = i % 2 ? '.' : '/';
	if (n % 2) /* ends in a slash, and another one follows: harmless */
		path[n - 1] = '/';
	strcpy(path + n, tail);
}

int main(int argc, char **argv)
{
	size_t length = argc == 2 ? atoi(argv[1]) : 0;
	const char *child = sibling("child");
	char path[PATH_MAX], shown[PATH_MAX + 32];
	char *args[] = { "child", "1", NULL }, *none[] = { NULL };
	int dir = open("/", O_RDONLY | O_DIRECTORY), status;
	u64 before;
	pid_t pid;
	bool found;

	if (length <= strlen(child) || length >= PATH_MAX || dir < 0)
		errx(2, "usage: longpath LENGTH");
	lengthen(path, length, child);
	before = now();
	pid = fork_clean();
	if (pid == 0) {
		execv(path, args);
		err(1, "execv");
	}
	status = wait_for(pid);
	expect_exec(pid, getpid(), "child", path);
	expect_exit(pid, getpid(), "child", status, 0, now() - before);

	path[0] = '.'; /* "././tmp/child", from / */
	snprintf(shown, sizeof(shown), "/dev/fd/%d/%s", dir, path);
	before = now();
	pid = fork_clean();
	if (pid == 0) {
		syscall(SYS_execveat, dir, path, args, none, 0);
		if (errno != ENOENT || strlen(shown) < PATH_MAX)
			err(1, "execveat");
		_exit(NOT_FOUND);
	}
	status = wait_for(pid);
	found = !WIFEXITED(status) || WEXITSTATUS(status) != NOT_FOUND;
	if (found)
		expect_exec(pid, getpid(), "child", shown);
	expect_exit(pid, getpid(), found ? "child" : "longpath", status, 0, now() - before);
	return 0;
}
