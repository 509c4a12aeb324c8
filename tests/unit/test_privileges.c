/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * After privileges are dropped, the system calls that any C library needs are allowed, and
 * none that opens, starts or loads anything.  Each test runs in a child with raw system
 * calls; the child's exit status is the result.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/sysinfo.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "run/privileges.h"
#include "unit.h"

static const struct identity same_user;

/* Drops privileges, then runs the checks: 0, or the number of the check that failed. */
static void in_child(int (*checks)(void))
{
	int status;
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid == 0) /* not _exit(), in which the sanitizer makes its own system call */
		syscall(SYS_exit_group, drop_privileges(&same_user) ? 99 : checks());
	assert_int_equal(waitpid(pid, &status, 0), pid);
	if (WIFSIGNALED(status))
		fail_msg("killed by signal %d", WTERMSIG(status));
	assert_int_equal(WEXITSTATUS(status), 0);
}

static int needed_calls_work(void)
{
	const struct timespec moment = { 0, 1 };
	struct timespec now;
	struct sysinfo memory;
	char text[16];
	struct iovec piece = { text, sizeof(text) };
	int fd;

	if (syscall(SYS_sysinfo, &memory))
		return 1;
	if (syscall(SYS_sched_yield))
		return 2;
	if (syscall(SYS_clock_nanosleep, CLOCK_MONOTONIC, 0, &moment, NULL))
		return 3;
	if (syscall(SYS_clock_gettime, CLOCK_BOOTTIME, &now))
		return 4;
	if (syscall(SYS_getrandom, text, sizeof(text), 0) < 0)
		return 5;
	fd = (int)syscall(SYS_openat, AT_FDCWD, "/proc/self/status", O_RDONLY | O_CLOEXEC, 0);
	if (fd < 0 || syscall(SYS_readv, fd, &piece, 1) != sizeof(text) || close(fd))
		return 6;
#ifdef SYS_open
	fd = (int)syscall(SYS_open, "/proc/self/status", O_RDONLY | O_CLOEXEC, 0);
	if (fd < 0 || close(fd))
		return 7;
#endif
	if (syscall(SYS_tkill, getpid(), 0))
		return 8;
	if (raise(SIGURG)) /* ignored by default */
		return 9;
	return 0;
}

static void test_needed_calls_work(void **state)
{
	(void)state;
	in_child(needed_calls_work);
}

/* Any user could make each of these calls before, so EPERM comes from the filter. */
static int rest_is_denied(void)
{
	char *const argv[] = { (char *)"true", NULL };
	union bpf_attr attr;

	if (syscall(SYS_openat, AT_FDCWD, "/dev/null", O_WRONLY, 0) >= 0 || errno != EPERM)
		return 1;
	if (syscall(SYS_openat, AT_FDCWD, "/dev/null", O_RDWR, 0) >= 0 || errno != EPERM)
		return 2;
	if (syscall(SYS_openat, AT_FDCWD, "new", O_CREAT, 0600) >= 0 || errno != EPERM)
		return 3;
#ifdef SYS_open
	if (syscall(SYS_open, "/dev/null", O_WRONLY, 0) >= 0 || errno != EPERM)
		return 4;
#endif
	if (execv("/bin/true", argv) == 0 || errno != EPERM)
		return 5;
	if (socket(AF_UNIX, SOCK_STREAM, 0) >= 0 || errno != EPERM)
		return 6;
	if (syscall(SYS_dup, 1) >= 0 || errno != EPERM)
		return 7;
	memset(&attr, 0, sizeof(attr));
	if (syscall(SYS_bpf, BPF_MAP_CREATE, &attr, sizeof(attr)) >= 0 || errno != EPERM)
		return 8;
	/* This one gets as far as looking up the descriptor. */
	attr.info.bpf_fd = 999;
	if (syscall(SYS_bpf, BPF_OBJ_GET_INFO_BY_FD, &attr, sizeof(attr)) >= 0 || errno == EPERM)
		return 9;
	return 0;
}

static void test_rest_is_denied(void **state)
{
	(void)state;
	in_child(rest_is_denied);
}

static int no_privileges_left(void)
{
	char text[4096], *line;
	int fd = open("/proc/self/status", O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, text, sizeof(text) - 1);

	if (n < 0)
		return 1;
	text[n] = '\0';
	line = strstr(text, "\nCapPrm:");
	if (!line || strtoull(line + 8, NULL, 16) != 0)
		return 2;
	line = strstr(text, "\nCapEff:");
	if (!line || strtoull(line + 8, NULL, 16) != 0)
		return 3;
	line = strstr(text, "\nNoNewPrivs:");
	if (!line || strtoull(line + 12, NULL, 10) != 1)
		return 4;
	line = strstr(text, "\nSeccomp:");
	if (!line || strtoull(line + 9, NULL, 10) != 2)
		return 5;
	return 0;
}

static void test_no_privileges_left(void **state)
{
	(void)state;
	in_child(no_privileges_left);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_needed_calls_work),
		cmocka_unit_test(test_rest_is_denied),
		cmocka_unit_test(test_no_privileges_left),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
