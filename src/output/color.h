/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Whether failures are shown in red. */
#ifndef COLOR_H
#define COLOR_H

#include <stdbool.h>
#include <stdio.h>

#include "run/options.h"

/*
 * COLOR_AUTO: only on a terminal, unless NO_COLOR is set and not empty
 * (no-color.org) or TERM is "dumb".
 */
bool wants_color(FILE *file, enum color when);

#endif
