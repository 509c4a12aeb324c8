/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * A section of a record that only the machine formats ask for; see bootstrap.h.
 * Both sides read this header, too.
 */
#ifndef DETAILS_H
#define DETAILS_H

#define TTY_LEN 16 /* enough for "ttyUSB12"; the kernel's own array has 64 */

#define ID_UNSET 0xffffffffU /* loginuid and session_id of a process without a login */

struct details {
	unsigned long long start_ns; /* CLOCK_BOOTTIME; with the PID it is unique in a boot */
	unsigned long long parent_start_ns; /* the same for the real parent */
	unsigned long long cgroup_id;       /* cgroup v2; 0: unknown */
	int ns_pid;                         /* in the process's own, innermost PID namespace */
	unsigned int euid;                  /* effective UID, numbered like uid */
	unsigned int loginuid;              /* who logged in; sudo and su do not change it */
	unsigned int session_id;            /* the audit session, not that of setsid(2) */
	char parent_comm[16];
	char tty[TTY_LEN]; /* the controlling terminal as the kernel names it: "pts3"; or empty */
};

_Static_assert(sizeof(struct details) == 72, "no padding");

#endif
