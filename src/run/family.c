/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Finding descendants; see family.h. */
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "run/family.h"

int family_init(struct family *f)
{
	*f = (struct family){ .what = calloc(PID_LIMIT, sizeof(*f->what)) };
	return f->what ? 0 : -ENOMEM;
}

void family_add(struct family *f, int pid, unsigned char what)
{
	if (pid > 0 && pid < PID_LIMIT)
		f->what[pid] = what;
}

int family_note(struct family *f, int pid, int parent)
{
	if (pid <= 0 || pid >= PID_LIMIT || parent <= 0 || parent >= PID_LIMIT)
		return 0;
	if (f->count == f->room) {
		size_t room = f->room ? 2 * f->room : 256;
		struct kin *kin = realloc(f->kin, room * sizeof(*kin));

		if (!kin)
			return -ENOMEM;
		f->kin = kin;
		f->room = room;
	}
	f->kin[f->count++] = (struct kin){ .pid = pid, .parent = parent };
	return 0;
}

#define PF_EXITING 0x4 /* linux/sched.h: do_exit() has begun */

struct stat_line {
	char state;
	int parent, threads;
	unsigned int flags; /* PF_* */
};

/* Of /proc/PID/stat what follows the name, which may hold anything; see proc(5). */
static bool read_stat(const char *path, struct stat_line *s)
{
	char text[512];
	const char *end;
	FILE *file = fopen(path, "re");

	if (!file)
		return false; /* ended since the directory was read */
	text[fread(text, 1, sizeof(text) - 1, file)] = '\0';
	fclose(file);
	end = strrchr(text, ')');
	return end &&
	       sscanf(end, ") %c %d %*d %*d %*d %*d %u %*u %*u %*u %*u %*u %*u %*d %*d %*d %*d %d",
		      &s->state, &s->parent, &s->flags, &s->threads) == 4;
}

static bool read_stat_of(int pid, struct stat_line *s)
{
	char path[32];

	snprintf(path, sizeof(path), "/proc/%d/stat", pid);
	return read_stat(path, s);
}

int family_note_proc(struct family *f)
{
	DIR *proc = opendir("/proc");
	struct dirent *entry;
	struct stat_line s;
	int err = 0;

	if (!proc)
		return -errno;
	while (!err && (entry = readdir(proc)))
		if (isdigit((unsigned char)entry->d_name[0]) &&
		    read_stat_of(atoi(entry->d_name), &s))
			err = family_note(f, atoi(entry->d_name), s.parent);
	closedir(proc);
	return err;
}

int family_spread(struct family *f, int (*add)(void *ctx, int pid, unsigned char what), void *ctx)
{
	bool found;
	int sum = 0;

	/* Generation by generation, until one has no children. */
	do {
		found = false;
		for (size_t i = 0; i < f->count; i++) {
			const struct kin *k = &f->kin[i];
			int n;

			if (f->what[k->pid] || !f->what[k->parent])
				continue;
			n = add(ctx, k->pid, f->what[k->parent]);
			if (n < 0)
				return n;
			f->what[k->pid] = f->what[k->parent];
			found = true;
			sum += n;
		}
	} while (found);
	return sum;
}

void family_free(struct family *f)
{
	free(f->kin);
	free(f->what);
	*f = (struct family){ 0 };
}

int process_of(int tid)
{
	char path[32], line[128];
	int process = 0;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/status", tid);
	file = fopen(path, "re");
	while (file && !process && fgets(line, sizeof(line), file))
		sscanf(line, "Tgid: %d", &process);
	if (file)
		fclose(file);
	return process;
}

bool process_is_dead(int pid)
{
	struct stat_line s;

	if (!read_stat_of(pid, &s))
		return true;
	/* The state is that of the leader, which may end before other threads. */
	return (s.state == 'Z' || s.state == 'X') && s.threads <= 1;
}

bool process_is_ending(int pid)
{
	struct stat_line s;
	struct dirent *entry;
	bool ending = true;
	char path[64];
	DIR *tasks;

	if (!read_stat_of(pid, &s) || !(s.flags & PF_EXITING) || process_is_dead(pid))
		return false;
	snprintf(path, sizeof(path), "/proc/%d/task", pid);
	tasks = opendir(path);
	while (tasks && ending && (entry = readdir(tasks))) {
		snprintf(path, sizeof(path), "/proc/%d/task/%.20s/stat", pid, entry->d_name);
		ending = !read_stat(path, &s) || s.flags & PF_EXITING;
	}
	if (tasks)
		closedir(tasks);
	return ending;
}
