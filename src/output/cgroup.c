/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * Finds cgroups by walking their tree; see cgroup.h.
 *
 * The kernel assigns increasing IDs and never reuses one (64 bits, kernfs), so
 * neither a path nor the lack of one has to be looked up twice.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/magic.h>
#include <mntent.h>
#include <search.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "bpf/cgroup.h"
#include "output/cgroup.h"
#include "output/clock.h"

/* The overhead of malloc() and tsearch() for each cgroup. */
#define NODE_OVERHEAD 64

#define WALK_SHARE 9 /* after a walk, this many times as long without one */

struct cgroup {
	/* A 32-bit kernel shows only the lower half of its IDs as inode numbers. */
	unsigned long id;
	char path[]; /* empty: there is none */
};

static int root = -1;
static void *known; /* a tree for tsearch() */
static size_t memory;
static unsigned long wanted; /* remembered even if the limit is reached */
static bool may_walk;
static unsigned long long next_walk_ns; /* CLOCK_BOOTTIME */

static int compare(const void *left, const void *right)
{
	const struct cgroup *a = left, *b = right;

	return a->id < b->id ? -1 : a->id > b->id;
}

static const struct cgroup *look_up(unsigned long id)
{
	const struct cgroup key = { .id = id };
	struct cgroup *const *found = tfind(&key, &known, compare);

	return found ? *found : NULL;
}

/* An empty path means that there is none. */
static void remember(unsigned long id, const char *path, size_t length)
{
	size_t size = sizeof(struct cgroup) + length + 1;
	struct cgroup *cgroup, **place;

	if (look_up(id) || (memory + size + NODE_OVERHEAD > CGROUP_MEMORY && id != wanted))
		return;
	cgroup = malloc(size);
	if (!cgroup)
		return;
	cgroup->id = id;
	memcpy(cgroup->path, path, length);
	cgroup->path[length] = '\0';
	place = tsearch(cgroup, &known, compare);
	if (!place) {
		free(cgroup);
		return;
	}
	*place = cgroup; /* no change, but gcc's analyzer sees a leak without it */
	memory += size + NODE_OVERHEAD;
}

static void forget_all(void)
{
	tdestroy(known, free);
	known = NULL;
	memory = 0;
}

/* Remembers the cgroups below a directory whose path is length bytes long; closes fd. */
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
		remember((unsigned long)entry->d_ino, path, length + 1 + size);
		below = openat(fd, entry->d_name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		if (below >= 0)
			walk(below, path, length + 1 + size);
	}
	closedir(dir);
}

static void walk_all(void)
{
	int fd = openat(root, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	unsigned long long start_ns = clock_boot_ns();
	char path[PATH_MAX];
	struct stat st;

	if (fd < 0)
		return;
	if (fstat(fd, &st) == 0)
		remember((unsigned long)st.st_ino, "/", 1);
	walk(fd, path, 0);
	next_walk_ns = clock_boot_ns() + WALK_SHARE * (clock_boot_ns() - start_ns);
	may_walk = false;
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

static const char *path_of(const struct cgroup *cgroup)
{
	return cgroup && *cgroup->path ? cgroup->path : NULL;
}

void cgroup_new_drain(void)
{
	may_walk = clock_boot_ns() >= next_walk_ns;
}

const char *cgroup_path(unsigned long long id)
{
	const struct cgroup *cgroup = look_up((unsigned long)id);

	if (!cgroup && id && root >= 0 && may_walk) {
		wanted = (unsigned long)id;
		if (memory + PATH_MAX > CGROUP_MEMORY)
			forget_all();
		walk_all();
		remember(wanted, "", 0); /* unless it has just been found */
		cgroup = look_up(wanted);
	}
	return path_of(cgroup);
}

void cgroup_note(unsigned long long id, unsigned long long parent, const char *name, size_t size)
{
	const char *above = path_of(look_up((unsigned long)parent));
	char path[PATH_MAX];
	size_t length;

	if (!above)
		return;
	if (strcmp(above, "/") == 0)
		above = "";
	length = strlen(above);
	if (length + 1 + size >= sizeof(path))
		return;
	memcpy(path, above, length);
	path[length] = '/';
	memcpy(path + length + 1, name, size);
	remember((unsigned long)id, path, length + 1 + size);
}

bool cgroup_note_record(const void *data, size_t size)
{
	struct cgroup_record r;

	if (size < sizeof(r))
		return false;
	memcpy(&r, data, sizeof(r));
	if (r.kind != RECORD_CGROUP)
		return false;
	if (r.name_len && size - sizeof(r) >= r.name_len)
		cgroup_note(r.id, r.parent, (const char *)data + sizeof(r), r.name_len - 1U);
	return true;
}

void cgroup_close(void)
{
	forget_all();
	if (root >= 0)
		close(root);
	root = -1;
	may_walk = false;
	next_walk_ns = 0;
}

bool cgroup_container_id(const char *path, char id[CONTAINER_ID_LEN + 1])
{
	size_t length = 0; /* length of the word that ends at path */
	bool found = false, hex = true;

	if (strlen(path) < CONTAINER_ID_LEN) /* the usual case */
		return false;
	for (;; path++) {
		bool digit = *path >= '0' && *path <= '9';

		if (digit || (*path >= 'a' && *path <= 'z') || (*path >= 'A' && *path <= 'Z')) {
			hex = hex && (digit || (*path >= 'a' && *path <= 'f'));
			length++;
			continue;
		}
		if (length == CONTAINER_ID_LEN && hex) {
			memcpy(id, path - length, length);
			id[length] = '\0';
			found = true;
		}
		if (!*path)
			return found;
		length = 0;
		hex = true;
	}
}
