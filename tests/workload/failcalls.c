/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * usage: failcalls [32]
 *
 * Calls of exec that fail, each in another way, by a child.  32: calls of the 32-bit
 * kind, and calls with the numbers of exec that are none; x86-64 only.  If the machine
 * has no 32-bit calls, nothing is done, and the exit status is 77.
 */
#include "workload.h"

#include <fcntl.h>
#include <pthread.h>
#include <sys/mman.h>
#include <sys/stat.h>

#define LONG 5000

static char *const none[] = { NULL };
static int junk, plain;
static char long_name[LONG + 1];
static char *large_arg[2];

static int call(const char *name, char *const *argv)
{
	return syscall(SYS_execve, name, argv, none);
}

static int call_at(int fd, const char *name, int flags)
{
	return syscall(SYS_execveat, fd, name, none, none, flags);
}

static void *call_in_thread(void *name)
{
	return (void *)(long)(call(name, none) ? errno : 0);
}

#ifdef __x86_64__
/* A 32-bit system call, which needs addresses below 4 GiB. */
static int call_32(long number, long a, long b, long c, long d, long e)
{
	long result = number;

	__asm__ volatile("int $0x80"
			 : "+a"(result)
			 : "b"(a), "c"(b), "d"(c), "S"(d), "D"(e)
			 : "memory", "r8", "r9", "r10", "r11");
	errno = -(int)result;
	return (int)result < 0 ? -1 : 0;
}

/* A kernel may be built or booted without them; some virtual machines lack them, too. */
static int has_calls_32(void)
{
	pid_t pid = fork_clean();

	if (pid == 0)
		_exit(call_32(20, 0, 0, 0, 0, 0) != 0); /* getpid */
	return wait_for(pid) == 0;
}

static long low(const char *text)
{
	char *at = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT,
			-1, 0);

	if (at == MAP_FAILED)
		err(1, "mmap");
	return (long)strcpy(at, text);
}
#else
static int has_calls_32(void)
{
	return 0;
}
#endif

/* In the child: the call must fail with this error. */
#define FAILS(call, error, shown)                                                            \
	{                                                                                    \
		if (in_child && ((call) == 0 || errno != (error)))                           \
			_exit(1 + __COUNTER__);                                              \
		if (!in_child)                                                               \
			printf("FAIL  %-16s %-7d %-7d %s%s%s\n", "failcalls", pid, getpid(), \
			       #error, *(shown) ? " " : "", shown);                          \
	}

static void each(int in_child, pid_t pid)
{
	static char shown[4128 + 4];
	pthread_t thread;
	void *result = NULL;

	FAILS(call("/nonexistent/file", none), ENOENT, "/nonexistent/file");
	FAILS(call("odd\nname\x1b", none), ENOENT, "odd\\nname\\x1b");
	FAILS(call("", none), ENOENT, "");
	FAILS(call("/", none), EACCES, "/");
	FAILS(call("/etc/passwd", none), EACCES, "/etc/passwd");
	FAILS(call("/etc/passwd/file", none), ENOTDIR, "/etc/passwd/file");
	FAILS(call(NULL, none), EFAULT, "");
	FAILS(call((char *)1, none), EFAULT, "");
	FAILS(call("/proc/self/exe", (char **)1), EFAULT, "/proc/self/exe");
	FAILS(call("/proc/self/exe", large_arg), E2BIG, "/proc/self/exe");
	memset(shown, 'x', 4127);
	strcpy(shown + 4127, "...");
	FAILS(call(long_name, none), ENAMETOOLONG, shown);
	FAILS(call_at(AT_FDCWD, "/nonexistent/at", 0), ENOENT, "/nonexistent/at");
	FAILS(call_at(999, "below", 0), EBADF, "below");
	FAILS(call_at(AT_FDCWD, "/bin/sh", 0x4000), EINVAL, "/bin/sh");
	FAILS(call_at(plain, "", AT_EMPTY_PATH), EACCES, "");
	FAILS(call_at(junk, "", AT_EMPTY_PATH), ENOEXEC, "");
	if (in_child) {
		if (pthread_create(&thread, NULL, call_in_thread, "/nonexistent/thread") ||
		    pthread_join(thread, &result) || (long)result != ENOENT)
			_exit(100);
	}
	FAILS((errno = ENOENT, -1), ENOENT, "/nonexistent/thread");
}

static void each_32(int in_child, pid_t pid)
{
#ifdef __x86_64__
	FAILS(call_32(11, low("/nonexistent/32"), low(""), 0, 0, 0), ENOENT, "/nonexistent/32");
	FAILS(call_32(358, 999, low("at 32"), 0, 0, 0), EBADF, "at 32");
	if (in_child) {
		/* munmap and olduname: no lines */
		if (syscall(11, 1, 0) == 0 || call_32(59, 1, 0, 0, 0, 0) == 0)
			_exit(101);
	}
#endif
}

int main(int argc, char **argv)
{
	void (*calls)(int, pid_t) = argc > 1 ? each_32 : each;
	u64 before;
	pid_t pid;
	int status;

	if (argc > 2 || (argc == 2 && strcmp(argv[1], "32")))
		errx(2, "usage: failcalls [32]");
	if (calls == each_32 && !has_calls_32())
		return 77;
	before = now();

	memset(long_name, 'x', LONG);
	large_arg[0] = malloc(1 << 20);
	memset(large_arg[0], 'x', (1 << 20) - 1);
	plain = open("/etc/passwd", O_PATH);
	junk = memfd_create("junk", 0);
	if (plain < 0 || junk < 0 || write(junk, "junk\n", 5) != 5)
		err(1, "files");
	fchmod(junk, 0755);
	pid = fork_clean();
	if (pid == 0) {
		calls(1, 0);
		_exit(0);
	}
	status = wait_for(pid);
	if (status)
		errx(1, "not all failed as they should: status %#x", status);
	calls(0, pid);
	expect_exit(pid, getpid(), "failcalls", status, 0, now() - before);
	return 0;
}
