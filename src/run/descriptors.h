/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Makes sure that descriptors 0 to 2 are open. */
#ifndef DESCRIPTORS_H
#define DESCRIPTORS_H

/*
 * Opens 0, 1 and 2 if they are closed.  If one were closed (`bootstrap >&-`), a
 * BPF map or the ring buffer would get its number, and output for
 * standard output or standard error would be written to that.  Using the
 * stand-in fails with EBADF, as using the closed one would have; a command that
 * is run finds it closed again.  Returns 0, or -errno after one line on stderr if
 * /dev/null cannot be opened.
 */
int occupy_standard_descriptors(void);

#endif
