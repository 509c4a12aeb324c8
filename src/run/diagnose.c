/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * The kernel's answer to bpf(2) is an errno; the user needs the cause.  The
 * likely ones are looked for in the order in which the kernel checks them.
 */
#include <err.h>
#include <errno.h>
#include <linux/capability.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "run/diagnose.h"

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

static const char *cause_of(int error, const char *btf)
{
	static char text[160];
	struct rlimit memlock = { RLIM_INFINITY, RLIM_INFINITY };
	bool allowed = has_capability(CAP_SYS_ADMIN) ||
		       (has_capability(CAP_BPF) && has_capability(CAP_PERFMON));

	if (!allowed)
		return "CAP_BPF and CAP_PERFMON are needed: run it with sudo";
	if (locked_down())
		return "kernel lockdown in confidentiality mode forbids tracing: boot with lockdown=integrity or none";
	getrlimit(RLIMIT_MEMLOCK, &memlock);
	if (error == EPERM && memlock.rlim_cur != RLIM_INFINITY)
		return "before Linux 5.11 the locked-memory limit is too small: ulimit -l unlimited, or sudo";
	if (error == ENOMEM)
		return "not enough memory for the ring buffer: a smaller --buffer may do";
	if (error == ENOENT && !has_tracefs())
		return "without BTF tracefs is needed: mount -t tracefs tracefs /sys/kernel/tracing";
	if (btf)
		return "the file of --btf holds no BTF that fits this kernel; -v shows what libbpf and the kernel say";
	if (access("/sys/kernel/btf/vmlinux", R_OK) != 0)
		return "the kernel has no BTF (CONFIG_DEBUG_INFO_BTF): name a file that has it with --btf";
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
