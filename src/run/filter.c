/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Looks up what the filters name, before anything is loaded; see filter.h. */
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/magic.h>
#include <pwd.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "run/filter.h"

#ifndef CGROUP2_SUPER_MAGIC
#define CGROUP2_SUPER_MAGIC 0x63677270
#endif

static int resolve_user(const char *text, unsigned int *uid)
{
	size_t digits = strspn(text, "0123456789");
	struct passwd *user;

	if (!text[digits]) {
		unsigned long long number;

		errno = 0;
		number = strtoull(text, NULL, 10);
		/* The last one means "no user" in the kernel. */
		if (errno == 0 && number < UINT_MAX) {
			*uid = (unsigned int)number;
			return 0;
		}
	}
	user = getpwnam(text);
	if (!user) {
		warnx("--user: there is no user '%s': give a name that getent passwd shows, or a number",
		      text);
		return -1;
	}
	*uid = user->pw_uid;
	return 0;
}

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

/* What the kernel side of this version cannot do is refused, not ignored. */
static int check_supported(const struct options *opt)
{
	const struct selection *const all[] = { &opt->pids, &opt->users, &opt->comms,
						&opt->cgroups };

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		if (all[i]->count > 1 || (all[i]->count && all[i]->of[0].exclude)) {
			warnx("several values of a filter, and values that exclude, are not supported yet");
			return -1;
		}
	}
	if (opt->format > FORMAT_TRACE || opt->resources || opt->exec_errors || opt->forks ||
	    opt->run_as) {
		warnx("-f tree, -f html, -r, -e, --forks and --run-as are not supported yet");
		return -1;
	}
	return 0;
}

int filter_resolve(struct filter *f, const struct options *opt)
{
	*f = (struct filter){ .pidns_inum = pid_namespace(), .cgroup_fd = -1 };

	if (check_supported(opt))
		return -1;
	if (opt->pids.count)
		f->pid = (int)strtol(opt->pids.of[0].value, NULL, 10);
	if (f->pid && kill(f->pid, 0) && errno == ESRCH) {
		warnx("--pid: there is no process %d", f->pid);
		return -1;
	}
	if (opt->btf && access(opt->btf, R_OK)) {
		warn("--btf: cannot read '%s'", opt->btf);
		return -1;
	}
	if (opt->users.count && resolve_user(opt->users.of[0].value, &f->uid))
		return -1;
	return opt->cgroups.count ? resolve_cgroup(opt->cgroups.of[0].value, &f->cgroup_fd) : 0;
}
