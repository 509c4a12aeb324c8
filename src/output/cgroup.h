/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * The ID of a cgroup v2, as events carry it -> its path.
 *
 * The ID is the inode number of the cgroup's directory, so it can be found by any
 * user with read access: no privilege is needed once the mount is open.
 * A cgroup that is removed at once cannot be found that way: see cgroup_note().
 */
#ifndef CGROUP_H
#define CGROUP_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Limit of the memory in bytes: 100,000 cgroups with paths of 100 bytes.
 * A user with a delegated subtree can make any number of cgroups.
 */
#define CGROUP_MEMORY (16U << 20)

/*
 * Opens the cgroup v2 file system mounted at `mount`, or if that is NULL the
 * first that /proc/self/mounts names (on a hybrid system /sys/fs/cgroup/unified),
 * and remembers what is there.  Returns 0 or -errno; -ENOENT: there is none.
 */
int cgroup_open(const char *mount);

/*
 * An unknown ID costs a walk of the whole tree.  There is at most one walk between
 * two calls of this, and walking takes at most a tenth of the time.
 */
void cgroup_new_drain(void);

/*
 * The path below the mount, "/" for the mount itself.  NULL: it was removed before
 * it could be looked up, it is outside of the mount, or it is unknown and no
 * walk is due.  A cgroup that has been seen keeps its path after it is removed.
 * Valid until the next call.
 */
const char *cgroup_path(unsigned long long id);

/*
 * A cgroup was made: its ID, its parent's, and its name, size bytes long.  Has no
 * effect if the parent is unknown.
 */
void cgroup_note(unsigned long long id, unsigned long long parent, const char *name, size_t size);

/* The same from a record on the ring; false: it is not a cgroup record. */
bool cgroup_note_record(const void *data, size_t size);

void cgroup_close(void);

/*
 * Looks for the ID of a container, 64 lower-case hexadecimal digits, in the path of
 * its cgroup: /docker/ID, .../docker-ID.scope, .../cri-containerd-ID.scope/init and
 * the like.  Of several the last one counts: the innermost container.
 */
#define CONTAINER_ID_LEN 64
bool cgroup_container_id(const char *path, char id[CONTAINER_ID_LEN + 1]);

#endif
