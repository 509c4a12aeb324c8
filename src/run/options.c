/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * The command line, by argp: options.h has the contract.  argp_error() prints
 * the message and "Try `bootstrap --help' ...", and does not return.
 */
#include <argp.h>
#include <err.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bootstrap.h"
#include "output/text.h"
#include "run/options.h"

/* Long options without a letter. */
enum {
	KEY_COLOR = 0x100,
	KEY_FORKS,
	KEY_PATH_SEARCH,
	KEY_RUN_AS,
	KEY_USAGE,
};

static const char *const formats[] = {
	[FORMAT_TABLE] = "table", [FORMAT_JSON] = "json", [FORMAT_TRACE] = "trace",
	[FORMAT_TREE] = "tree",   [FORMAT_HTML] = "html", NULL,
};

static const char *const colors[] = {
	[COLOR_AUTO] = "auto",
	[COLOR_ALWAYS] = "always",
	[COLOR_NEVER] = "never",
	NULL,
};

static const char args_doc[] = "[-- COMMAND [ARG...]]";

static const char doc[] =
	"Trace process starts and ends: print one line for each exec and one for each exit.\v"
	"-p, -u, -c and -g can be given up to 16 times each; an event must match one of the "
	"values.  A value that begins with ! excludes: -c '!sleep'.\n\n"
	"With a COMMAND, bootstrap traces it and its descendants, and ends with its exit status.  "
	"Otherwise the exit status is 0, 1 if something failed, or 2 if the command line was "
	"wrong.  Tracing requires root, or CAP_BPF and CAP_PERFMON.  Ctrl-C ends it.";

static const struct argp_option option_list[] = {
	{ NULL, 0, NULL, 0,
	  "Filters (applied in the kernel; an event must match all of them):", 1 },
	{ "duration", 'd', "MS", 0, "only exits of processes that lived at least MS milliseconds",
	  1 },
	{ "pid", 'p', "PID", 0, "process PID and its descendants", 1 },
	{ "user", 'u', "USER", 0, "processes whose real user is USER, a name or a number", 1 },
	{ "comm", 'c', "NAME", 0, "processes named NAME, as COMM shows it", 1 },
	{ "cgroup", 'g', "PATH", 0, "processes in the cgroup v2 directory PATH or below it", 1 },
	{ "failed", 'x', NULL, 0, "only exits with a non-zero code or by a signal", 1 },

	{ NULL, 0, NULL, 0, "Output:", 2 },
	{ "args", 'a', NULL, 0, "show the command line, quoted for a shell", 2 },
	{ "color", KEY_COLOR, "WHEN", OPTION_ARG_OPTIONAL,
	  "show failures in red: auto (the default), always or never; --color alone means always",
	  2 },
	{ "format", 'f', "FORMAT", 0, "table (the default), json, trace, tree or html", 2 },
	{ "output", 'o', "FILE", 0, "write to FILE; - means standard output", 2 },
	{ "resources", 'r', NULL, 0, "show the CPU time, memory and I/O of each process", 2 },
	{ "summary", 's', NULL, 0, "print a table with one row per command at the end", 2 },

	{ NULL, 0, NULL, 0, "Tracing:", 3 },
	{ "exec-errors", 'e', NULL, 0, "also show calls of exec that failed", 3 },
	{ "path-search", KEY_PATH_SEARCH, NULL, 0,
	  "with -e, include the failures of a search through PATH that then found the program", 3 },
	{ "forks", KEY_FORKS, NULL, 0, "also show each new process", 3 },
	{ "events", 'n', "N", 0, "stop after N events", 3 },
	{ "time", 't', "SECONDS", 0, "stop after SECONDS", 3 },
	{ "buffer", 'b', "SIZE", 0,
	  "size of the ring buffer: 64K to 1G, rounded up to a power of two; default 8M", 3 },
	{ "max-args", 'm', "BYTES", 0,
	  "keep at most BYTES of the arguments of each exec: 0 to 24576; default 4096", 3 },
	{ "btf", 'B', "FILE", 0, "read the kernel's BTF from FILE", 3 },
	{ "verbose", 'v', NULL, 0, "print libbpf's debug log on stderr", 3 },
	{ "run-as", KEY_RUN_AS, "USER", 0,
	  "run COMMAND as USER; default: the user who called sudo, otherwise the current user", 3 },

	{ "help", 'h', NULL, 0, "print this help", -1 },
	{ NULL, '?', NULL, OPTION_ALIAS, NULL, -1 },
	{ "usage", KEY_USAGE, NULL, 0, "print a short usage message", -1 },
	{ "version", 'V', NULL, 0, "print the version", -1 },
	{ 0 },
};

/*
 * An integer from least to most.  strtoull() alone would also accept a sign,
 * leading blanks and trailing text.
 */
static unsigned long long parse_number(struct argp_state *state, const char *option,
				       const char *text, unsigned long long least,
				       unsigned long long most)
{
	size_t digits = strspn(text, "0123456789");
	unsigned long long number;

	errno = 0;
	number = strtoull(text, NULL, 10);
	if (digits == 0 || text[digits] || errno || number < least || number > most)
		argp_error(state, "%s: invalid value '%s' (expected an integer from %llu to %llu)",
			   option, text, least, most);
	return number;
}

static unsigned int suffix_shift(char suffix)
{
	switch (suffix) {
	case 'K':
	case 'k':
		return 10;
	case 'M':
	case 'm':
		return 20;
	case 'G':
	case 'g':
		return 30;
	default:
		return 0;
	}
}

/* Bytes with an optional K, M or G, rounded up to a power of two as the ring needs it. */
static unsigned int parse_buffer_size(struct argp_state *state, const char *text)
{
	size_t digits = strspn(text, "0123456789");
	const char *suffix = text + digits;
	unsigned int shift = suffix_shift(*suffix), size = BUFFER_MIN;
	unsigned long long number;

	errno = 0;
	number = strtoull(text, NULL, 10);
	if (digits == 0 || errno || suffix[shift ? 1 : 0] || number > BUFFER_MAX >> shift ||
	    number << shift < BUFFER_MIN)
		argp_error(
			state,
			"--buffer: invalid value '%s' (expected a size from 64K to 1G, such as 512K or 16M)",
			text);
	while (size < number << shift)
		size *= 2;
	return size;
}

/* The position of text among the words, or -1. */
static int find_word(const char *text, const char *const *words)
{
	for (int i = 0; words[i]; i++)
		if (strcmp(text, words[i]) == 0)
			return i;
	return -1;
}

static enum format_name parse_format(struct argp_state *state, const char *text)
{
	int format = find_word(text, formats);

	if (format < 0)
		argp_error(
			state,
			"--format: unknown format '%s' (expected table, json, trace, tree or html)",
			text);
	return (enum format_name)format;
}

static enum color parse_color(struct argp_state *state, const char *text)
{
	int color = text ? find_word(text, colors) : COLOR_ALWAYS;

	if (color < 0)
		argp_error(state, "--color: unknown value '%s' (expected auto, always or never)",
			   text);
	return (enum color)color;
}

static const char *parse_text(struct argp_state *state, const char *option, const char *text)
{
	if (!*text)
		argp_error(state, "%s: the value is empty", option);
	return text;
}

/* Adds a value and returns it without the '!' that excludes. */
static const char *add_value(struct argp_state *state, const char *option, struct selection *s,
			     const char *text)
{
	bool exclude = *text == '!';

	text = parse_text(state, option, text + exclude);
	if (s->count == SELECT_MAX)
		argp_error(state, "%s: given more than %d times", option, SELECT_MAX);
	s->of[s->count].value = text;
	s->of[s->count].exclude = exclude;
	s->count++;
	return text;
}

/* A name as COMM shows it, so with its escapes. */
static void add_comm(struct argp_state *state, struct selection *s, const char *text)
{
	static char names[SELECT_MAX][COMM_LEN];
	const char *shown = add_value(state, "--comm", s, text);
	char *name = names[s->count - 1];

	if (unescape(name, COMM_LEN, shown) >= COMM_LEN)
		argp_error(state, "--comm: '%s' is longer than the 15 bytes that the kernel keeps",
			   shown);
	s->of[s->count - 1].value = name;
}

/* Checks that involve several options. */
static void check_together(struct argp_state *state, const struct options *opt)
{
	if (opt->summary && opt->format != FORMAT_TABLE && opt->format != FORMAT_JSON)
		argp_error(state, "--summary cannot be used with --format=%s",
			   formats[opt->format]);
	if (opt->pids.count && opt->command)
		argp_error(state, "--pid cannot be used with a COMMAND");
	if (opt->run_as && !opt->command)
		argp_error(state, "--run-as requires a COMMAND");
	if (opt->path_search && !opt->exec_errors)
		argp_error(state, "--path-search requires --exec-errors");
}

/* After --help and the like. */
static void finish(void)
{
	if (fflush(stdout))
		err(EXIT_FAILURE, "cannot write to standard output");
	exit(EXIT_SUCCESS);
}

static error_t parse_option(int key, char *arg, struct argp_state *state)
{
	struct options *opt = state->input;

	switch (key) {
	case 'd': /* as ns it must still fit */
		opt->min_duration_ms =
			parse_number(state, "--duration", arg, 1, ULLONG_MAX / 1000000);
		break;
	case 'p':
		arg = (char *)add_value(state, "--pid", &opt->pids, arg);
		parse_number(state, "--pid", arg, 1, INT_MAX);
		break;
	case 'u':
		add_value(state, "--user", &opt->users, arg);
		break;
	case 'c':
		add_comm(state, &opt->comms, arg);
		break;
	case 'g':
		add_value(state, "--cgroup", &opt->cgroups, arg);
		break;
	case 'x':
		opt->failed = true;
		break;
	case 'a':
		opt->args = true;
		break;
	case KEY_COLOR:
		opt->color = parse_color(state, arg);
		break;
	case 'f':
		opt->format = parse_format(state, arg);
		break;
	case 'o':
		opt->output = parse_text(state, "--output", arg);
		break;
	case 'r':
		opt->resources = true;
		break;
	case 's':
		opt->summary = true;
		break;
	case 'e':
		opt->exec_errors = true;
		break;
	case KEY_PATH_SEARCH:
		opt->path_search = true;
		break;
	case KEY_FORKS:
		opt->forks = true;
		break;
	case 'n':
		opt->max_events = parse_number(state, "--events", arg, 1, ULLONG_MAX);
		break;
	case 't':
		opt->max_seconds = parse_number(state, "--time", arg, 1, INT_MAX);
		break;
	case 'b':
		opt->buffer_size = parse_buffer_size(state, arg);
		break;
	case 'm':
		opt->max_args = (unsigned int)parse_number(state, "--max-args", arg, 0, ARGS_MAX);
		break;
	case 'B':
		opt->btf = parse_text(state, "--btf", arg);
		break;
	case 'v':
		opt->verbose = true;
		break;
	case KEY_RUN_AS:
		opt->run_as = parse_text(state, "--run-as", arg);
		break;
	case ARGP_KEY_ARG:
		if (!state->quoted)
			argp_error(state, "unexpected argument '%s'; a COMMAND must follow '--'",
				   arg);
		return ARGP_ERR_UNKNOWN; /* ARGP_KEY_ARGS is next */
	case ARGP_KEY_ARGS:
		opt->command = state->argv + state->next;
		break;
	case ARGP_KEY_NO_ARGS:
		if (state->quoted)
			argp_error(state, "a COMMAND must follow '--'");
		break;
	case ARGP_KEY_END:
		check_together(state, opt);
		break;
	case 'h':
	case '?':
		argp_state_help(state, stdout, ARGP_HELP_STD_HELP & ~ARGP_HELP_EXIT_OK);
		finish();
		break;
	case KEY_USAGE:
		argp_state_help(state, stdout, ARGP_HELP_USAGE);
		finish();
		break;
	case 'V':
		puts("bootstrap " VERSION);
		finish();
		break;
	default:
		return ARGP_ERR_UNKNOWN;
	}
	return 0;
}

void options_parse(struct options *opt, int argc, char **argv)
{
	static const struct argp argp = {
		option_list, parse_option, args_doc, doc, NULL, NULL, NULL
	};

	*opt = (struct options){
		.max_events = ULLONG_MAX,
		.max_seconds = ULLONG_MAX,
		.buffer_size = BUFFER_DEFAULT,
		.max_args = ARGS_DEFAULT,
	};
	argp_err_exit_status = 2;
	argv[0] = "bootstrap"; /* getopt's messages begin with it, and would with the whole path */
	/* ARGP_NO_HELP: argp's own --help does not notice that stdout is full. */
	if (argp_parse(&argp, argc, argv, ARGP_IN_ORDER | ARGP_NO_HELP, NULL, opt))
		errx(EXIT_FAILURE, "cannot parse the command line");
}
