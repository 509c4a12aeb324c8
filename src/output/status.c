/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Names of signals.  By name, because the numbers differ between architectures. */
#include <signal.h>
#include <stdio.h>

#include "output/status.h"

#define NAME(signal) [signal] = #signal

static const char *const names[] = {
	NAME(SIGHUP),    NAME(SIGINT),    NAME(SIGQUIT), NAME(SIGILL),  NAME(SIGTRAP),
	NAME(SIGABRT),   NAME(SIGBUS),    NAME(SIGFPE),  NAME(SIGKILL), NAME(SIGUSR1),
	NAME(SIGSEGV),   NAME(SIGUSR2),   NAME(SIGPIPE), NAME(SIGALRM), NAME(SIGTERM),
	NAME(SIGCHLD),   NAME(SIGCONT),   NAME(SIGSTOP), NAME(SIGTSTP), NAME(SIGTTIN),
	NAME(SIGTTOU),   NAME(SIGURG),    NAME(SIGXCPU), NAME(SIGXFSZ), NAME(SIGPROF),
	NAME(SIGWINCH),  NAME(SIGVTALRM), NAME(SIGIO),   NAME(SIGPWR),  NAME(SIGSYS),
#ifdef SIGSTKFLT
	NAME(SIGSTKFLT),
#endif
#ifdef SIGEMT /* MIPS */
	NAME(SIGEMT),
#endif
};

/* The C library keeps 32 and 33 for itself, so its SIGRTMIN is 34: signal(7). */
#define RT_FIRST 34
#define RT_LAST  (_NSIG - 1)

const char *signal_name(int signal, char buffer[SIGNAL_NAME_LEN])
{
	if (signal > 0 && signal < (int)(sizeof(names) / sizeof(names[0])) && names[signal])
		return names[signal];
	if (signal == RT_FIRST)
		return "SIGRTMIN";
	if (signal > RT_FIRST && signal <= RT_LAST)
		snprintf(buffer, SIGNAL_NAME_LEN, "SIGRTMIN+%d", signal - RT_FIRST);
	else
		snprintf(buffer, SIGNAL_NAME_LEN, "SIG%d", signal);
	return buffer;
}
