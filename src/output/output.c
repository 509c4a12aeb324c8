/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Chooses the format and opens what it is written to; see output.h. */
#include <err.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "output/cgroup.h"
#include "output/output.h"
#include "output/summary.h"

/* See no-color.org: set and not empty means no. */
static bool wants_colour(FILE *file)
{
	const char *no_color = getenv("NO_COLOR");

	return isatty(fileno(file)) && !(no_color && *no_color);
}

int output_open(const struct output **output, struct printer *p, const struct options *opt)
{
	/* With NULL in its place setvbuf() of glibc would not heed the size. */
	static char buffer[OUTPUT_BUFFER];
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
	setvbuf(p->file, buffer, _IOFBF, sizeof(buffer));
	p->colour = wants_colour(p->file);
	if (opt->format == FORMAT_JSON && cgroup_open(NULL) == 0)
		p->cgroup_path = cgroup_path;
	return 0;
}

/* The offset of the last newline before end, or -1. */
static off_t last_newline(int fd, off_t end)
{
	char chunk[4096];

	while (end > 0) {
		off_t start = end > (off_t)sizeof(chunk) ? end - (off_t)sizeof(chunk) : 0;
		ssize_t n = pread(fd, chunk, (size_t)(end - start), start);
		const char *found = n > 0 ? memrchr(chunk, '\n', (size_t)n) : NULL;

		if (found)
			return start + (found - chunk);
		if (n < 0)
			break;
		end = start;
	}
	return -1;
}

void output_mend(const struct output *output, struct printer *p)
{
	bool array = output == &trace_output || p->format == &trace_output;
	int fd = fileno(p->file), reader;
	off_t end = lseek(fd, 0, SEEK_CUR), newline;
	char path[sizeof("/proc/self/fd/") + 10];
	struct stat st;

	if (!ferror(p->file))
		return;
	if (fstat(fd, &st) || !S_ISREG(st.st_mode) || st.st_size != end)
		return;
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	reader = open(path, O_RDONLY | O_CLOEXEC);
	if (reader < 0)
		return;
	newline = last_newline(reader, end);
	close(reader);
	if (newline < 0)
		return;
	/* In the array a comma comes before the newline: what is cut is the room for its end. */
	end = array ? newline - 1 : newline + 1;
	if (ftruncate(fd, end) == 0 && array && pwrite(fd, "]\n", 2, end) != 2)
		warnx("the trace lacks its closing ']'");
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
