/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Descriptors 0 to 2, whatever the caller has left of them. */
#ifndef DESCRIPTORS_H
#define DESCRIPTORS_H

/*
 * Sees to it that 0, 1 and 2 are taken.  If one were closed (`bootstrap >&-`), a
 * BPF map or the ring buffer would get its number, and what is meant for
 * standard output or standard error would be written into that.  Using the
 * stand-in fails with EBADF, as using the closed one would have; a command that
 * is run finds it closed again.  Returns 0, or -errno after one line on stderr if
 * /dev/null cannot be opened.
 */
int occupy_standard_descriptors(void);

#endif
