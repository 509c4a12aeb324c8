/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Decides on colors; see color.h. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "output/color.h"

bool wants_color(FILE *file, enum color when)
{
	const char *no_color = getenv("NO_COLOR"), *term = getenv("TERM");

	if (when != COLOR_AUTO)
		return when == COLOR_ALWAYS;
	return isatty(fileno(file)) && !(no_color && *no_color) &&
	       !(term && strcmp(term, "dumb") == 0);
}
