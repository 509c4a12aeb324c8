/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Why the BPF programs could not be loaded, in words that help. */
#ifndef DIAGNOSE_H
#define DIAGNOSE_H

/*
 * Given the error (a positive errno) of loading or attaching, looks for its
 * cause and returns one line: what is missing and what to do.  btf: the file that
 * --btf named, or NULL.  Constant or static storage.
 */
const char *diagnose(int error, const char *btf);

#endif
