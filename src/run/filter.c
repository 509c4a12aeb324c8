/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Looks up the filters' users, processes and directories before loading; see filter.h. */
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "output/format.h"
#include "run/filter.h"
#include "run/users.h"

static int cgroup_fds[FILTER_MAX];

/* The struct choice of a selection. */
static struct choice choice_of(const struct selection *s)
{
	struct choice c = { .count = s->count };

	_Static_assert(SELECT_MAX == FILTER_MAX, "one entry for each value");
	for (unsigned int i = 0; i < s->count; i++) {
		c.exclude[i] = s->of[i].exclude;
		c.included += !s->of[i].exclude;
	}
	return c;
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
		warnx("--cgroup: '%s' is not in a cgroup v2 file system; findmnt -t cgroup2 shows where one is mounted",
		      path);
		return -1;
	}
	return 0;
}

/*
 * /proc may belong to another PID namespace; then it still shows which namespace is
 * ours, but not which processes are in it.
 */
static int resolve_pidns(unsigned int *inum, bool need_processes)
{
	const unsigned int first = 0xeffffffc; /* PROC_PID_INIT_INO, linux/proc_ns.h */
	char self[16] = "";
	struct stat st;

	if (stat("/proc/self/ns/pid", &st)) {
		warnx("cannot determine the PID namespace: /proc is missing; mount -t proc proc /proc");
		return -1;
	}
	if (need_processes &&
	    (readlink("/proc/self", self, sizeof(self) - 1) < 0 || atoi(self) != getpid())) {
		warnx("--pid: /proc is that of another PID namespace; mount -t proc proc /proc");
		return -1;
	}
	*inum = st.st_ino == first ? 0 : (unsigned int)st.st_ino;
	return 0;
}

/* The numbers and registers of system calls that bpf/execfail.bpf.h knows.  It is the kernel's machine that counts. */
static int check_machine(void)
{
	struct utsname name;

	if (uname(&name) == 0 && strcmp(name.machine, "x86_64") != 0 &&
	    strcmp(name.machine, "aarch64") != 0) {
		warnx("--exec-errors is not supported on %s; it requires x86_64 or aarch64",
		      name.machine);
		return -1;
	}
	return 0;
}

int filter_resolve(struct filter *f, const struct options *opt)
{
	const struct format *format = format_of(opt);
	/*
	 * How a search through PATH ends is known only from all execs and exits, under any
	 * name, and a process is remembered from its exec to its exit.  Then output.c applies
	 * -c, and -d and -x.
	 */
	bool searches = opt->exec_errors && !opt->path_search;
	bool all = opt->args || format->args || opt->summary || searches;

	*f = (struct filter){
		.min_duration_ns = all ? 0 : opt->min_duration_ms * 1000000,
		.failed = opt->failed && !all,
		.max_args = opt->args || format->args ? opt->max_args : 0,
		.execs = all || (!opt->min_duration_ms && !opt->failed),
		.exec_errors = opt->exec_errors,
		.forks = opt->forks,
		.details = format->details || opt->summary, /* to identify processes */
		.resources = opt->resources,
		.follow = opt->pids.count || opt->command,
		.follow_only = choice_of(&opt->pids).included || opt->command,
		.search = opt->pids.count,
		.uid = choice_of(&opt->users),
		.cgroup = choice_of(&opt->cgroups),
	};

	if (!searches)
		f->comm = choice_of(&opt->comms);
	if (opt->exec_errors && check_machine())
		return -1;
	if (resolve_pidns(&f->pidns_inum, opt->pids.count))
		return -1;
	for (unsigned int i = 0; i < opt->pids.count; i++) {
		if (kill(atoi(opt->pids.of[i].value), 0) && errno == ESRCH) {
			warnx("--pid: no such process: %s", opt->pids.of[i].value);
			return -1;
		}
	}
	if (opt->btf && access(opt->btf, R_OK)) {
		warn("--btf: cannot read '%s'", opt->btf);
		return -1;
	}
	for (unsigned int i = 0; i < opt->users.count; i++)
		if (user_number("--user", opt->users.of[i].value, &f->uids[i]))
			return -1;
	for (unsigned int i = 0; i < opt->comms.count; i++)
		memcpy(f->comms[i], opt->comms.of[i].value, strlen(opt->comms.of[i].value));
	for (unsigned int i = 0; i < opt->cgroups.count; i++)
		if (resolve_cgroup(opt->cgroups.of[i].value, &cgroup_fds[i]))
			return -1;
	return 0;
}

int filter_set_cgroups(const struct options *opt, int map_fd)
{
	for (unsigned int i = 0; i < opt->cgroups.count; i++) {
		if (bpf_map_update_elem(map_fd, &i, &cgroup_fds[i], BPF_ANY)) {
			warn("cannot filter by the cgroup '%s'", opt->cgroups.of[i].value);
			return -1;
		}
		close(cgroup_fds[i]);
	}
	return 0;
}

/* Without it, from Linux 5.11 on, the end of a system call has no typed task. */
static bool has_current_task_btf(void)
{
	return libbpf_probe_bpf_helper(BPF_PROG_TYPE_RAW_TRACEPOINT, BPF_FUNC_get_current_task_btf,
				       NULL) == 1;
}

bool filter_typed(const struct options *opt)
{
	return !opt->btf && access("/sys/kernel/btf/vmlinux", R_OK) == 0 &&
	       (!opt->exec_errors || has_current_task_btf());
}
