/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * Finds cgroups by walking their tree; cgroup.h says what it promises.
 *
 * The kernel gives out IDs in turn and none twice (64 bits, kernfs), so neither
 * a path nor the want of one ever has to be looked up again.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/magic.h>
#include <mntent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "output/cgroup.h"

#ifndef CGROUP2_SUPER_MAGIC
#define CGROUP2_SUPER_MAGIC 0x63677270
#endif

static int root = -1;
static ino_t wanted; /* remembered even if there is no room for more */

/* A hash table with open addressing, about half full at most. */
static struct known {
	ino_t id; /* 0: free.  A 32-bit kernel shows the lower half of its IDs as inode numbers. */
	char *path; /* NULL: there is none */
} table[2 * CGROUPS_MAX];
static size_t used;

/* Where the ID is, or where it would be. */
static struct known *look_up(ino_t id)
{
	size_t i = id % (2 * CGROUPS_MAX);

	while (table[i].id && table[i].id != id)
		i = (i + 1) % (2 * CGROUPS_MAX);
	return &table[i];
}

static void remember(ino_t id, const char *path)
{
	struct known *known = look_up(id);

	if (known->id || (used >= CGROUPS_MAX && id != wanted))
		return;
	known->id = id;
	known->path = path ? strdup(path) : NULL;
	used++;
}

static void forget_all(void)
{
	for (size_t i = 0; i < 2 * CGROUPS_MAX; i++)
		free(table[i].path);
	memset(table, 0, sizeof(table));
	used = 0;
}

/* Remembers what is below a directory, whose path is length bytes long; closes fd. */
static void walk(int fd, char path[PATH_MAX], size_t length)
{
	DIR *dir = fdopendir(fd);
	struct dirent *entry;

	if (!dir) {
		close(fd);
		return;
	}
	while ((entry = readdir(dir))) {
		size_t size = strlen(entry->d_name);
		int below;

		if (entry->d_type != DT_DIR || strcmp(entry->d_name, ".") == 0 ||
		    strcmp(entry->d_name, "..") == 0 || length + 1 + size >= PATH_MAX)
			continue;
		path[length] = '/';
		memcpy(path + length + 1, entry->d_name, size + 1);
		remember(entry->d_ino, path);
		below = openat(fd, entry->d_name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		if (below >= 0)
			walk(below, path, length + 1 + size);
	}
	closedir(dir);
}

static void walk_all(void)
{
	int fd = openat(root, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	char path[PATH_MAX];
	struct stat st;

	if (fd < 0)
		return;
	if (fstat(fd, &st) == 0)
		remember(st.st_ino, "/");
	walk(fd, path, 0);
}

static int open_directory(const char *path)
{
	return open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

static int open_first_mounted(void)
{
	FILE *mounts = setmntent("/proc/self/mounts", "re");
	struct mntent *m;
	int fd = -1;

	if (!mounts)
		return -1;
	while (fd < 0 && (m = getmntent(mounts))) {
		struct statfs fs;

		if (strcmp(m->mnt_type, "cgroup2"))
			continue;
		fd = open_directory(m->mnt_dir);
		if (fd >= 0 && (fstatfs(fd, &fs) || fs.f_type != CGROUP2_SUPER_MAGIC)) {
			close(fd); /* something else is mounted over it */
			fd = -1;
		}
	}
	endmntent(mounts);
	return fd;
}

int cgroup_open(const char *mount)
{
	errno = ENOENT;
	root = mount ? open_directory(mount) : open_first_mounted();
	if (root < 0)
		return -errno;
	walk_all();
	return 0;
}

const char *cgroup_path(unsigned long long id)
{
	struct known *known = look_up((ino_t)id);

	if (known->id)
		return known->path;
	if (id == 0 || root < 0)
		return NULL;

	if (used >= CGROUPS_MAX)
		forget_all();
	wanted = (ino_t)id;
	walk_all();
	remember(wanted, NULL); /* unless it has just been found */
	return look_up(wanted)->path;
}

void cgroup_close(void)
{
	forget_all();
	if (root >= 0)
		close(root);
	root = -1;
}
