/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Giving up what only loading and attaching needed. */
#ifndef PRIVILEGES_H
#define PRIVILEGES_H

/*
 * Drops every capability, for good: no_new_privs is set as well.  What is open
 * stays usable.  Returns 0 or -errno.
 */
int drop_privileges(void);

#endif
