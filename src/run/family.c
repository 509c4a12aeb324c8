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

/* From /proc/PID/stat, after the name, which may hold anything; see proc(5). */
static bool read_stat(const char *pid, char *state, int *parent, int *threads)
{
	char path[32], text[512];
	const char *end;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%.20s/stat", pid);
	file = fopen(path, "re");
	if (!file)
		return false; /* ended since the directory was read */
	text[fread(text, 1, sizeof(text) - 1, file)] = '\0';
	fclose(file);
	end = strrchr(text, ')');
	return end &&
	       sscanf(end, ") %c %d %*d %*d %*d %*d %*u %*u %*u %*u %*u %*u %*u %*d %*d %*d %*d %d",
		      state, parent, threads) == 3;
}

int family_note_proc(struct family *f)
{
	DIR *proc = opendir("/proc");
	struct dirent *entry;
	int err = 0, parent, threads;
	char state;

	if (!proc)
		return -errno;
	while (!err && (entry = readdir(proc)))
		if (isdigit((unsigned char)entry->d_name[0]) &&
		    read_stat(entry->d_name, &state, &parent, &threads))
			err = family_note(f, atoi(entry->d_name), parent);
	closedir(proc);
	return err;
}

int family_spread(struct family *f, int (*add)(void *ctx, int pid, unsigned char what), void *ctx)
{
	int added = 0, before;

	/* Generation by generation, until one has no children. */
	do {
		before = added;
		for (size_t i = 0; i < f->count; i++) {
			const struct kin *k = &f->kin[i];
			int err;

			if (f->what[k->pid] || !f->what[k->parent])
				continue;
			err = add(ctx, k->pid, f->what[k->parent]);
			if (err < 0)
				return err;
			f->what[k->pid] = f->what[k->parent];
			added++;
		}
	} while (added > before);
	return added;
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
	char text[16], state;
	int parent, threads;

	snprintf(text, sizeof(text), "%d", pid);
	if (!read_stat(text, &state, &parent, &threads))
		return true;
	/* The state is that of the leader, which may end before other threads. */
	return (state == 'Z' || state == 'X') && threads <= 1;
}
