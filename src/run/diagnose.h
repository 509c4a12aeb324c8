/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Explains why the BPF programs could not be loaded. */
#ifndef DIAGNOSE_H
#define DIAGNOSE_H

/*
 * If err, what opening, loading or attaching returned, is not 0 (-errno): looks for
 * the cause and prints one line, "cannot WHAT: cause; hint".  btf: the file that
 * --btf named, or NULL.  Returns err.
 */
int diagnose(const char *what, int err, const char *btf);

#endif
