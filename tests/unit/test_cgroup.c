/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * Paths of cgroups, in a tree of plain directories: the code asks no more of
 * the real one than names and inode numbers.  tests/live/ has the real one.
 */
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "output/cgroup.h"
#include "unit.h"

static char mount[64];

static unsigned long long make(const char *path)
{
	char full[PATH_MAX];
	struct stat st;

	snprintf(full, sizeof(full), "%s%s", mount, path);
	assert_int_equal(mkdir(full, 0755), 0);
	assert_int_equal(stat(full, &st), 0);
	return st.st_ino;
}

static void rename_in_tree(const char *from, const char *to)
{
	char old[PATH_MAX], new[PATH_MAX];

	snprintf(old, sizeof(old), "%s%s", mount, from);
	snprintf(new, sizeof(new), "%s%s", mount, to);
	assert_int_equal(rename(old, new), 0);
}

static int set_up(void **state)
{
	(void)state;
	/* In memory: some disk file systems make up the inode numbers that readdir shows. */
	strcpy(mount, "/dev/shm/test_cgroup.XXXXXX");
	return mkdtemp(mount) ? 0 : -1;
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st, (void)type, (void)ftw;
	return remove(path);
}

static int tear_down(void **state)
{
	(void)state;
	cgroup_close();
	return nftw(mount, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

static void test_paths(void **state)
{
	unsigned long long a = make("/a"), b = make("/a/b.slice"), c = make("/a/b.slice/c d\n"), e = make("/e");
	struct stat st;

	(void)state;
	assert_int_equal(stat(mount, &st), 0);
	assert_int_equal(cgroup_open(mount), 0);
	assert_string_equal(cgroup_path(st.st_ino), "/");
	assert_string_equal(cgroup_path(a), "/a");
	assert_string_equal(cgroup_path(b), "/a/b.slice");
	assert_string_equal(cgroup_path(c), "/a/b.slice/c d\n");
	assert_string_equal(cgroup_path(e), "/e");
	assert_null(cgroup_path(0));
}

static void test_made_later(void **state)
{
	unsigned long long a, b;

	(void)state;
	assert_int_equal(cgroup_open(mount), 0);
	a = make("/a");
	b = make("/a/b");
	assert_string_equal(cgroup_path(b), "/a/b");
	assert_string_equal(cgroup_path(a), "/a");
}

/* What is a file or leads elsewhere is no cgroup. */
static void test_other_entries(void **state)
{
	char path[PATH_MAX];
	struct stat st;
	int fd;

	(void)state;
	make("/a");
	snprintf(path, sizeof(path), "%s/a/cgroup.procs", mount);
	fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
	assert_true(fd >= 0);
	assert_int_equal(fstat(fd, &st), 0);
	close(fd);
	snprintf(path, sizeof(path), "%s/up", mount);
	assert_int_equal(symlink("/", path), 0);
	assert_int_equal(cgroup_open(mount), 0);
	assert_null(cgroup_path(st.st_ino));
	assert_int_equal(stat("/proc", &st), 0);
	assert_null(cgroup_path(st.st_ino));
}

/* Looked up once: one that has gone keeps its path, one that was not there stays unknown. */
static void test_remembered(void **state)
{
	unsigned long long a = make("/a"), late;

	(void)state;
	assert_int_equal(cgroup_open(mount), 0);
	late = make("/late");
	rename_in_tree("/late", ".moved"); /* out of the tree, beside it */
	assert_null(cgroup_path(late));
	rename_in_tree(".moved", "/late");
	assert_null(cgroup_path(late));
	rename_in_tree("/a", "/other");
	assert_string_equal(cgroup_path(a), "/a");
}

/* Where all the IDs there can be are asked for, what is remembered does not grow. */
static void test_bounded(void **state)
{
	unsigned long long a = make("/a"), gone = 1ULL << 60;

	(void)state;
	assert_int_equal(cgroup_open(mount), 0);
	for (int i = 0; i < 3 * CGROUPS_MAX; i++)
		assert_null(cgroup_path(gone + (unsigned long long)i));
	assert_string_equal(cgroup_path(a), "/a");
	for (int i = 0; i < 3 * CGROUPS_MAX; i++)
		assert_null(cgroup_path(gone + 7919ULL * (unsigned long long)i));
	assert_string_equal(cgroup_path(a), "/a");
}

/* More cgroups than are remembered: each is found, again and again. */
static void test_more_than_remembered(void **state)
{
	static unsigned long long ids[CGROUPS_MAX + 100];
	char path[32];

	(void)state;
	for (int i = 0; i < CGROUPS_MAX + 100; i++) {
		snprintf(path, sizeof(path), "/%d", i);
		ids[i] = make(path);
	}
	assert_int_equal(cgroup_open(mount), 0);
	for (int round = 0; round < 2; round++)
		for (int i = 0; i < CGROUPS_MAX + 100; i += 13) {
			snprintf(path, sizeof(path), "/%d", i);
			assert_string_equal(cgroup_path(ids[i]), path);
		}
}

static void test_no_such_mount(void **state)
{
	(void)state;
	assert_int_equal(cgroup_open("/nowhere"), -ENOENT);
	assert_null(cgroup_path(1));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_paths, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_made_later, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_other_entries, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_remembered, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_bounded, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_more_than_remembered, set_up, tear_down),
		cmocka_unit_test(test_no_such_mount),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
