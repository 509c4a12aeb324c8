/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* A process's arguments -> a line that can be pasted into a shell. */
#ifndef QUOTE_H
#define QUOTE_H

#include <stdio.h>

#include "output/event.h"

/*
 * Writes the arguments of an exec, a blank before each.  bash, zsh and busybox
 * read the same bytes from it, and it is harmless on a terminal: a word is
 * written unchanged, or in '...', or in $'...' with escapes for bytes that are
 * not printable or not UTF-8.
 *
 * A truncated list ends with a bare ...; an argument like that is quoted.
 */
void put_args(FILE *file, const struct event *e);

/*
 * Writes the file name and the arguments, quoted in the same way.  argv[0] is left
 * out if it is the file name or its last component; otherwise it follows the file
 * name in parentheses, which no shell would read back: /bin/busybox (sh) -c ls.
 */
void put_command_line(FILE *file, const struct event *e);

#endif
