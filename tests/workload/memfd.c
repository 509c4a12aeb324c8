/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * usage: memfd
 *
 * exec of a file that has no name.  Its path is /dev/fd/N.  The kernel's name of the
 * process depends on its version, so the child reports it.
 */
#include "workload.h"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/mman.h>

int main(int argc, char **argv)
{
	char comm[17] = "", path[32], block[4096];
	char *args[] = { "memfd", NULL, NULL }, *none[] = { NULL }, out[12];
	int file, self, report[2], status;
	u64 before;
	pid_t pid;
	ssize_t n;

	if (argc == 2) {
		prctl(PR_GET_NAME, comm);
		return write(atoi(argv[1]), comm, sizeof(comm) - 1) > 0 ? 13 : 1;
	}
	file = syscall(SYS_memfd_create, "bootstrap", MFD_CLOEXEC);
	self = open("/proc/self/exe", O_RDONLY);
	if (file < 0 || self < 0 || pipe(report))
		err(1, "memfd");
	while ((n = read(self, block, sizeof(block))) > 0)
		if (write(file, block, n) != n)
			err(1, "write");
	snprintf(out, sizeof(out), "%d", report[1]);
	args[1] = out;
	before = now();
	pid = fork_clean();
	if (pid == 0) {
		syscall(SYS_execveat, file, "", args, none, AT_EMPTY_PATH);
		err(1, "execveat");
	}
	status = wait_for(pid);
	if (read(report[0], comm, sizeof(comm) - 1) <= 0)
		errx(1, "the child did not report its name");
	snprintf(path, sizeof(path), "/dev/fd/%d", file);
	expect_exec(pid, getpid(), comm, path);
	expect_exit(pid, getpid(), comm, status, 0, now() - before);
	return 0;
}
