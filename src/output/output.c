/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Opens, feeds and ends an output; see output.h. */
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio_ext.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "output/cgroup.h"
#include "output/color.h"
#include "output/output.h"
#include "output/summary.h"
#include "run/wait.h"

const struct format *format_of(const struct options *opt)
{
	static const struct format *const formats[] = {
		[FORMAT_TABLE] = &table_format,  [FORMAT_JSON] = &json_format,
		[FORMAT_TRACE] = &chrome_format, [FORMAT_HTML] = &html_format,
		[FORMAT_TREE] = &tree_format,
	};

	return formats[opt->format];
}

/*
 * O_APPEND: logrotate's copytruncate would leave a hole otherwise.  A FIFO without
 * a reader is waited for as long as a run may take.
 */
static int open_file(const struct options *opt)
{
	const struct timespec pause = { .tv_nsec = 20000000 };
	unsigned long long end_ns = clock_deadline_ns(opt->max_seconds);
	struct stat st;
	int fd;

	/* ENXIO is also that of a socket, or of a terminal that we do not have. */
	while ((fd = open(opt->output, O_WRONLY | O_CREAT | O_APPEND | O_NONBLOCK | O_CLOEXEC,
			  0666)) < 0 &&
	       errno == ENXIO && stat(opt->output, &st) == 0 && S_ISFIFO(st.st_mode) &&
	       clock_boot_ns() < end_ns)
		nanosleep(&pause, NULL);
	return fd;
}

/* The width of a terminal, or 0. */
static unsigned int width_of(int fd)
{
	struct winsize size;

	return isatty(fd) && ioctl(fd, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

int output_open(struct output *o, const struct options *opt)
{
	bool is_file = opt->output && strcmp(opt->output, "-") != 0;
	int fd = STDOUT_FILENO;

	*o = (struct output){
		.format = format_of(opt),
		.reader = -1,
		.args = opt->args,
		.resources = opt->resources,
		.is_file = is_file,
		.command = opt->command,
		.exits_only = opt->min_duration_ms || opt->failed,
		.selective = opt->users.count || opt->comms.count || opt->cgroups.count,
		.follows = opt->pids.count || opt->command,
		.max_args = opt->max_args,
		.searches_only = opt->exec_errors && !opt->path_search,
		.comms = opt->exec_errors && !opt->path_search ? &opt->comms : NULL,
		.min_duration_ns = opt->min_duration_ms * 1000000,
		.failed = opt->failed,
		.max_events = opt->max_events,
		.summary_min_ns = opt->failed ? ULLONG_MAX : opt->min_duration_ms * 1000000,
	};
	/* A command's family is younger than the tracer. */
	o->knows_older = (opt->args || o->format->args) && !opt->command;
	o->remembers = opt->args || o->format->args || opt->summary;
	o->sifts = (o->exits_only && (o->remembers || o->searches_only)) ||
		   (o->comms && o->comms->count);
	/* Standard output is the command's, unless it was asked for. */
	if (is_file)
		fd = open_file(opt);
	else if (!opt->output && opt->command && o->format->people)
		fd = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3);
	if (fd >= 0)
		o->file = stream_open(&o->stream, fd);
	if (!o->file) {
		warn("cannot open %s", is_file ? opt->output : "standard error");
		return -1;
	}
	o->color = wants_color(fd, opt->color);
	o->width = width_of(fd);
	if (opt->summary) {
		o->summary = summary_new();
		if (!o->summary)
			return -1;
	}
	if (o->format->details && cgroup_open(NULL) == 0)
		o->cgroup_path = cgroup_path;
	return 0;
}

int output_other(const struct output *o)
{
	return o->stream.fd == STDOUT_FILENO ? STDERR_FILENO : STDOUT_FILENO;
}

/* A second descriptor of a regular file: -o and >FILE open it for writing only. */
static int open_reader(int fd)
{
	char path[sizeof("/proc/self/fd/") + 10];
	struct stat st;

	if (fstat(fd, &st) || !S_ISREG(st.st_mode))
		return -1;
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	return open(path, O_RDONLY | O_CLOEXEC);
}

void output_look_around(struct output *o)
{
	o->reader = open_reader(o->stream.fd);
	if (o->knows_older)
		processes_read(&o->processes, o->max_args);
}

int output_begin(struct output *o)
{
	struct stat st;
	int err = 0;

	output_refresh(o);
	o->began_ns = clock_boot_ns();
	/* A redirected standard output is the shell's to truncate. */
	if (fstat(o->stream.fd, &st) == 0 && S_ISREG(st.st_mode)) {
		if (!o->is_file)
			o->start = st.st_size;
		else if (ftruncate(o->stream.fd, 0))
			err = -errno;
	}
	if (!err && o->format->begin)
		err = o->format->begin(o);
	if (err) {
		o->stream.error = err;
		return err;
	}
	o->begun = true;
	return output_flush(o);
}

void output_refresh(struct output *o)
{
	clock_sync(&o->clock);
	cgroup_new_drain();
}

/* A program runs until its process ends, or calls exec again. */
static void summarize(struct output *o, const struct event *e)
{
	if (e->kind == EVENT_EXIT) {
		summary_add(o->summary, e);
	} else if (e->kind == EVENT_EXEC && o->process) {
		struct event end = o->process->exec;

		end.duration_ns = e->time_ns - end.time_ns;
		if (end.duration_ns >= o->summary_min_ns)
			summary_add(o->summary, &end);
	}
}

/* The kernel side knows these filters, too, but may have to send more than is shown. */
static bool is_shown(const struct output *o, const struct event *e)
{
	switch (e->kind) {
	case EVENT_EXEC:
		return !o->exits_only;
	case EVENT_EXIT:
		return e->duration_ns >= o->min_duration_ns && (!o->failed || e->status);
	default:
		return true;
	}
}

void output_event(struct output *o, const struct event *e)
{
	bool shown = is_shown(o, e);
	bool noted = o->remembers && (e->kind == EVENT_EXEC || e->kind == EVENT_EXIT);

	if (!o->stream.error) {
		o->process = noted ? processes_before(&o->processes, e) : NULL;
		if (o->summary && (shown || e->kind == EVENT_EXEC))
			summarize(o, e);
		if (shown)
			o->format->event(o, e);
		if (noted)
			processes_note(&o->processes, e);
	}
	if (!shown)
		return;
	o->events++;
	/* stdio would write a full buffer, which may end in the middle of a line. */
	if (__fpending(o->file) > STREAM_BUFFER / 2)
		output_flush(o);
}

void output_fail(struct output *o, int err)
{
	if (!o->stream.error)
		o->stream.error = err;
}

/* As in the kernel, bpf/filter.bpf.h: any of the names that include, none that exclude. */
static bool has_wanted_comm(const struct selection *comms, const struct event *e)
{
	bool includes = false, chosen = false;

	for (unsigned int i = 0; comms && i < comms->count; i++) {
		const char *comm = comms->of[i].value;
		bool same = strlen(comm) == e->comm_len && memcmp(comm, e->comm, e->comm_len) == 0;

		if (same && comms->of[i].exclude)
			return false;
		chosen |= same;
		includes |= !comms->of[i].exclude;
	}
	return chosen || !includes;
}

/* One record may release others that were held back: print no more than -n allows. */
static void put_event(void *ctx, const struct event *e)
{
	struct output *o = ctx;

	if (o->events < o->max_events && has_wanted_comm(o->comms, e))
		output_event(o, e);
}

void output_record(struct output *o, const void *data, size_t size)
{
	struct event e;

	if (cgroup_note_record(data, size))
		return;
	if (event_decode(data, size, &e)) {
		o->malformed++;
		return;
	}
	o->searches.put = put_event;
	o->searches.ctx = o;
	if (!o->searches_only || !searches_hold(&o->searches, &e, data, size))
		put_event(o, &e);
}

int output_flush(struct output *o)
{
	/* stdio forgets an error of a write that it made by itself, once a later one succeeds. */
	if ((fflush(o->file) || ferror(o->file)) && !o->stream.error)
		o->stream.error = -errno;
	if (!o->stream.error) {
		o->written = o->events;
		o->stream.lines = 0;
	}
	return o->stream.error;
}

/* The offset of the last newline from first to before end, or -1. */
static off_t last_newline(int fd, off_t first, off_t end)
{
	char chunk[4096];

	while (end > first) {
		off_t start =
			end - first > (off_t)sizeof(chunk) ? end - (off_t)sizeof(chunk) : first;
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

/* Does a command write to it?  It has our standard output or error. */
static bool is_shared(const struct output *o, const struct stat *st)
{
	struct stat other;

	for (int fd = STDOUT_FILENO; o->command && fd <= STDERR_FILENO; fd++)
		if (fd != o->stream.fd && fstat(fd, &other) == 0 && other.st_dev == st->st_dev &&
		    other.st_ino == st->st_ino)
			return true;
	return false;
}

/* Cuts a regular file after our last whole line, after an error in the middle of one. */
static void mend(const struct output *o)
{
	int fd = o->stream.fd;
	off_t end = lseek(fd, 0, SEEK_CUR), newline;
	struct stat st;

	if (o->reader < 0 || fstat(fd, &st) || st.st_size != end || is_shared(o, &st))
		return; /* another program's data must not be cut */
	newline = last_newline(o->reader, o->start, end);
	/* In an array a comma comes before the newline: its place is needed for the end. */
	end = newline < 0 ? o->start : o->format->array ? newline - 1 : newline + 1;
	if (ftruncate(fd, end) || newline < 0 || !o->format->array)
		return;
	lseek(fd, end, SEEK_SET);
	if (write(fd, "]\n", 2) != 2)
		warnx("cannot write the closing ']' of the trace");
}

static void report(const struct output *o)
{
	unsigned long long missing = o->events - o->written;
	int err = -o->stream.error;

	/* In a format with one line per event, the number follows from the lines written. */
	if (!o->format->array)
		missing -= o->stream.lines < missing ? o->stream.lines : missing;
	if (!stderr_has_room(err == ETIMEDOUT ? 0 : GIVE_UP_MS))
		return;
	if (err == ETIMEDOUT)
		warnx("output blocked; the last %llu events were not written", missing);
	else if (missing == 0)
		warnx("cannot write the output: %s", strerror(err));
	else
		warnx("cannot write the output: %s; the last %llu events were not written",
		      strerror(err), missing);
}

int output_end(struct output *o)
{
	unsigned long long now = clock_boot_ns();

	searches_end(&o->searches);
	if (o->summary && !o->stream.error)
		summary_end(o->summary, o, now);
	if (o->format->end && o->begun) /* also frees its state */
		o->format->end(o, now);
	processes_free(&o->processes);
	if (output_flush(o) == 0)
		return 0;
	mend(o);
	if (o->stream.error == -EPIPE && !o->command)
		raise(SIGPIPE); /* returns if our caller ignores it */
	report(o);
	return o->stream.error;
}
