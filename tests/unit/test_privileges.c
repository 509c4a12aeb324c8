/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * What is left after privileges have been dropped: what another C library would
 * call as well, and nothing that opens, starts or loads.  Each test does it in a
 * child, by bare system calls; the child's exit status is the answer.
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

static const struct identity nobody_else;

/* Drops, then asks: 0 if so, else the number of the question whose answer was wrong. */
static void in_child(int (*questions)(void))
{
	int status;
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid == 0) /* not _exit(), where the sanitizer makes a call of its own */
		syscall(SYS_exit_group, drop_privileges(&nobody_else) ? 99 : questions());
	assert_int_equal(waitpid(pid, &status, 0), pid);
	if (WIFSIGNALED(status))
		fail_msg("killed by signal %d", WTERMSIG(status));
	assert_int_equal(WEXITSTATUS(status), 0);
}

static int still_works(void)
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

static void test_still_works(void **state)
{
	(void)state;
	in_child(still_works);
}

/* Each is possible for anybody before: EPERM is the filter's word. */
static int is_over(void)
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
	/* That one gets as far as looking for the descriptor. */
	attr.info.bpf_fd = 999;
	if (syscall(SYS_bpf, BPF_OBJ_GET_INFO_BY_FD, &attr, sizeof(attr)) >= 0 || errno == EPERM)
		return 9;
	return 0;
}

static void test_is_over(void **state)
{
	(void)state;
	in_child(is_over);
}

static int has_nothing(void)
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

static void test_has_nothing(void **state)
{
	(void)state;
	in_child(has_nothing);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_still_works),
		cmocka_unit_test(test_is_over),
		cmocka_unit_test(test_has_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
