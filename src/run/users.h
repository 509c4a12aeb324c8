/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * Users by name and number, and the user that a COMMAND runs as.
 *
 * A static program asks the C library's files only, /etc/passwd and /etc/group.
 * A module that nsswitch.conf names, such as systemd or ldap, was built for
 * another C library and would crash it.  Other users are then known by number only.
 */
#ifndef USERS_H
#define USERS_H

#include <stdbool.h>
#include <sys/types.h>

/* The user to become.  All 0: no change. */
struct identity {
	bool change; /* false: keep our user */
	uid_t uid;
	gid_t gid;
	const gid_t *groups; /* static storage: there is one command in a run */
	int group_count;
};

/*
 * A user's name or number, as given to an option, say "--user" -> *uid.  Digits
 * are a number, whether or not it has a name.  Returns 0, or -1 after one line
 * on stderr.
 */
int user_number(const char *option, const char *text, uid_t *uid);

/*
 * Whom the command runs as: run_as, a name or a number; if it is NULL, the user
 * who called sudo, and without sudo there is no change.  Looks up everything that
 * is needed to become that user, and sets HOME, USER, LOGNAME and SHELL, which the
 * command inherits, to theirs if they have a name.  A number without a name has
 * the group of the same number.
 *
 * main() calls it if there is a COMMAND, before anything is loaded, and ends with
 * its result unless that is 0: 2 for a wrong run_as, 1 if SUDO_UID or SUDO_GID
 * is not a number.  One line on stderr says why.
 */
int identity_resolve(struct identity *who, const char *run_as);

/*
 * Becomes that user: real, effective and saved IDs, and the groups.  The change
 * is for good.  From root, it also clears all capabilities and makes the process
 * undumpable, so that the user cannot ptrace a process that was just root's.
 * Returns 0, or -errno after one line on stderr.
 */
int identity_assume(const struct identity *who);

#endif
