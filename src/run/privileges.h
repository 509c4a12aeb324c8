/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Drops the privileges that only loading and attaching need. */
#ifndef PRIVILEGES_H
#define PRIVILEGES_H

#include "run/users.h"

/*
 * Becomes the user whom the command runs as, so that signals can be forwarded
 * to it. Permanently drops every capability, and sets no_new_privs. Then a
 * seccomp filter allows only the system calls for reading the ring, printing and
 * cleaning up; it allows open() for reading, and bpf() for information about open
 * objects. Any other call fails with EPERM. A kernel or an architecture without
 * such filters runs without one.
 *
 * Open descriptors stay usable, whoever owns them: output, maps, ring. Files that
 * are opened after this must be readable for that user.
 *
 * Returns 0, or -errno after one line on stderr. main() calls it once, when
 * everything is attached and the command waits at its gate. who: as
 * identity_resolve() set it, all 0 without a command.
 */
int drop_privileges(const struct identity *who);

#endif
