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

#include "bootstrap.h"
#include "run/options.h"

enum {
	KEY_USAGE = 0x100, /* a long option without a letter */
	DONE = ECANCELED,  /* ends argp_parse() after --help and the like */
};

static const char args_doc[] = "[-- COMMAND [ARG...]]";

static const char doc[] =
	"Trace the starts and ends of processes: a line for each exec, a line for each exit.\v"
	"With a COMMAND, it and its descendants are traced, and its exit status is passed on.  "
	"Else the exit status is 0, 1 if something failed, 2 for a wrong command line.  "
	"Root, or CAP_BPF and CAP_PERFMON, is needed.  Ctrl-C ends it.";

static const struct argp_option option_list[] = {
	{ NULL, 0, NULL, 0, "Filters (in the kernel, all must hold):", 1 },
	{ "duration", 'd', "MS", 0, "only exits of processes that lived at least MS milliseconds",
	  1 },
	{ "pid", 'p', "PID", 0, "PID and its descendants", 1 },
	{ "user", 'u', "USER", 0, "processes of USER, a name or a number", 1 },
	{ "comm", 'c', "NAME", 0, "processes whose command's name is NAME", 1 },
	{ "cgroup", 'g', "PATH", 0, "a cgroup v2 directory and everything below it", 1 },
	{ "failed", 'x', NULL, 0, "only exits with a non-zero code or by a signal", 1 },
	{ NULL, 0, NULL, 0, "Output:", 2 },
	{ "args", 'a', NULL, 0, "the command line after the file name, quoted for a shell", 2 },
	{ "format", 'f', "FORMAT", 0, "table (the default), json or trace", 2 },
	{ "output", 'o', "FILE", 0, "write to FILE instead of standard output", 2 },
	{ "summary", 's', NULL, 0, "a table per command at the end", 2 },
	{ NULL, 0, NULL, 0, "Tracing:", 3 },
	{ "events", 'n', "N", 0, "stop after N events", 3 },
	{ "time", 't', "SECONDS", 0, "stop after that long", 3 },
	{ "buffer", 'b', "SIZE", 0,
	  "ring buffer, from 64K to 1G, a power of two or rounded up to one; 4M by default", 3 },
	{ "max-args", 'm', "BYTES", 0,
	  "how much of the arguments to keep, up to 24576; 4096 by default", 3 },
	{ "btf", 'B', "FILE", 0, "BTF of a kernel that has none of its own", 3 },
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
		warnx("%s: '%s' is not a whole number from %llu to %llu", option, text, least,
		      most);
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

static int parse_format(const char *text, enum format *format)
{
	static const char *const names[] = {
		[FORMAT_TABLE] = "table",
		[FORMAT_JSON] = "json",
		[FORMAT_TRACE] = "trace",
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (strcmp(text, names[i]) == 0) {
			*format = (enum format)i;
			return 0;
		}
	}
	warnx("--format: '%s' is none of table, json and trace", text);
	return EINVAL;
}

static int parse_text(const char *option, const char *text, const char **value)
{
	if (!*text) {
		warnx("%s: its argument is empty", option);
		return EINVAL;
	}
	*value = text;
	return 0;
}

/* What no single option can know. */
static int check_together(const struct options *opt, const struct argp_state *state)
{
	if (opt->comm && strlen(opt->comm) >= COMM_LEN)
		warnx("--comm: '%s' is longer than the 15 bytes that the kernel keeps", opt->comm);
	else if (opt->summary && opt->format == FORMAT_TRACE)
		warnx("--summary cannot be part of a trace: leave one of them out");
	else if (opt->pid && opt->command)
		warnx("--pid and a COMMAND exclude each other: leave one of them out");
	else if (state->quoted && !opt->command)
		warnx("a COMMAND must follow '--'");
	else
		return 0;
	return EINVAL;
}

static error_t parse_option(int key, char *arg, struct argp_state *state)
{
	struct options *opt = state->input;
	unsigned long long number;
	int err;

	switch (key) {
	case 'd': /* as ns it must still fit */
		return parse_number("--duration", arg, 1, ULLONG_MAX / 1000000,
				    &opt->min_duration_ms);
	case 'p':
		err = parse_number("--pid", arg, 1, INT_MAX, &number);
		opt->pid = (int)number;
		return err;
	case 'u':
		return parse_text("--user", arg, &opt->user);
	case 'c':
		return parse_text("--comm", arg, &opt->comm);
	case 'g':
		return parse_text("--cgroup", arg, &opt->cgroup);
	case 'x':
		opt->failed = true;
		return 0;
	case 'a':
		opt->args = true;
		return 0;
	case 'f':
		return parse_format(arg, &opt->format);
	case 'o':
		return parse_text("--output", arg, &opt->output);
	case 's':
		opt->summary = true;
		return 0;
	case 'n':
		return parse_number("--events", arg, 1, ULLONG_MAX, &opt->max_events);
	case 't':
		return parse_number("--time", arg, 1, INT_MAX, &opt->max_seconds);
	case 'b':
		return parse_buffer_size(arg, &opt->buffer_size);
	case 'm':
		err = parse_number("--max-args", arg, 1, ARGS_MAX, &number);
		opt->max_args = (unsigned int)number;
		return err;
	case 'B':
		return parse_text("--btf", arg, &opt->btf);
	case 'v':
		opt->verbose = true;
		return 0;
	case ARGP_KEY_ARG:
		if (!state->quoted) {
			warnx("'%s' is not an option, and a COMMAND must follow '--'", arg);
			return EINVAL;
		}
		opt->command = state->argv + state->next - 1;
		state->next = state->argc;
		return 0;
	case ARGP_KEY_END:
		return check_together(opt, state);
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
	static const struct argp argp = {
		option_list, parse_option, args_doc, doc, NULL, NULL, NULL
	};
	FILE *terminal = stderr;
	char *complaint = NULL;
	size_t len;
	int err;

	*opt = (struct options){ .buffer_size = BUFFER_DEFAULT, .max_args = ARGS_DEFAULT };

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
	argv[0] = "bootstrap"; /* for getopt's messages, which begin with the whole path */
	err = argp_parse(&argp, argc, argv, ARGP_IN_ORDER | ARGP_NO_EXIT | ARGP_NO_HELP, NULL, opt);
	fclose(stderr);
	stderr = terminal;

	if (err && err != DONE)
		fprintf(stderr, "%.*s; see 'bootstrap --help'\n", (int)strcspn(complaint, "\n"),
			complaint);
	free(complaint);
	if (err == DONE && fflush(stdout)) {
		warn("cannot write to standard output");
		return OPTIONS_FAILED;
	}
	return err == 0 ? OPTIONS_RUN : err == DONE ? OPTIONS_DONE : OPTIONS_WRONG;
}
