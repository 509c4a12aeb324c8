/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Giving up what only loading and attaching needed. */
#ifndef PRIVILEGES_H
#define PRIVILEGES_H

#include "run/users.h"

/*
 * Becomes the user whom the command runs as, so that signals can be forwarded
 * to it. Drops every capability, for good: no_new_privs is set as well. Then a
 * seccomp filter leaves only the system calls that reading the ring, printing and
 * cleaning up take; of open() it leaves reading, of bpf() asking about an object
 * that is open. Any other call fails with EPERM. A kernel or an architecture
 * without such filters goes on without one.
 *
 * What is open stays usable, whoever owns it: output, maps, ring. What is opened
 * after this must be readable for that user.
 *
 * Returns 0, or -errno after one line on stderr. main() calls it once, when
 * everything is attached and the command waits at its gate. who: as
 * identity_resolve() set it, all 0 without a command.
 */
int drop_privileges(const struct identity *who);

#endif
