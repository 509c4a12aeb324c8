/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * Bytes from the ring buffer -> a checked event.
 *
 * Independent of libbpf, the clock and the output.  Formats (format.h) only get
 * events that have passed event_decode().
 */
#ifndef EVENT_H
#define EVENT_H

#include <stdbool.h>
#include <stddef.h>

#include "bootstrap.h"
#include "bpf/details.h"
#include "bpf/resources.h"

/* The strings point into the record: they live as long as it does. */
struct event {
	enum event_kind kind;
	int pid, ppid; /* see struct event_header */
	unsigned int uid;
	unsigned long long time_ns; /* CLOCK_BOOTTIME */
	const char *comm;           /* not NUL-terminated: comm_len bytes, none of them NUL */
	size_t comm_len;

	struct details details; /* zeroed if the record has none */

	/* EVENT_EXEC and EVENT_FAILED */
	const char *filename; /* NUL-terminated */
	size_t filename_len;  /* without the NUL */
	bool filename_truncated;
	const char *args; /* args_len bytes: arguments, each ended by a NUL */
	size_t args_len;  /* the last NUL may be missing if args_truncated */
	bool args_truncated;
	unsigned int error; /* EVENT_FAILED: an errno */

	/* EVENT_EXIT only */
	unsigned int status; /* as wait4(2) returns it */
	unsigned long long duration_ns, lifetime_ns;
	bool has_resources;
	struct resources resources; /* zeroed if the record has none */
};

/*
 * Checks the size bytes at data and fills *e in whole.
 * Returns 0, or -EBADMSG if they are not a record of bootstrap.h: too short or
 * too long for their kind, an unknown kind, lengths that do not add up, a file
 * name without its NUL.
 */
int event_decode(const void *data, size_t size, struct event *e);

#endif
