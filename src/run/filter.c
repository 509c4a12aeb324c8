/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Looks up what the filters name, before anything is loaded; see filter.h. */
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "run/filter.h"
#include "run/users.h"

#ifndef CGROUP2_SUPER_MAGIC
#define CGROUP2_SUPER_MAGIC 0x63677270
#endif

static int resolve_cgroup(const char *path, int *fd)
{
	struct statfs fs;

	*fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (*fd < 0) {
		warn("--cgroup: cannot open the directory '%s'", path);
		return -1;
	}
	if (fstatfs(*fd, &fs) || fs.f_type != CGROUP2_SUPER_MAGIC) {
		warnx("--cgroup: '%s' is not in a cgroup v2 file system: findmnt -t cgroup2 shows where one is mounted",
		      path);
		close(*fd);
		*fd = -1;
		return -1;
	}
	return 0;
}

static unsigned int pid_namespace(void)
{
	const unsigned int first = 0xeffffffc; /* PROC_PID_INIT_INO, linux/proc_ns.h */
	struct stat st;

	return stat("/proc/self/ns/pid", &st) || st.st_ino == first ? 0 : (unsigned int)st.st_ino;
}

int filter_resolve(struct filter *f, const struct options *opt)
{
	*f = (struct filter){ .pidns_inum = pid_namespace(), .cgroup_fd = -1 };

	if (opt->pid && kill(opt->pid, 0) && errno == ESRCH) {
		warnx("--pid: there is no process %d", opt->pid);
		return -1;
	}
	if (opt->btf && access(opt->btf, R_OK)) {
		warn("--btf: cannot read '%s'", opt->btf);
		return -1;
	}
	if (opt->user && user_number("--user", opt->user, &f->uid))
		return -1;
	return opt->cgroup ? resolve_cgroup(opt->cgroup, &f->cgroup_fd) : 0;
}
