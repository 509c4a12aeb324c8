/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * The records that travel from the kernel to user space over the ring buffer.
 *
 * This header is read by both sides: bootstrap.bpf.c writes the records,
 * event.c checks and decodes them.  It includes nothing and uses only types
 * that are of the same size for BPF, 64-bit and 32-bit user space; every
 * 8-byte member stands at a multiple of 8, so there is no hidden padding.
 *
 * Read bootstrap.bpf.c next, then bootstrap.c.
 */
#ifndef BOOTSTRAP_H
#define BOOTSTRAP_H

#define COMM_LEN         16    /* TASK_COMM_LEN of the kernel, the NUL included */
#define FILENAME_MAX_LEN 4128  /* PATH_MAX and the "/dev/fd/N/" of execveat(2); never cut so far */
#define ARGS_MAX         24576 /* a per-CPU value ends at 32 KiB */

enum event_kind {
	EVENT_EXEC = 1,
	EVENT_EXIT = 2,
};

/* event_header.flags */
#define FLAG_FILENAME_TRUNCATED 0x1
#define FLAG_ARGS_TRUNCATED     0x2

struct event_header {
	unsigned short kind;          /* enum event_kind */
	unsigned short flags;         /* FLAG_* */
	int pid;                      /* in the tracer's PID namespace, as are all but ns_pid */
	int ppid;                     /* the real parent's; 0: it has none that we can see */
	int ns_pid;                   /* in the process's own, innermost PID namespace */
	unsigned long long time_ns;   /* CLOCK_BOOTTIME: goes on during suspend, never back */
	unsigned long long cgroup_id; /* cgroup v2; 0: unknown */
	char comm[COMM_LEN];
};

/* The file name follows, then the arguments: a record is as long as its strings. */
struct exec_record {
	struct event_header header;
	unsigned int uid;            /* real UID, as the first user namespace numbers it */
	unsigned short filename_len; /* bytes, the NUL included */
	unsigned short args_len;     /* bytes, every argument with its NUL */
};

struct exit_record {
	struct event_header header;
	unsigned int uid;
	unsigned int status;            /* as wait4(2) returns it */
	unsigned long long duration_ns; /* since the last exec, or since created */
	unsigned long long lifetime_ns; /* since created */
};

/* What could not be sent, counted in the kernel. */
struct loss {
	unsigned long long exec;
	unsigned long long exit;
};

_Static_assert(sizeof(unsigned short) == 2 && sizeof(int) == 4 && sizeof(long long) == 8,
	       "the types are of the same size on both sides");
_Static_assert(sizeof(struct event_header) == 48, "the header has no padding");
_Static_assert(sizeof(struct exec_record) == 56, "an exec is 56 bytes and its strings");
_Static_assert(sizeof(struct exit_record) == 72, "an exit is 72 bytes");
_Static_assert(FILENAME_MAX_LEN <= 0xffff && ARGS_MAX <= 0xffff, "lengths fit their members");

#endif
