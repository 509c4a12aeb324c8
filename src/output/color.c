/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* See color.h. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "output/color.h"

bool wants_color(int fd, enum color when)
{
	const char *no_color = getenv("NO_COLOR"), *term = getenv("TERM");

	if (when != COLOR_AUTO)
		return when == COLOR_ALWAYS;
	return isatty(fd) && !(no_color && *no_color) && !(term && strcmp(term, "dumb") == 0);
}
