/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Remembers processes; see process.h. */
#include <ctype.h>
#include <dirent.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <search.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "output/clock.h"
#include "output/process.h"

/* The overhead of malloc() and tsearch() for each process. */
#define NODE_OVERHEAD 64

static int compare(const void *left, const void *right)
{
	const struct process *a = left, *b = right;

	return a->exec.pid < b->exec.pid ? -1 : a->exec.pid > b->exec.pid;
}

static struct process *find(struct processes *t, int pid)
{
	const struct process key = { .exec.pid = pid };
	struct process *const *found = tfind(&key, &t->tree, compare);

	return found ? *found : NULL;
}

static void drop(struct processes *t, struct process *p)
{
	*(p->older ? &p->older->newer : &t->oldest) = p->newer;
	*(p->newer ? &p->newer->older : &t->newest) = p->older;
	t->memory -= p->size;
	tdelete(p, &t->tree, compare);
	free(p);
}

static void forget(struct processes *t, struct process *p)
{
	if (t->forgotten && p->seen)
		t->forgotten(t->ctx, p);
	drop(t, p);
}

static void make_room(struct processes *t, size_t size)
{
	size_t limit = t->limit ? t->limit : PROCESS_MEMORY;

	while (t->oldest && t->memory + size > limit) {
		if (!t->said)
			warnx("cannot remember all processes: the table has reached its limit of %zu MiB; some command lines will be missing",
			      limit >> 20);
		t->said = true;
		forget(t, t->oldest);
	}
}

/* Copies size bytes and a NUL to *at, and advances it.  NULL stays NULL. */
static const char *keep(char **at, const char *text, size_t size)
{
	char *copy = *at;

	if (!text)
		return NULL;
	memcpy(copy, text, size);
	copy[size] = '\0';
	*at += size + 1;
	return copy;
}

static void add(struct processes *t, const struct event *e, bool seen)
{
	size_t size = sizeof(struct process) + e->comm_len + e->filename_len + e->args_len + 3;
	struct process *p, **place;
	char *at;

	p = find(t, e->pid);
	if (p)
		drop(t, p);
	make_room(t, size + NODE_OVERHEAD);
	p = malloc(size);
	if (!p)
		return;
	p->exec = *e;
	at = p->strings;
	p->exec.comm = keep(&at, e->comm, e->comm_len);
	p->exec.filename = keep(&at, e->filename, e->filename_len);
	p->exec.args = keep(&at, e->args, e->args_len);
	p->seen = seen;
	p->size = size + NODE_OVERHEAD;
	place = tsearch(p, &t->tree, compare);
	if (!place) {
		free(p);
		return;
	}
	*place = p; /* no change, but gcc's analyzer sees a leak without it */
	p->older = t->newest;
	p->newer = NULL;
	*(t->newest ? &t->newest->newer : &t->oldest) = p;
	t->newest = p;
	t->memory += p->size;
}

/* /proc counts from boot to a process's creation in ticks, rounded down. */
static unsigned long long tick_ns(void)
{
	return 1000000000ULL / (unsigned long long)sysconf(_SC_CLK_TCK);
}

/*
 * Is e the end of p's program?  The kernel keeps the time of the last exec:
 * duration_ns is since then, and like lifetime_ns since the creation if it saw no exec
 * or had no room for its time.
 */
static bool is_end_of(const struct process *p, const struct event *e)
{
	unsigned long long created = e->time_ns - e->lifetime_ns;
	unsigned long long since = e->time_ns - e->duration_ns;

	if (!p->seen)
		return since == created && created - p->exec.details.start_ns < tick_ns();
	return since == p->exec.time_ns || (since == created && created <= p->exec.time_ns);
}

const struct process *processes_before(struct processes *t, const struct event *e)
{
	struct process *p = find(t, e->pid);

	if (!p)
		return NULL;
	if (e->kind == EVENT_EXIT ? is_end_of(p, e) :
				    p->seen && p->exec.details.start_ns == e->details.start_ns)
		return p;
	forget(t, p);
	return NULL;
}

void processes_note(struct processes *t, const struct event *e)
{
	struct process *p;

	if (e->kind == EVENT_EXEC) {
		add(t, e, true);
	} else if (e->kind == EVENT_EXIT) {
		p = find(t, e->pid);
		if (p)
			drop(t, p);
	}
}

void processes_free(struct processes *t)
{
	tdestroy(t->tree, free);
	*t = (struct processes){ 0 };
}

/* Returns how many bytes it has read, or -1.  path: below /proc. */
static ssize_t read_file(int pid, const char *name, char *buffer, size_t size)
{
	char path[64];
	ssize_t n, all = 0;
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/%s", pid, name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -1;
	while ((size_t)all < size && (n = read(fd, buffer + all, size - (size_t)all)) > 0)
		all += n;
	close(fd);
	return all;
}

/* proc(5): "12 (comm) S ..."; the comm may hold anything, the 22nd field is the start. */
static bool read_stat(int pid, char comm[COMM_LEN], unsigned long long *start_ns)
{
	char text[1024], *from, *to;
	unsigned long long ticks;
	ssize_t n = read_file(pid, "stat", text, sizeof(text) - 1);

	if (n <= 0)
		return false;
	text[n] = '\0';
	from = strchr(text, '(');
	to = strrchr(text, ')');
	if (!from || !to || to - from > COMM_LEN ||
	    sscanf(to + 1,
		   " %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %*u %*u %*d %*d %*d %*d %*d %*d %llu",
		   &ticks) != 1)
		return false;
	memset(comm, 0, COMM_LEN);
	memcpy(comm, from + 1, (size_t)(to - from - 1));
	*start_ns = clock_boot_of_proc(ticks * tick_ns());
	return true;
}

static bool read_uid(int pid, unsigned int *uid)
{
	char text[4096];
	const char *line;
	ssize_t n = read_file(pid, "status", text, sizeof(text) - 1);

	text[n > 0 ? n : 0] = '\0';
	line = strstr(text, "\nUid:"); /* no name has a newline there: it is escaped */
	return line && sscanf(line, " Uid: %u", uid) == 1;
}

/* The path of the program, without the kernel's suffix for a removed file. */
static size_t read_exe(int pid, char path[PATH_MAX])
{
	static const char removed[] = " (deleted)";
	const size_t length = sizeof(removed) - 1;
	char link[32];
	ssize_t n;

	snprintf(link, sizeof(link), "/proc/%d/exe", pid);
	n = readlink(link, path, PATH_MAX - 1);
	if (n <= 0)
		return 0;
	path[n] = '\0';
	if ((size_t)n > length && strcmp(path + n - length, removed) == 0)
		n -= (ssize_t)length;
	return (size_t)n;
}

static void read_process(struct processes *t, int pid, size_t max_args)
{
	static char args[ARGS_MAX + 1], path[PATH_MAX];
	char comm[COMM_LEN];
	struct event e = { .kind = EVENT_EXEC, .pid = pid, .comm = comm };
	ssize_t n = read_file(pid, "cmdline", args, max_args + 1);

	/* A kernel thread has neither arguments nor a file. */
	if (n <= 0 || !read_stat(pid, comm, &e.details.start_ns))
		return;
	e.comm_len = strnlen(comm, sizeof(comm));
	e.args = args;
	e.args_truncated = (size_t)n > max_args;
	e.args_len = e.args_truncated ? max_args : (size_t)n;
	e.filename_len = read_exe(pid, path);
	e.filename = e.filename_len ? path : NULL;
	add(t, &e, false);
}

void processes_read(struct processes *t, size_t max_args)
{
	char self[16] = "";
	struct dirent *entry;
	DIR *dir;

	/* It may be that of another PID namespace. */
	if (readlink("/proc/self", self, sizeof(self) - 1) < 0 || atoi(self) != getpid())
		return;
	dir = opendir("/proc");
	if (!dir)
		return;
	while ((entry = readdir(dir)))
		if (isdigit((unsigned char)entry->d_name[0]))
			read_process(t, atoi(entry->d_name), max_args);
	closedir(dir);
}

bool process_runs(const struct process *p, bool same)
{
	unsigned long long start_ns;
	char comm[COMM_LEN];
	unsigned int uid;

	if (kill(p->exec.pid, 0) && errno == ESRCH)
		return false;
	if (!read_stat(p->exec.pid, comm, &start_ns)) /* /proc may be hidden */
		return true;
	if (p->exec.details.start_ns && p->exec.details.start_ns - start_ns >= tick_ns())
		return false; /* another one has its PID */
	if (!same)
		return true;
	return strnlen(comm, COMM_LEN) == p->exec.comm_len &&
	       memcmp(comm, p->exec.comm, p->exec.comm_len) == 0 &&
	       (!read_uid(p->exec.pid, &uid) || uid == p->exec.uid);
}
