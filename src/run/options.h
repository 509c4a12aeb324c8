/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * argv -> struct options.  Parsing looks at nothing but argv: no BPF, no
 * files, no environment.
 */
#ifndef OPTIONS_H
#define OPTIONS_H

#include <stdbool.h>

#define BUFFER_MIN     (64U << 10) /* the longest record, 28 KiB, always fits */
#define BUFFER_MAX     (1U << 30)  /* a power of two that is an unsigned int */
#define BUFFER_DEFAULT (4U << 20)  /* 20,000 exec+exit pairs of 160 bytes, and a quarter more */

#define ARGS_DEFAULT 4096U /* bytes of arguments kept of each exec */

enum format {
	FORMAT_TABLE,
	FORMAT_JSON,
	FORMAT_TRACE,
};

/* What is NULL, 0 or false was not asked for. */
struct options {
	/* filters: all must hold */
	unsigned long long min_duration_ms;
	int pid;            /* it and its descendants, as our PID namespace numbers it */
	const char *user;   /* a name or a number */
	const char *comm;   /* 1 to 15 bytes */
	const char *cgroup; /* a directory */
	bool failed;

	/* output */
	bool args;
	enum format format;
	const char *output; /* a file */
	bool summary;

	/* tracing */
	unsigned long long max_events;
	unsigned long long max_seconds;
	unsigned int buffer_size; /* bytes, a power of two */
	unsigned int max_args;    /* bytes */
	const char *btf;          /* a file */
	bool verbose;

	char **command; /* ends with NULL */
};

/* What to do next; all but the first are exit statuses. */
enum options_result {
	OPTIONS_RUN = -1,   /* trace */
	OPTIONS_DONE = 0,   /* --help and the like were printed */
	OPTIONS_FAILED = 1, /* they could not be: one line on stderr has said why */
	OPTIONS_WRONG = 2,  /* the same for a wrong command line */
};

/* Fills *opt in from its defaults and argv.  Strings point into argv. */
enum options_result options_parse(struct options *opt, int argc, char **argv);

#endif
