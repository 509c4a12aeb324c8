/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Dropping privileges by the bare system calls; see privileges.h. */
#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/bpf.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "run/privileges.h"

/* A system call's number means something only together with its architecture. */
#if defined(NO_SECCOMP) /* sanitizers and gcov make calls of their own */
#define ARCHITECTURE 0
#elif defined(__x86_64__)
#define ARCHITECTURE AUDIT_ARCH_X86_64
#elif defined(__i386__)
#define ARCHITECTURE AUDIT_ARCH_I386
#elif defined(__aarch64__)
#define ARCHITECTURE AUDIT_ARCH_AARCH64
#elif defined(__s390x__)
#define ARCHITECTURE AUDIT_ARCH_S390X
#elif defined(__riscv) && __riscv_xlen == 64
#define ARCHITECTURE AUDIT_ARCH_RISCV64
#elif defined(__powerpc64__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define ARCHITECTURE AUDIT_ARCH_PPC64LE
#elif defined(__arm__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define ARCHITECTURE AUDIT_ARCH_ARM
#elif defined(__mips64) && _MIPS_SIM == _ABI64 && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define ARCHITECTURE AUDIT_ARCH_MIPSEL64
#else
#define ARCHITECTURE 0
#endif

#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
#define LOW_HALF 4
#else
#define LOW_HALF 0
#endif

/* A group a line: clang-format would make it a call a line. */
/* clang-format off */
static const int allowed[] = {
	/* the loop */
	SYS_ppoll, SYS_write, SYS_writev, SYS_clock_gettime,
#ifdef SYS_poll
	SYS_poll,
#endif
#ifdef SYS_ppoll_time64
	SYS_ppoll_time64, SYS_clock_gettime64,
#endif
	/* memory */
	SYS_brk, SYS_munmap, SYS_mremap, SYS_madvise, SYS_futex, SYS_getrandom,
#ifdef SYS_mmap
	SYS_mmap,
#endif
#ifdef SYS_mmap2
	SYS_mmap2,
#endif
	/* a full disk: output_mend */
	SYS_pread64, SYS_pwrite64, SYS_ftruncate,
#ifdef SYS_ftruncate64
	SYS_ftruncate64,
#endif
	/* signals and the end */
	SYS_rt_sigreturn, SYS_rt_sigaction, SYS_rt_sigprocmask, SYS_restart_syscall,
	SYS_setitimer, SYS_kill, SYS_tgkill, SYS_getpid, SYS_gettid, SYS_wait4, SYS_waitid,
	SYS_epoll_ctl, SYS_close, SYS_exit, SYS_exit_group,
#ifdef SYS_alarm
	SYS_alarm,
#endif
#ifdef SYS_sigreturn
	SYS_sigreturn,
#endif
#ifdef SYS_waitpid
	SYS_waitpid,
#endif
	/* the names of cgroups, the time zone */
	SYS_read, SYS_lseek, SYS_fcntl, SYS_getdents64, SYS_fstat, SYS_statx,
#ifdef SYS_newfstatat
	SYS_newfstatat,
#endif
#ifdef SYS_fstatat64
	SYS_fstatat64, SYS_fstat64, SYS_fcntl64,
#endif
#ifdef SYS__llseek
	SYS__llseek,
#endif
};
/* clang-format on */

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define LOAD(offset) (struct sock_filter) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offset)
#define EQUAL(value, skip_if_not) \
	(struct sock_filter)      \
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (unsigned int)(value), 0, skip_if_not)
#define RETURN(action) (struct sock_filter) BPF_STMT(BPF_RET | BPF_K, action)
#define ARGUMENT(n)    (offsetof(struct seccomp_data, args[n]) + LOW_HALF)

static int filter_system_calls(void)
{
	struct sock_filter code[16 + 2 * COUNT(allowed)];
	size_t n = 0;

	code[n++] = LOAD(offsetof(struct seccomp_data, arch));
	code[n++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ARCHITECTURE, 1, 0);
	code[n++] = RETURN(SECCOMP_RET_KILL_PROCESS);
	code[n++] = LOAD(offsetof(struct seccomp_data, nr));
	for (size_t i = 0; i < COUNT(allowed); i++) {
		code[n++] = EQUAL(allowed[i], 1);
		code[n++] = RETURN(SECCOMP_RET_ALLOW);
	}
	code[n++] = EQUAL(SYS_bpf, 3);
	code[n++] = LOAD(ARGUMENT(0));
	code[n++] = EQUAL(BPF_OBJ_GET_INFO_BY_FD, 5);
	code[n++] = RETURN(SECCOMP_RET_ALLOW);
	code[n++] = EQUAL(SYS_openat, 3);
	code[n++] = LOAD(ARGUMENT(2));
	code[n++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K,
						 O_WRONLY | O_RDWR | O_CREAT | O_TRUNC, 1, 0);
	code[n++] = RETURN(SECCOMP_RET_ALLOW);
	code[n++] = RETURN(SECCOMP_RET_ERRNO | EPERM);

	struct sock_fprog program = { .len = (unsigned short)n, .filter = code };

	return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0);
}

int drop_privileges(void)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3] = {};

	/* Dropping the permitted set empties the ambient one, too: capabilities(7). */
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) || syscall(SYS_capset, &header, none))
		return -errno;
	/* EINVAL: a kernel built without CONFIG_SECCOMP_FILTER. */
	if (ARCHITECTURE && filter_system_calls() && errno != EINVAL)
		return -errno;
	return 0;
}
