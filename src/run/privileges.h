/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Giving up what only loading and attaching needed. */
#ifndef PRIVILEGES_H
#define PRIVILEGES_H

/*
 * Drops every capability, for good: no_new_privs is set as well.  Then a seccomp
 * filter leaves only the system calls that reading the ring, printing and
 * cleaning up take; of open() it leaves reading, of bpf() asking about an object
 * that is open.  Any other fails with EPERM.  A kernel or an architecture
 * without such filters goes on without one.  Returns 0 or -errno.
 */
int drop_privileges(void);

#endif
