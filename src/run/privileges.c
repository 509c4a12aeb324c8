/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Dropping privileges by the bare system calls; see privileges.h. */
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/bpf.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "run/privileges.h"

/* A system call's number means something only together with its architecture. */
#if defined(NO_SECCOMP) /* sanitizers and gcov make their own calls */
#define ARCHITECTURE 0
#elif defined(__x86_64__)
#define ARCHITECTURE AUDIT_ARCH_X86_64
#elif defined(__i386__)
#define ARCHITECTURE AUDIT_ARCH_I386
#elif defined(__aarch64__) && !defined(__AARCH64EB__)
#define ARCHITECTURE AUDIT_ARCH_AARCH64
#elif defined(__arm__) && !defined(__ARMEB__)
#define ARCHITECTURE AUDIT_ARCH_ARM
#elif defined(__s390x__)
#define ARCHITECTURE AUDIT_ARCH_S390X
#elif defined(__powerpc64__) && defined(__LITTLE_ENDIAN__)
#define ARCHITECTURE AUDIT_ARCH_PPC64LE
#elif defined(__riscv) && __riscv_xlen == 64
#define ARCHITECTURE AUDIT_ARCH_RISCV64
#elif defined(__mips64) && defined(_ABI64) && _MIPS_SIM == _ABI64 && defined(__MIPSEL__)
#define ARCHITECTURE AUDIT_ARCH_MIPSEL64
#elif defined(__loongarch64) && defined(AUDIT_ARCH_LOONGARCH64) /* headers of Linux 5.19 */
#define ARCHITECTURE AUDIT_ARCH_LOONGARCH64
#else
#define ARCHITECTURE 0
#endif

#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
#define LOW_HALF 4
#else
#define LOW_HALF 0
#endif

/*
 * Not only the calls of this C library: a static program is linked with another
 * one, and glibc and musl differ.  One group per line: clang-format would put
 * one call on each.
 */
/* clang-format off */
static const int allowed[] = {
	/* the loop */
	SYS_ppoll, SYS_write, SYS_writev, SYS_clock_gettime, SYS_clock_nanosleep, SYS_nanosleep,
	SYS_sched_yield,
#ifdef SYS_poll
	SYS_poll,
#endif
#ifdef SYS_ppoll_time64
	SYS_ppoll_time64, SYS_clock_gettime64, SYS_clock_nanosleep_time64, SYS_futex_time64,
#endif
	/* memory; qsort() of glibc 2.36 and others ask how much there is */
	SYS_brk, SYS_munmap, SYS_mremap, SYS_madvise, SYS_futex, SYS_getrandom, SYS_sysinfo,
#ifdef SYS_mmap
	SYS_mmap,
#endif
#ifdef SYS_mmap2
	SYS_mmap2,
#endif
	/* a full disk: mend(), output/output.c */
	SYS_pread64, SYS_pwrite64, SYS_ftruncate,
#ifdef SYS_ftruncate64
	SYS_ftruncate64,
#endif
	/* signals and the end; musl's raise() is tkill */
	SYS_rt_sigreturn, SYS_rt_sigaction, SYS_rt_sigprocmask, SYS_restart_syscall,
	SYS_setitimer, SYS_kill, SYS_tgkill, SYS_tkill, SYS_getpid, SYS_gettid, SYS_wait4,
	SYS_waitid, SYS_epoll_ctl, SYS_close, SYS_exit, SYS_exit_group,
#ifdef SYS_alarm
	SYS_alarm,
#endif
#ifdef SYS_sigreturn
	SYS_sigreturn,
#endif
#ifdef SYS_waitpid
	SYS_waitpid,
#endif
	/* the names of cgroups, the time zone; musl's stdio reads by readv */
	SYS_read, SYS_readv, SYS_lseek, SYS_fcntl, SYS_getdents64, SYS_statx, SYS_uname,
#ifdef SYS_fstat
	SYS_fstat,
#endif
#ifdef SYS_newfstatat
	SYS_newfstatat,
#endif
#ifdef SYS_fstatat64
	SYS_fstatat64,
#endif
#ifdef SYS_fstat64
	SYS_fstat64,
#endif
#ifdef SYS_fcntl64
	SYS_fcntl64,
#endif
#ifdef SYS__llseek
	SYS__llseek,
#endif
};
/* clang-format on */

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define LOAD(offset) (struct sock_filter) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offset)
#define JUMP(test, value, if_so, if_not) \
	(struct sock_filter)             \
		BPF_JUMP(BPF_JMP | (test) | BPF_K, (unsigned int)(value), if_so, if_not)
#define RETURN(action) (struct sock_filter) BPF_STMT(BPF_RET | BPF_K, action)
#define ALLOW          RETURN(SECCOMP_RET_ALLOW)
#define DENY           RETURN(SECCOMP_RET_ERRNO | EPERM)

/*
 * Appends five instructions, which expect the call's number to be loaded: of the
 * call with this number, allows what passes the test of one argument.
 */
static size_t allow_some(struct sock_filter *code, int call, int argument, unsigned short test,
			 unsigned int value, bool wanted)
{
	size_t offset = offsetof(struct seccomp_data, args) + (size_t)argument * 8 + LOW_HALF;

	code[0] = JUMP(BPF_JEQ, call, 0, 4);
	code[1] = LOAD((unsigned int)offset);
	code[2] = JUMP(test, value, !wanted, wanted);
	code[3] = ALLOW;
	code[4] = DENY;
	return 5;
}

static int filter_system_calls(void)
{
	const unsigned int writing = O_WRONLY | O_RDWR | O_CREAT | O_TRUNC;
	struct sock_filter code[5 + 2 * COUNT(allowed) + 3 * 5];
	size_t n = 0;

	code[n++] = LOAD(offsetof(struct seccomp_data, arch));
	code[n++] = JUMP(BPF_JEQ, ARCHITECTURE, 1, 0);
	code[n++] = RETURN(SECCOMP_RET_KILL_PROCESS);
	code[n++] = LOAD(offsetof(struct seccomp_data, nr));
	for (size_t i = 0; i < COUNT(allowed); i++) {
		code[n++] = JUMP(BPF_JEQ, allowed[i], 0, 1);
		code[n++] = ALLOW;
	}
	n += allow_some(code + n, SYS_bpf, 0, BPF_JEQ, BPF_OBJ_GET_INFO_BY_FD, true);
	n += allow_some(code + n, SYS_openat, 2, BPF_JSET, writing, false);
#ifdef SYS_open /* musl */
	n += allow_some(code + n, SYS_open, 1, BPF_JSET, writing, false);
#endif
	code[n++] = DENY;

	struct sock_fprog program = { .len = (unsigned short)n, .filter = code };

	return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0);
}

int drop_privileges(const struct identity *who)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3] = {};
	int err = identity_assume(who);

	if (err)
		return err;
	/*
	 * Dropping the permitted set empties the ambient one, too: capabilities(7).
	 * EINVAL: a kernel built without CONFIG_SECCOMP_FILTER.
	 */
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) || syscall(SYS_capset, &header, none) ||
	    (ARCHITECTURE && filter_system_calls() && errno != EINVAL))
		err = -errno;
	if (err)
		warnx("cannot drop privileges: %s", strerror(-err));
	return err;
}
