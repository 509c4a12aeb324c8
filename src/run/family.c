/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Finding descendants; see family.h. */
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "run/family.h"

int family_init(struct family *f, int root)
{
	*f = (struct family){ .member = calloc(PID_LIMIT, sizeof(*f->member)) };
	if (!f->member || root <= 0 || root >= PID_LIMIT)
		return -ENOMEM;
	f->member[root] = true;
	return 0;
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

/* The fourth field of /proc/PID/stat; the second, in parentheses, may hold anything. */
static int parent_of(const char *pid)
{
	char path[32], text[512];
	const char *end;
	int parent = 0;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%.20s/stat", pid);
	file = fopen(path, "re");
	if (!file)
		return 0; /* ended since the directory was read */
	text[fread(text, 1, sizeof(text) - 1, file)] = '\0';
	fclose(file);
	end = strrchr(text, ')');
	if (!end || sscanf(end, ") %*c %d", &parent) != 1)
		return 0;
	return parent;
}

int family_note_proc(struct family *f)
{
	DIR *proc = opendir("/proc");
	struct dirent *entry;
	int err = 0;

	if (!proc)
		return -errno;
	while (!err && (entry = readdir(proc)))
		if (isdigit((unsigned char)entry->d_name[0]))
			err = family_note(f, atoi(entry->d_name), parent_of(entry->d_name));
	closedir(proc);
	return err;
}

int family_add_members(struct family *f, int (*add)(void *ctx, int pid), void *ctx)
{
	int added = 0, before;

	/* Generation by generation, until one has no children. */
	do {
		before = added;
		for (size_t i = 0; i < f->count; i++) {
			const struct kin *k = &f->kin[i];
			int err;

			if (f->member[k->pid] || !f->member[k->parent])
				continue;
			err = add(ctx, k->pid);
			if (err < 0)
				return err;
			f->member[k->pid] = true;
			added++;
		}
	} while (added > before);
	return added;
}

void family_free(struct family *f)
{
	free(f->kin);
	free(f->member);
	*f = (struct family){ 0 };
}
