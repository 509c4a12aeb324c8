/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * The command line, by argp.  A wrong one gets one line on stderr; options.h
 * has the rest of the contract.
 */
#include <argp.h>
#include <err.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "options.h"

enum {
	KEY_USAGE = 0x100, /* a long option without a letter */
	DONE = ECANCELED,  /* ends argp_parse() after --help and the like */
};

static const char doc[] = "Trace the starts and ends of processes: a line for each exec and exit.\v"
			  "Needs root, or CAP_BPF and CAP_PERFMON.  Ctrl-C ends it.  Exit status: "
			  "0, 1 if something failed, 2 for a wrong command line.";

static const struct argp_option option_list[] = {
	{ NULL, 0, NULL, 0, "Filters (in the kernel, all must hold):", 1 },
	{ "duration", 'd', "MS", 0, "only exits, of processes that lived at least MS milliseconds", 1 },
	{ NULL, 0, NULL, 0, "Tracing:", 3 },
	{ "events", 'n', "N", 0, "stop after N events", 3 },
	{ "time", 't', "SECONDS", 0, "stop after that long", 3 },
	{ "buffer", 'b', "SIZE", 0, "ring buffer: 64K (the least) to 1G, rounded up to a power of two; default 4M", 3 },
	{ "verbose", 'v', NULL, 0, "libbpf's debug log on standard error", 3 },
	{ "help", '?', NULL, 0, "this list", -1 },
	{ "usage", KEY_USAGE, NULL, 0, "a short usage message", -1 },
	{ "version", 'V', NULL, 0, "the version", -1 },
	{ 0 },
};

/*
 * A whole number from least to most, or one line on stderr.  Nothing else is
 * taken: no sign, blank, exponent or trailing letter, all of which strtoull
 * would accept or leave.
 */
static int parse_number(const char *option, const char *text, unsigned long long least,
			unsigned long long most, unsigned long long *number)
{
	size_t digits = strspn(text, "0123456789");

	errno = 0;
	*number = strtoull(text, NULL, 10);
	if (digits == 0 || text[digits] || errno || *number < least || *number > most) {
		warnx("%s: '%s' is not a whole number from %llu to %llu", option, text, least, most);
		return EINVAL;
	}
	return 0;
}

/* Bytes with an optional K, M or G, rounded up to a power of two as the ring needs it. */
static int parse_buffer_size(const char *text, unsigned int *size)
{
	size_t digits = strspn(text, "0123456789");
	const char *suffix = text + digits;
	unsigned int shift = *suffix == 'K' ? 10 : *suffix == 'M' ? 20 : *suffix == 'G' ? 30 : 0;
	unsigned long long number;

	errno = 0;
	number = strtoull(text, NULL, 10);
	if (digits == 0 || errno || suffix[shift ? 1 : 0] || number > BUFFER_MAX >> shift ||
	    number << shift < BUFFER_MIN) {
		warnx("--buffer: '%s' is not a size from 64K to 1G, such as 512K or 16M", text);
		return EINVAL;
	}
	for (*size = BUFFER_MIN; *size < number << shift; *size *= 2)
		;
	return 0;
}

static error_t parse_option(int key, char *arg, struct argp_state *state)
{
	struct options *opt = state->input;

	switch (key) {
	case 'd': /* in ns it must still fit */
		return parse_number("--duration", arg, 1, ULLONG_MAX / 1000000, &opt->min_duration_ms);
	case 'n':
		return parse_number("--events", arg, 1, ULLONG_MAX, &opt->max_events);
	case 't':
		return parse_number("--time", arg, 1, INT_MAX, &opt->max_seconds);
	case 'b':
		return parse_buffer_size(arg, &opt->buffer_size);
	case 'v':
		opt->verbose = true;
		return 0;
	case ARGP_KEY_ARG:
		warnx("'%s' is not an option", arg);
		return EINVAL;
	case '?':
		argp_state_help(state, stdout, ARGP_HELP_STD_HELP);
		return DONE;
	case KEY_USAGE:
		argp_state_help(state, stdout, ARGP_HELP_USAGE);
		return DONE;
	case 'V':
		puts("bootstrap " VERSION);
		return DONE;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

enum options_result options_parse(struct options *opt, int argc, char **argv)
{
	static const struct argp argp = { option_list, parse_option, NULL, doc, NULL, NULL, NULL };
	FILE *terminal = stderr;
	char *complaint = NULL;
	size_t len;
	int err;

	*opt = (struct options){ .buffer_size = BUFFER_DEFAULT };

	/*
	 * getopt and argp complain in two or three lines, of which the first is
	 * enough.  In the GNU C library, whose argp this is, stderr is a variable.
	 */
	stderr = open_memstream(&complaint, &len);
	if (!stderr) {
		stderr = terminal;
		warn("cannot parse the command line");
		return OPTIONS_WRONG;
	}
	err = argp_parse(&argp, argc, argv, ARGP_IN_ORDER | ARGP_NO_EXIT | ARGP_NO_HELP, NULL, opt);
	fclose(stderr);
	stderr = terminal;

	if (err && err != DONE)
		fprintf(stderr, "%.*s; see 'bootstrap --help'\n", (int)strcspn(complaint, "\n"),
			complaint);
	free(complaint);
	return err == 0 ? OPTIONS_RUN : err == DONE ? OPTIONS_DONE : OPTIONS_WRONG;
}
