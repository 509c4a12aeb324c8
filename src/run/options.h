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
#define BUFFER_DEFAULT (8U << 20)  /* 20,000 pairs of exec and exit: docs/usage.md */

#define ARGS_DEFAULT 4096U /* bytes of arguments kept of each exec */

#define SELECT_MAX 16 /* values of one filter option */

enum format_name {
	FORMAT_TABLE,
	FORMAT_JSON,
	FORMAT_TRACE,
	FORMAT_TREE,
	FORMAT_HTML,
};

enum color {
	COLOR_AUTO,
	COLOR_ALWAYS,
	COLOR_NEVER,
};

/*
 * The values of one filter option.  A process must match one of those that do
 * not exclude, if there are any, and none of those that do.
 */
struct selection {
	unsigned int count;
	struct {
		const char *value; /* not empty; without the '!' */
		bool exclude;
	} of[SELECT_MAX];
};

/* NULL, 0 and false mean that the option was not given. */
struct options {
	/* filters: an event must match all of them */
	unsigned long long min_duration_ms;
	struct selection pids;    /* 1 to INT_MAX in decimal, in our PID namespace */
	struct selection users;   /* names or numbers */
	struct selection comms;   /* 1 to 15 bytes, with no escapes */
	struct selection cgroups; /* directories */
	bool failed;

	/* output */
	bool args;
	enum format_name format;
	enum color color;
	const char *output; /* a file, or "-" for standard output; NULL: not given */
	bool summary;
	bool resources;

	/* tracing */
	bool exec_errors;
	bool path_search; /* only with exec_errors */
	bool forks;
	unsigned long long max_events;  /* ULLONG_MAX: unlimited */
	unsigned long long max_seconds; /* ULLONG_MAX: unlimited */
	unsigned int buffer_size;       /* bytes, a power of two */
	unsigned int max_args;          /* bytes; 0: no arguments */
	const char *btf;                /* a file */
	bool verbose;
	const char *run_as; /* a user, only with a command */

	char **command; /* ends with NULL */
};

/*
 * Fills *opt in from its defaults and argv.  Strings point into argv or to
 * storage of options.c that lives as long as the program.
 *
 * Returns only if there is something to trace.  --help, --usage and --version
 * exit with status 0 (1: standard output could not be written), a usage error
 * with status 2 after argp's two lines on stderr.
 */
void options_parse(struct options *opt, int argc, char **argv);

#endif
