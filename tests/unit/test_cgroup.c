/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * Paths of cgroups, in a tree of plain directories: the code only needs names and
 * inode numbers.  tests/live/ uses the real cgroup file system.
 */
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "output/cgroup.h"
#include "output/clock.h"
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
	/* In memory, because some disk file systems invent the inode numbers of readdir. */
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

/* Looks up an ID that must be found: at once, or when the next walk is due. */
static const char *path_soon(unsigned long long id)
{
	unsigned long long deadline = clock_boot_ns() + 30000000000;
	const char *path;

	do {
		cgroup_new_drain();
		path = cgroup_path(id);
	} while (!path && clock_boot_ns() < deadline);
	assert_non_null(path);
	return path;
}

/* Waits until the next unknown ID starts a walk: far more than nine times the time of the last walk. */
static void let_walk(void)
{
	usleep(300000);
	cgroup_new_drain();
}

static void test_made_later(void **state)
{
	unsigned long long a, b;

	(void)state;
	assert_int_equal(cgroup_open(mount), 0);
	a = make("/a");
	b = make("/a/b");
	assert_string_equal(path_soon(b), "/a/b");
	assert_string_equal(cgroup_path(a), "/a");
}

/* Files and links are not cgroups. */
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

/* Looked up once: a removed cgroup keeps its path, a missing one stays unknown. */
static void test_remembered(void **state)
{
	unsigned long long a = make("/a"), late;

	(void)state;
	assert_int_equal(cgroup_open(mount), 0);
	late = make("/late");
	rename_in_tree("/late", ".moved"); /* out of the tree, next to it */
	let_walk();
	assert_null(cgroup_path(late));
	rename_in_tree(".moved", "/late");
	assert_string_equal(path_soon(make("/later")), "/later"); /* a walk that also passes it */
	assert_null(cgroup_path(late));
	rename_in_tree("/a", "/other");
	assert_string_equal(path_soon(make("/last")), "/last");
	assert_string_equal(cgroup_path(a), "/a");
}

/* At most one walk between two calls of cgroup_new_drain(); an ID that it did not find is tried again. */
static void test_one_walk_per_drain(void **state)
{
	unsigned long long a, b;

	(void)state;
	assert_int_equal(cgroup_open(mount), 0);
	a = make("/a");
	assert_null(cgroup_path(a)); /* no drain has begun */
	let_walk();
	assert_string_equal(path_soon(a), "/a");
	b = make("/b");
	usleep(300000);
	assert_null(cgroup_path(b));
	assert_string_equal(path_soon(b), "/b");
}

/* Walking takes at most a tenth of the time, however many unknown IDs and drains there are. */
static void test_walks_take_a_tenth(void **state)
{
	const int drains = 200;
	long long start, one, all;
	char path[32];

	(void)state;
	for (int i = 0; i < 3000; i++) {
		snprintf(path, sizeof(path), "/%d", i);
		make(path);
	}
	start = clock_boot_ns();
	assert_int_equal(cgroup_open(mount), 0);
	one = clock_boot_ns() - start;
	start = clock_boot_ns();
	for (int i = 0; i < drains; i++) {
		cgroup_new_drain();
		assert_null(cgroup_path((1ULL << 60) + (unsigned long long)i));
	}
	all = clock_boot_ns() - start;
	/* One walk in every drain would take 200 times as long as a single walk. */
	assert_true(all < one * drains / 4);
}

/* More than 4,096 cgroups: each is found, all by the first walk. */
static void test_many(void **state)
{
	static unsigned long long ids[10000];
	char path[32];

	(void)state;
	for (int i = 0; i < 10000; i++) {
		snprintf(path, sizeof(path), "/%d", i);
		ids[i] = make(path);
	}
	assert_int_equal(cgroup_open(mount), 0);
	for (int i = 0; i < 10000; i++) {
		snprintf(path, sizeof(path), "/%d", i);
		assert_string_equal(cgroup_path(ids[i]), path);
	}
}

/* Bytes in use by malloc(). */
static size_t allocated(void)
{
	return mallinfo2().uordblks + mallinfo2().hblkhd;
}

/* Memory is bounded whatever is noted and looked up, and each existing cgroup is found. */
static void test_bounded(void **state)
{
	unsigned long long a = make("/a"), gone = 1ULL << 60;
	size_t before = allocated();
	char name[200];
	struct stat st;

	(void)state;
	assert_int_equal(stat(mount, &st), 0);
	assert_int_equal(cgroup_open(mount), 0);
	memset(name, 'x', sizeof(name));
	for (unsigned int i = 0; i < 2 * CGROUP_MEMORY / sizeof(name); i++)
		cgroup_note(gone + i, st.st_ino, name, sizeof(name));
	assert_true(allocated() - before < CGROUP_MEMORY + (1 << 20));
	assert_int_equal(strlen(cgroup_path(gone)), 1 + sizeof(name));
	assert_string_equal(cgroup_path(a), "/a");

	/* When it is full, it starts again with the existing cgroups. */
	assert_string_equal(path_soon(make("/b")), "/b");
	assert_string_equal(cgroup_path(a), "/a");
	assert_null(cgroup_path(gone));
	assert_true(allocated() - before < 1 << 20);
}

/* More cgroups than it can remember: each is still found. */
static void test_more_than_remembered(void **state)
{
	static unsigned long long ids[9000];
	char name[251], deep[PATH_MAX] = "", path[PATH_MAX];
	size_t before = allocated();

	(void)state;
	memset(name, 'x', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	for (int level = 0; level < 8; level++) { /* 2,008 bytes, 9,000 times: 18 MB */
		strcat(deep, "/");
		strcat(deep, name);
		make(deep);
	}
	for (int i = 0; i < 9000; i++) {
		snprintf(path, sizeof(path), "%s/%d", deep, i);
		ids[i] = make(path);
	}
	assert_int_equal(cgroup_open(mount), 0);
	assert_true(allocated() - before < CGROUP_MEMORY + (1 << 20));
	for (int i = 0; i < 9000; i += 3000) {
		snprintf(path, sizeof(path), "%s/%d", deep, i);
		assert_string_equal(path_soon(ids[i]), path);
		snprintf(path, sizeof(path), "%s/%d", deep, 8999 - i);
		assert_string_equal(path_soon(ids[8999 - i]), path);
	}
	assert_true(allocated() - before < CGROUP_MEMORY + (1 << 20));
}

/* A noted cgroup has its path even if no walk has seen it. */
static void test_noted(void **state)
{
	unsigned long long a = make("/a"), gone = 1ULL << 60;
	char name[256];
	struct stat st;

	(void)state;
	memset(name, 'x', sizeof(name));
	assert_int_equal(stat(mount, &st), 0);
	cgroup_note(gone, st.st_ino, "early", 5); /* no tree is open */
	assert_null(cgroup_path(gone));
	assert_int_equal(cgroup_open(mount), 0);
	cgroup_note(gone, st.st_ino, "short", 5);
	cgroup_note(gone + 1, a, "lived: not this", 5);
	cgroup_note(gone + 2, gone + 1, "deeper", 6);
	assert_string_equal(cgroup_path(gone), "/short");
	assert_string_equal(cgroup_path(gone + 1), "/a/lived");
	assert_string_equal(cgroup_path(gone + 2), "/a/lived/deeper");
	/* The first path is kept; a cgroup with an unknown parent is ignored. */
	cgroup_note(a, st.st_ino, "b", 1);
	assert_string_equal(cgroup_path(a), "/a");
	cgroup_note(gone + 3, gone + 99, "lost", 4);
	assert_null(cgroup_path(gone + 3));
	/* As deep as a path can be, but no deeper. */
	for (unsigned int i = 100; i < 130; i++)
		cgroup_note(gone + i, i == 100 ? st.st_ino : gone + i - 1, name, 255);
	assert_int_equal(strlen(cgroup_path(gone + 100)), 256);
	assert_int_equal(strlen(cgroup_path(gone + 114)), 15 * 256);
	assert_null(cgroup_path(gone + 115)); /* PATH_MAX bytes and a NUL */
	assert_null(cgroup_path(gone + 116));
}

#define ID  "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define ID2 "fedcba9876543210fedcba9876543210fedcba9876543210fedcba9876543210"

static void test_container_id(void **state)
{
	static const struct {
		const char *path, *id;
	} paths[] = {
		{ "/docker/" ID, ID },
		{ "/system.slice/docker-" ID ".scope", ID },
		{ "/system.slice/docker-" ID ".scope/init.scope", ID },
		{ "/machine.slice/libpod-" ID ".scope/container", ID },
		{ "/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod1c2d3e4f_0a1b_2c3d_4e5f_60718293a4b5.slice/cri-containerd-" ID ".scope",
		  ID },
		{ "/kubepods.slice/kubepods-pod1c2d3e4f_0a1b_2c3d_4e5f_60718293a4b5.slice/crio-" ID ".scope", ID },
		{ "/kubepods/besteffort/pod1c2d3e4f-0a1b-2c3d-4e5f-60718293a4b5/" ID, ID },
		{ "/system.slice/kubepods-burstable.slice:cri-containerd:" ID, ID },
		{ "/docker/" ID "/docker/" ID2, ID2 }, /* the innermost */
		{ "/docker/" ID "/system.slice/cron.service", ID },
		{ ID, ID },
		{ "/", NULL },
		{ "", NULL },
		{ "/user.slice/user-1000.slice/session-2.scope", NULL },
		{ "/docker/0123456789ab", NULL },
		{ "/docker/" ID "0", NULL }, /* 65 digits */
		{ "/docker/0" ID, NULL },
		{ "/docker/x" ID, NULL },
		{ "/docker/" ID "g", NULL },
		{ "/docker/123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef", NULL }, /* 63 */
		{ "/docker/0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF", NULL },
		{ "/docker/0123456789abcdef0123456789abcdef-0123456789abcdef0123456789abcde", NULL },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
		char id[CONTAINER_ID_LEN + 1] = "untouched";

		assert_int_equal(cgroup_container_id(paths[i].path, id), paths[i].id != NULL);
		if (paths[i].id)
			assert_string_equal(id, paths[i].id);
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
		cmocka_unit_test_setup_teardown(test_one_walk_per_drain, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_walks_take_a_tenth, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_many, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_noted, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_bounded, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_more_than_remembered, set_up, tear_down),
		cmocka_unit_test(test_no_such_mount),
		cmocka_unit_test(test_container_id),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
