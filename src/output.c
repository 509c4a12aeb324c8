/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Chooses the format and opens what it is written to; see output.h. */
#include <err.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "cgroup.h"
#include "output.h"
#include "summary.h"

/* See no-color.org: set and not empty means no. */
static bool wants_colour(FILE *file)
{
	const char *no_color = getenv("NO_COLOR");

	return isatty(fileno(file)) && !(no_color && *no_color);
}

int output_open(const struct output **output, struct printer *p, const struct options *opt)
{
	static const struct output *const formats[] = {
		[FORMAT_TABLE] = &table_output,
		[FORMAT_JSON] = &json_output,
		[FORMAT_TRACE] = &trace_output,
	};

	*output = formats[opt->format];
	*p = (struct printer){ .file = stdout, .args = opt->args };
	if (opt->summary) {
		p->format = *output;
		*output = &summary_output;
	}
	if (opt->output)
		p->file = fopen(opt->output, "we");
	else if (opt->command && opt->format == FORMAT_TABLE) /* standard output is the command's */
		p->file = fdopen(fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3), "w");
	if (!p->file) {
		warn("cannot write to %s", opt->output ? opt->output : "standard error");
		return -1;
	}
	setvbuf(p->file, NULL, _IOFBF, OUTPUT_BUFFER);
	p->colour = wants_colour(p->file);
	if (opt->format == FORMAT_JSON && cgroup_open(NULL) == 0)
		p->cgroup_path = cgroup_path;
	return 0;
}

void output_loss(const struct output *output, struct printer *p, unsigned long long wall_ns,
		 struct loss now, struct loss *told, const char *cause)
{
	struct loss fresh = { now.exec - told->exec, now.exit - told->exit };

	if (fresh.exec + fresh.exit == 0)
		return;
	*told = now;
	warnx("lost %llu events (%llu exec, %llu exit): %s", fresh.exec + fresh.exit, fresh.exec,
	      fresh.exit, cause);
	output->lost(p, wall_ns, &fresh);
}
