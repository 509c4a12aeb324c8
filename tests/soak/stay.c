/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * The program that alive.c keeps alive: reports that its exec is done, and stays.
 * Linked statically to stay small, about 70 KiB, because there may be 100,000 of it.
 */
#include <unistd.h>

int main(void)
{
	if (write(STDOUT_FILENO, "", 1) == 1)
		pause();
	return 1;
}
