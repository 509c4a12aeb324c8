/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * The program of which the storm is made: it ends at once, so that the time of a
 * pair is the kernel's and the tracer's.  With an argument it stays instead, as
 * the idle process of bench-scale.  Linked statically: no loader runs.
 */
#include <unistd.h>

int main(int argc, char **argv)
{
	(void)argv;
	if (argc > 1)
		pause();
	return 0;
}
