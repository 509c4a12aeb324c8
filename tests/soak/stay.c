/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * What alive.c keeps alive: says that its exec is done, and stays.  Linked
 * statically, since there may be 100,000 of it: some 70 KiB each.
 */
#include <unistd.h>

int main(void)
{
	if (write(STDOUT_FILENO, "", 1) == 1)
		pause();
	return 1;
}
