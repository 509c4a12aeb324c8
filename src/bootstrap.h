/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * The records that travel from the kernel to user space over the ring buffer.
 *
 * Both sides read this header: bootstrap.bpf.c writes the records, output/event.c
 * checks and decodes them.  It includes nothing, and its types have the same size
 * in BPF, 64-bit and 32-bit user space.  Every 8-byte member is at a multiple of
 * 8, so there is no hidden padding.
 *
 * Read bootstrap.bpf.c next, then bootstrap.c.
 */
#ifndef BOOTSTRAP_H
#define BOOTSTRAP_H

#define COMM_LEN         16    /* TASK_COMM_LEN in the kernel, including the NUL */
#define FILENAME_MAX_LEN 4128  /* PATH_MAX and the "/dev/fd/N/" of execveat(2) */
#define ARGS_MAX         24576 /* a per-CPU value is limited to 32 KiB */

enum event_kind {
	EVENT_EXEC = 1,
	EVENT_EXIT = 2,
	EVENT_FORK = 3,   /* a struct event_header */
	EVENT_FAILED = 4, /* an exec that failed: a struct exec_record */
};

/* event_header.flags */
#define FLAG_FILENAME_TRUNCATED 0x1
#define FLAG_ARGS_TRUNCATED     0x2
#define FLAG_DETAILS            0x4 /* a struct details follows the record */
#define FLAG_RESOURCES          0x8 /* a struct resources follows that; exits only */

struct event_header {
	unsigned short kind;        /* enum event_kind */
	unsigned short flags;       /* FLAG_* */
	int pid;                    /* in the tracer's PID namespace */
	int ppid;                   /* the real parent, in the same namespace; 0: outside */
	unsigned int uid;           /* real UID, as the first user namespace numbers it */
	unsigned long long time_ns; /* CLOCK_BOOTTIME: it counts suspend and never goes back */
	char comm[COMM_LEN];        /* the process's, not that of a thread */
};

/* Then the file name and the arguments: a record is as long as its strings. */
struct exec_record {
	struct event_header header;
	unsigned short filename_len; /* bytes, including the NUL */
	unsigned short args_len;     /* bytes; each argument ends with a NUL */
	unsigned int error;          /* EVENT_FAILED: an errno; else 0 */
};

struct exit_record {
	struct event_header header;
	unsigned int status;            /* what wait4(2) returns */
	unsigned int reserved;          /* 0 */
	unsigned long long duration_ns; /* since the last exec, or else since it was created */
	unsigned long long lifetime_ns; /* since it was created */
};

/* What is missing from the output, counted in the kernel; output/loss.h reports it. */
struct lost {
	unsigned long long exec, exit, other; /* events that did not fit on the ring */
	unsigned long long unfollowed; /* processes that did not fit in `followed` or `born` */
	unsigned long long untimed;    /* execs that did not fit in `exec_start` */
};

_Static_assert(sizeof(struct event_header) == 40, "no padding");
_Static_assert(sizeof(struct exec_record) == 48, "no padding");
_Static_assert(sizeof(struct exit_record) == 64, "no padding");
_Static_assert(FILENAME_MAX_LEN <= 0xffff && ARGS_MAX <= 0xffff, "lengths fit their members");

#endif
