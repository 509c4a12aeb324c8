/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * The program that the storm runs.  It exits at once, so the time of a pair is spent
 * in the kernel and the tracer.  With an argument it stays alive instead, as the
 * idle process of bench-scale.  Linked statically, so no loader runs.
 */
#include <unistd.h>

int main(int argc, char **argv)
{
	(void)argv;
	if (argc > 1)
		pause();
	return 0;
}
