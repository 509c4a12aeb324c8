/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * Linked into the program for `make coverage` (ld --wrap): writes the counts before any
 * call that would lose them, and disables the system-call filter, which does not allow
 * writing them.
 */
#include <signal.h>
#include <stdarg.h>
#include <sys/prctl.h>
#include <unistd.h>

extern void __gcov_dump(void);
extern void __gcov_reset(void);
extern int __real_raise(int signal);
extern int __real_prctl(int option, ...);
extern _Noreturn void __real__exit(int status);
extern int __real_setresgid(gid_t real, gid_t effective, gid_t saved);

_Noreturn void __wrap__exit(int status)
{
	__gcov_dump();
	__real__exit(status);
}

int __wrap_raise(int signal)
{
	__gcov_dump();
	__gcov_reset();
	return __real_raise(signal);
}

/* Another user could not write them. */
int __wrap_setresgid(gid_t real, gid_t effective, gid_t saved)
{
	__gcov_dump();
	__gcov_reset();
	return __real_setresgid(real, effective, saved);
}

int __wrap_prctl(int option, ...)
{
	unsigned long a[4];
	va_list args;

	if (option == PR_SET_SECCOMP)
		return 0;
	va_start(args, option);
	for (int i = 0; i < 4; i++)
		a[i] = va_arg(args, unsigned long);
	va_end(args);
	return __real_prctl(option, a[0], a[1], a[2], a[3]);
}
