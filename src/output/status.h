/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* The parts of a wait status: wait(2), and the kernel's own exit_code, are laid out like this. */
#ifndef STATUS_H
#define STATUS_H

#include <stdbool.h>

/* The signal that ended the process; 0: none did, it called exit. */
static inline int status_signal(unsigned int status)
{
	return status & 0x7f;
}

static inline bool status_core_dumped(unsigned int status)
{
	return status & 0x80;
}

static inline unsigned int status_exit_code(unsigned int status)
{
	return status >> 8 & 0xff;
}

#define SIGNAL_NAME_LEN 16

/*
 * "SIGKILL", "SIGRTMIN+3" (as `kill -l` of the C library counts them), or
 * "SIG" and the number.  Returns a constant, or buffer filled in.
 */
const char *signal_name(int signal, char buffer[SIGNAL_NAME_LEN]);

#endif
