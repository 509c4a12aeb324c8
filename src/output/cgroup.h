/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * The ID of a cgroup v2, as events carry it -> its path.
 *
 * The ID is the inode number of the cgroup's directory, so anyone who may read
 * the directories can find it: no privilege is needed once the mount is open.
 */
#ifndef CGROUP_H
#define CGROUP_H

/* At most so many are remembered, those that are gone included; then it begins anew. */
#define CGROUPS_MAX 4096

/*
 * Opens the cgroup v2 file system mounted at `mount`, or if that is NULL the
 * first that /proc/self/mounts names, and remembers what is there.
 * Returns 0 or -errno; -ENOENT: there is none.
 */
int cgroup_open(const char *mount);

/*
 * The path below the mount, "/" for the mount itself.  NULL: it was gone before
 * it could be looked up, or it is outside of what is mounted.  One that has been
 * seen keeps its path when it goes.  Valid until the next call.
 */
const char *cgroup_path(unsigned long long id);

void cgroup_close(void);

#endif
