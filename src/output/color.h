/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Does a descriptor want colors? */
#ifndef COLOR_H
#define COLOR_H

#include <stdbool.h>

#include "run/options.h"

/* A failure is bold and red. */
#define COLOR_FAILURE "\x1b[1;31m"
#define COLOR_END     "\x1b[m"

/*
 * COLOR_AUTO: if it is a terminal that can show them, unless NO_COLOR is set and
 * not empty (no-color.org).
 */
bool wants_color(int fd, enum color when);

#endif
