/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * The kernel's answer to bpf(2) is an errno; the user needs the cause.  The
 * likely ones are looked for in the order in which the kernel checks them.
 */
#include <err.h>
#include <errno.h>
#include <linux/bpf.h>
#include <linux/capability.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "run/diagnose.h"

#define BTF_FILE     "/sys/kernel/btf/vmlinux"
#define ENOTSUPP     524 /* linux/errno.h: the kernel's own, not that of libc */
#define FILES_NEEDED 24  /* loading, attaching and reading take that many at a time */

#ifndef CAP_PERFMON
#define CAP_PERFMON 38 /* Linux 5.8 */
#define CAP_BPF     39
#endif

static bool has_capability(int capability)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3];

	return syscall(SYS_capget, &header, data) == 0 &&
	       data[capability / 32].effective >> capability % 32 & 1;
}

static bool locked_down(void)
{
	char text[128] = "";
	FILE *f = fopen("/sys/kernel/security/lockdown", "re");

	if (!f)
		return false;
	text[fread(text, 1, sizeof(text) - 1, f)] = '\0';
	fclose(f);
	return strstr(text, "[confidentiality]") != NULL;
}

/* Where libbpf looks for it. */
static bool has_tracefs(void)
{
	return access("/sys/kernel/tracing/events/sched", F_OK) == 0 ||
	       access("/sys/kernel/debug/tracing/events/sched", F_OK) == 0;
}

static bool in_user_namespace(void)
{
	const unsigned int first = 0xeffffffd; /* PROC_USER_INIT_INO, linux/proc_ns.h */
	struct stat st;

	return stat("/proc/self/ns/user", &st) == 0 && st.st_ino != first;
}

/* Does the kernel itself answer bpf(2)? There is no such command, so it returns EINVAL. */
static bool bpf_answers(void)
{
	return syscall(SYS_bpf, -1, NULL, 0) == 0 || errno == EINVAL;
}

static bool has_seccomp_filter(void)
{
	char line[128];
	FILE *f = fopen("/proc/self/status", "re");
	bool found = false;

	while (f && !found && fgets(line, sizeof(line), f))
		found = strcmp(line, "Seccomp:\t2\n") == 0;
	if (f)
		fclose(f);
	return found;
}

/* Until 5.11 maps were charged to RLIMIT_MEMLOCK. */
static bool memlock_limits(void)
{
	struct rlimit memlock = { RLIM_INFINITY, RLIM_INFINITY };
	struct utsname kernel;
	unsigned int major, minor;

	getrlimit(RLIMIT_MEMLOCK, &memlock);
	return memlock.rlim_cur != RLIM_INFINITY && uname(&kernel) == 0 &&
	       sscanf(kernel.release, "%u.%u", &major, &minor) == 2 &&
	       (major < 5 || (major == 5 && minor < 11));
}

/* libbpf's probes take the lack of a descriptor for the lack of a feature. */
static bool lacks_descriptors(void)
{
	int fds[FILES_NEEDED], n = 0;

	while (n < FILES_NEEDED && (fds[n] = dup(STDERR_FILENO)) >= 0)
		n++;
	for (int i = 0; i < n; i++)
		close(fds[i]);
	return n < FILES_NEEDED;
}

static bool limits_memory(void)
{
	struct rlimit space = { RLIM_INFINITY, RLIM_INFINITY };

	return getrlimit(RLIMIT_AS, &space) == 0 && space.rlim_cur != RLIM_INFINITY;
}

static const char *cause_of(int error, const char *btf)
{
	static char text[160];

	if (!has_capability(CAP_SYS_ADMIN) &&
	    !(has_capability(CAP_BPF) && has_capability(CAP_PERFMON)))
		return "permission denied; run as root or grant CAP_BPF and CAP_PERFMON";
	if (error == EPERM && in_user_namespace())
		return "permission denied in a user namespace (unshare -U, a rootless container); run as root outside of it";
	if (!bpf_answers() && has_seccomp_filter())
		return "bpf(2) is refused by the sandbox (seccomp); allow bpf and perf_event_open in its profile";
	if (locked_down())
		return "kernel lockdown in confidentiality mode forbids tracing; boot with lockdown=integrity or none";
	if (error == EPERM && memlock_limits())
		return "the locked-memory limit is too small (Linux before 5.11); run ulimit -l unlimited first, or use sudo";
	if (lacks_descriptors())
		return "too few file descriptors; raise the limit (ulimit -n 64)";
	if (error == ENOMEM)
		return "not enough memory for the ring buffer; try a smaller --buffer";
	if (error == ESRCH && limits_memory() && access(BTF_FILE, R_OK) == 0)
		return "not enough memory to read the kernel's BTF; raise the limit (ulimit -v)";
	if (error == ENOENT && !has_tracefs())
		return "tracefs is needed without BTF; run mount -t tracefs tracefs /sys/kernel/tracing";
	if (error == ENOTSUPP)
		return "the kernel's JIT compiler does not support a program; run sysctl net.core.bpf_jit_enable=0";
	if (btf)
		return "the file of --btf holds no BTF that fits this kernel; -v shows what libbpf and the kernel say";
	if (access("/sys/kernel", F_OK) != 0)
		return "/sys is not mounted; run mount -t sysfs sysfs /sys";
	if (access(BTF_FILE, R_OK) != 0)
		return "the kernel has no BTF (CONFIG_DEBUG_INFO_BTF); name a file that has it with --btf";
	snprintf(text, sizeof(text), "%s; -v shows what libbpf and the kernel say",
		 strerror(error));
	return text;
}

int diagnose(const char *what, int err, const char *btf)
{
	if (err)
		warnx("cannot %s: %s", what, cause_of(-err, btf));
	return err;
}
