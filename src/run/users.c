/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* User look-ups; see users.h. */
#include <err.h>
#include <errno.h>
#include <grp.h>
#include <limits.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "run/users.h"

#if defined(STATIC) && defined(__GLIBC__)
#include <nss.h>
#define FILES_ONLY 1
#else
#define FILES_ONLY 0
#endif

/* Before each look-up; it costs nothing. */
static void use_files_only(void)
{
#if FILES_ONLY
	__nss_configure_lookup("passwd", "files");
	__nss_configure_lookup("group", "files");
	__nss_configure_lookup("initgroups", "files");
#endif
}

/* Digits and nothing else, and less than (uid_t)-1, which means "none" to the kernel. */
static bool parse_id(const char *text, unsigned int *id)
{
	unsigned long long number;

	if (!*text || text[strspn(text, "0123456789")])
		return false;
	errno = 0;
	number = strtoull(text, NULL, 10);
	*id = (unsigned int)number;
	return errno == 0 && number < UINT_MAX;
}

int user_number(const char *option, const char *text, uid_t *uid)
{
	const struct passwd *user;

	if (parse_id(text, uid))
		return 0;
	use_files_only();
	user = getpwnam(text);
	if (user) {
		*uid = user->pw_uid;
		return 0;
	}
	if (FILES_ONLY)
		warnx("%s: no such user: '%s'; this static program reads only /etc/passwd", option,
		      text);
	else
		warnx("%s: no such user: '%s'", option, text);
	return -1;
}

/* A number that sudo leaves in the environment. */
static int caller_id(const char *name, unsigned int *id)
{
	const char *text = getenv(name);

	if (text && parse_id(text, id))
		return 0;
	if (text)
		warnx("cannot determine who called sudo: invalid %s '%s'; unset it or use --run-as",
		      name, text);
	else
		warnx("cannot determine who called sudo: %s is not set; use --run-as", name);
	return 1;
}

int identity_resolve(struct identity *who, const char *run_as)
{
	static gid_t groups[NGROUPS_MAX];
	const struct passwd *user;

	*who = (struct identity){ .groups = groups, .group_count = 1 };
	if (run_as) {
		if (user_number("--run-as", run_as, &who->uid))
			return 2;
		if (who->uid != 0 && who->uid == getuid() && who->uid == geteuid())
			return 0;
	} else {
		if (geteuid() != 0 || (!getenv("SUDO_UID") && !getenv("SUDO_GID")))
			return 0;
		if (caller_id("SUDO_UID", &who->uid) || caller_id("SUDO_GID", &who->gid))
			return 1;
		if (who->uid == 0)
			return 0;
	}
	who->change = true;
	use_files_only();
	user = getpwuid(who->uid);
	if (run_as)
		who->gid = user ? user->pw_gid : who->uid;
	groups[0] = who->gid;
	if (!user)
		return 0;
	setenv("HOME", user->pw_dir, 1); /* sudo has set them to root's */
	setenv("USER", user->pw_name, 1);
	setenv("LOGNAME", user->pw_name, 1);
	setenv("SHELL", user->pw_shell, 1);
	who->group_count = NGROUPS_MAX;
	/* More than the kernel takes: the first ones. */
	if (getgrouplist(user->pw_name, who->gid, groups, &who->group_count) < 0)
		who->group_count = NGROUPS_MAX;
	return 0;
}

int identity_assume(const struct identity *who)
{
	int error;

	if (!who->change)
		return 0;
	if (setgroups((size_t)who->group_count, who->groups) == 0 &&
	    setresgid(who->gid, who->gid, who->gid) == 0 &&
	    setresuid(who->uid, who->uid, who->uid) == 0)
		return 0;
	error = errno;
	warn("cannot become user %u", who->uid);
	return -error;
}
