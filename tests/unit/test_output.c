/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Where the output goes, when it is in color, and how output that could not be written is reported. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "capture.h"
#include "output/cgroup.h"
#include "output/output.h"
#include "output/summary.h"
#include "unit.h"

static char err[4096];

static int opened(struct output *o, const struct options *opt)
{
	struct capture stderr_;
	int result;

	capture(&stderr_, STDERR_FILENO);
	result = output_open(o, opt);
	release(&stderr_, err, sizeof(err));
	return result;
}

/* Closes the output's descriptor, unless it is a standard one. */
static void close_output(struct output *o)
{
	fclose(o->file);
	if (o->stream.fd > STDERR_FILENO)
		close(o->stream.fd);
	cgroup_close(); /* JSON opens it */
}

/* Checks for one line on stderr, after the name of this program. */
static void check_said(const char *text)
{
	check_line(err, program_invocation_short_name);
	assert_string_equal(strstr(err, ": ") + 2, text);
}

static struct event exec_event(int pid)
{
	return (struct event){
		.kind = EVENT_EXEC,
		.pid = pid,
		.comm = "sh",
		.comm_len = 2,
		.filename = "/bin/sh",
		.filename_len = 7,
		.args = "",
	};
}

static struct event exit_event(void)
{
	return (struct event){ .kind = EVENT_EXIT, .comm = "sh", .comm_len = 2, .duration_ns = 7 };
}

static void test_formats(void **state)
{
	const struct format *const formats[] = { &table_format, &json_format, &chrome_format };
	struct output o;

	(void)state;
	for (int i = 0; i < 3; i++) {
		struct options opt = { .format = (enum format_name)i, .output = "/dev/null", .args = i == 1 };

		assert_int_equal(opened(&o, &opt), 0);
		assert_ptr_equal(o.format, formats[i]);
		assert_int_equal(o.args, i == 1);
		assert_null(o.summary);
		if (!formats[i]->details)
			assert_null(o.cgroup_path);
		close_output(&o);
	}
}

static void test_summary(void **state)
{
	struct options opt = { .output = "/dev/null", .summary = true };
	struct output o;

	(void)state;
	assert_int_equal(opened(&o, &opt), 0);
	assert_non_null(o.summary);
	assert_int_equal(output_begin(&o), 0);
	assert_int_equal(output_end(&o), 0);
	close_output(&o);
}

/* A file keeps its old content until the run begins; it may be truncated during the run. */
static void test_file(void **state)
{
	char path[] = "/tmp/bootstrap-unit-XXXXXX";
	struct options opt = { .output = path };
	struct output o;
	char text[16] = "";
	int fd = mkstemp(path);

	(void)state;
	assert_true(fd >= 0);
	assert_int_equal(write(fd, "old\n", 4), 4);
	assert_int_equal(opened(&o, &opt), 0);
	assert_false(o.color);
	assert_true(fcntl(o.stream.fd, F_GETFD) & FD_CLOEXEC);
	assert_true(fcntl(o.stream.fd, F_GETFL) & O_APPEND);
	assert_int_equal(pread(fd, text, sizeof(text), 0), 4);
	assert_int_equal(output_begin(&o), 0);
	assert_int_equal(pread(fd, text, sizeof(text), 0), 16);
	assert_memory_equal(text, "TIME     EVENT C", 16);
	/* As with logrotate's copytruncate: there is no hole. */
	assert_int_equal(ftruncate(fd, 0), 0);
	fputs("new", o.file);
	assert_int_equal(output_flush(&o), 0);
	assert_int_equal(pread(fd, text, sizeof(text), 0), 3);
	assert_memory_equal(text, "new", 3);
	close_output(&o);
	close(fd);
	unlink(path);
}

/* A redirected standard output is not truncated: the shell does that, or appends. */
static void test_standard_output_is_kept(void **state)
{
	struct options opt = { .format = FORMAT_JSON };
	char text[1024] = "";
	struct capture stdout_;
	struct output o;

	(void)state;
	capture(&stdout_, STDOUT_FILENO);
	assert_int_equal(write(STDOUT_FILENO, "before\n", 7), 7);
	assert_int_equal(opened(&o, &opt), 0);
	assert_int_equal(output_begin(&o), 0);
	assert_int_equal(output_end(&o), 0);
	close_output(&o);
	release(&stdout_, text, sizeof(text));
	assert_memory_equal(text, "before\n{\"time\":", 15); /* followed by the start object */
}

static void test_file_that_cannot_be_opened(void **state)
{
	struct options opt = { .output = "/nonexistent/file" };
	struct output o;

	(void)state;
	assert_int_equal(opened(&o, &opt), -1);
	check_said("cannot open /nonexistent/file: No such file or directory\n");
}

/* Nothing else than a FIFO is waited for. */
static void test_socket(void **state)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	char dir[] = "/tmp/bootstrap-unit-XXXXXX", said[256];
	struct options opt = { .output = address.sun_path, .max_seconds = 20 };
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);
	struct output o;

	(void)state;
	assert_non_null(mkdtemp(dir));
	snprintf(address.sun_path, sizeof(address.sun_path), "%s/socket", dir);
	assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	alarm(10);
	assert_int_equal(opened(&o, &opt), -1);
	alarm(0);
	snprintf(said, sizeof(said), "cannot open %s: No such device or address\n", address.sun_path);
	check_said(said);
	close(fd);
	unlink(address.sun_path);
	rmdir(dir);
}

/* It waits for a reader of a FIFO, but no longer than the run may take. */
static void test_fifo(void **state)
{
	char dir[] = "/tmp/bootstrap-unit-XXXXXX", path[64], text[128], said[128];
	struct options opt = { .output = path };
	struct output o;
	int go[2], status;
	pid_t child;

	(void)state;
	assert_non_null(mkdtemp(dir));
	snprintf(path, sizeof(path), "%s/fifo", dir);
	assert_int_equal(mkfifo(path, 0600), 0);
	assert_int_equal(opened(&o, &opt), -1);
	snprintf(said, sizeof(said), "cannot open %s: No such device or address\n", path);
	check_said(said);

	assert_int_equal(pipe(go), 0);
	child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		ssize_t n;
		int fd;

		usleep(100000); /* probably it is waiting by then; the test is also valid if not */
		fd = open(path, O_RDONLY);
		n = fd < 0 ? 0 : read(fd, text, sizeof(text));
		_exit(n < 5 || memcmp(text, "TIME ", 5) != 0 || text[n - 1] != '\n');
	}
	opt.max_seconds = 60;
	assert_int_equal(opened(&o, &opt), 0);
	assert_int_equal(output_begin(&o), 0);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	close_output(&o);
	close(go[0]);
	close(go[1]);
	unlink(path);
	rmdir(dir);
}

/* A command keeps its standard output if that is not used for data. */
static void test_with_a_command(void **state)
{
	char *command[] = { (char *)"true", NULL };
	struct options opt = { .command = command };
	struct capture stderr_;
	struct output o;

	(void)state;
	capture(&stderr_, STDERR_FILENO);
	assert_int_equal(output_open(&o, &opt), 0);
	assert_true(o.stream.fd > STDERR_FILENO); /* a copy, because the command may close its own */
	assert_true(fcntl(o.stream.fd, F_GETFD) & FD_CLOEXEC);
	assert_int_equal(output_other(&o), STDOUT_FILENO);
	fputs("to stderr", o.file);
	assert_int_equal(output_flush(&o), 0);
	close_output(&o);
	release(&stderr_, err, sizeof(err));
	assert_string_equal(err, "to stderr");
	assert_true(fcntl(STDERR_FILENO, F_GETFD) >= 0);

	opt.format = FORMAT_TRACE;
	assert_int_equal(opened(&o, &opt), 0);
	assert_int_equal(o.stream.fd, STDOUT_FILENO);
	assert_int_equal(output_other(&o), STDERR_FILENO);
	close_output(&o);
	opt.output = "/dev/null";
	assert_int_equal(opened(&o, &opt), 0);
	assert_int_equal(output_other(&o), STDOUT_FILENO);
	close_output(&o);
	opt = (struct options){ .command = command, .output = "-" };
	assert_int_equal(opened(&o, &opt), 0);
	assert_int_equal(o.stream.fd, STDOUT_FILENO);
	assert_false(o.is_file);
	assert_int_equal(output_other(&o), STDERR_FILENO);
	close_output(&o);
	opt = (struct options){ .format = FORMAT_TABLE };
	assert_int_equal(opened(&o, &opt), 0);
	assert_int_equal(o.stream.fd, STDOUT_FILENO);
	close_output(&o);
}

/* On a terminal, unless NO_COLOR is set and not empty; or as set by --color. */
static void test_color(void **state)
{
	const struct {
		const char *no_color, *term;
		enum color when;
		bool color, elsewhere; /* on a terminal, and in a file */
	} cases[] = {
		{ NULL, "xterm", COLOR_AUTO, true, false }, { "", "xterm", COLOR_AUTO, true, false },
		{ "1", "xterm", COLOR_AUTO, false, false }, { "0", "xterm", COLOR_AUTO, false, false },
		{ NULL, NULL, COLOR_AUTO, true, false },    { NULL, "dumb", COLOR_AUTO, false, false },
		{ "1", "dumb", COLOR_ALWAYS, true, true },  { NULL, "xterm", COLOR_NEVER, false, false },
	};
	int master = posix_openpt(O_RDWR | O_NOCTTY);
	const char *terminal;

	(void)state;
	assert_true(master >= 0);
	assert_int_equal(grantpt(master), 0);
	assert_int_equal(unlockpt(master), 0);
	terminal = ptsname(master);
	assert_non_null(terminal);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct options opt = { .output = terminal, .color = cases[i].when };
		struct output o;

		unsetenv("NO_COLOR");
		unsetenv("TERM");
		if (cases[i].no_color)
			setenv("NO_COLOR", cases[i].no_color, 1);
		if (cases[i].term)
			setenv("TERM", cases[i].term, 1);
		assert_int_equal(opened(&o, &opt), 0);
		assert_int_equal(o.color, cases[i].color);
		close_output(&o);
		opt.output = "/dev/null";
		assert_int_equal(opened(&o, &opt), 0);
		assert_int_equal(o.color, cases[i].elsewhere);
		close_output(&o);
	}
	unsetenv("NO_COLOR");
	close(master);
}

static char calls[16];

static int record_begin(struct output *o)
{
	(void)o;
	strcat(calls, "b");
	return 0;
}

static int fail_to_begin(struct output *o)
{
	(void)o;
	strcat(calls, "b");
	return -ENOMEM;
}

static void record_event(struct output *o, const struct event *e)
{
	(void)o, (void)e;
	strcat(calls, "e");
}

static void record_summary(struct output *o, unsigned long long time_ns, const struct summary *s)
{
	(void)o;
	assert_true(time_ns > 0);
	assert_int_equal(s->count, 1);
	assert_int_equal(s->commands[0]->runs, 2); /* from two exits and an exec */
	strcat(calls, "s");
}

static void record_end(struct output *o, unsigned long long time_ns)
{
	(void)o;
	assert_true(time_ns > 0);
	strcat(calls, "E");
}

static void open_null(struct output *o, const struct format *format)
{
	const struct options opt = { .output = "/dev/null" };

	assert_int_equal(opened(o, &opt), 0);
	o->format = format;
	calls[0] = '\0';
}

static int ended(struct output *o)
{
	struct capture stderr_;
	int result;

	capture(&stderr_, STDERR_FILENO);
	result = output_end(o);
	release(&stderr_, err, sizeof(err));
	return result;
}

/* Events are passed on as without a summary, which comes before the end. */
static void test_order_of_calls(void **state)
{
	const struct format format = {
		.begin = record_begin, .event = record_event, .summary = record_summary, .end = record_end,
	};
	struct event exec = exec_event(1), exit = exit_event();

	(void)state;
	for (int i = 0; i < 2; i++) {
		struct output o;

		open_null(&o, &format);
		if (i == 0)
			o.summary = summary_new();
		assert_int_equal(output_begin(&o), 0);
		output_event(&o, &exec);
		output_event(&o, &exit);
		assert_int_equal(output_flush(&o), 0);
		output_event(&o, &exit);
		assert_int_equal(o.events, 3);
		assert_int_equal(o.written, 2);
		assert_int_equal(ended(&o), 0);
		assert_int_equal(o.written, 3);
		assert_string_equal(err, "");
		assert_string_equal(calls, i == 0 ? "beeesE" : "beeeE");
		close_output(&o);
	}
}

/* A format may omit functions that it does not need. */
static void test_minimal_format(void **state)
{
	const struct format format = { .event = record_event };
	struct event e = exec_event(1);
	struct output o;

	(void)state;
	open_null(&o, &format);
	assert_int_equal(output_begin(&o), 0);
	output_event(&o, &e);
	assert_int_equal(ended(&o), 0);
	assert_string_equal(calls, "e");
	close_output(&o);
}

/* After an error events are counted, but not written; the format's end is still called. */
static void test_after_an_error(void **state)
{
	const struct format format = {
		.begin = record_begin, .event = record_event, .summary = record_summary, .end = record_end,
	};
	struct event e = exec_event(1);
	struct output o;

	(void)state;
	open_null(&o, &format);
	o.summary = summary_new();
	assert_int_equal(output_begin(&o), 0);
	output_event(&o, &e);
	assert_int_equal(output_flush(&o), 0);
	output_fail(&o, -EIO);
	output_fail(&o, -ENOSPC); /* the first error is kept */
	output_event(&o, &e);
	output_event(&o, &e);
	assert_int_equal(output_flush(&o), -EIO);
	assert_int_equal(ended(&o), -EIO);
	check_said("cannot write the output: Input/output error; the last 2 events were not written\n");
	assert_string_equal(calls, "beE");
	free(o.summary);
	close_output(&o);
}

static void test_begin_that_fails(void **state)
{
	const struct format format = { .begin = fail_to_begin, .event = record_event, .end = record_end };
	struct event e = exec_event(1);
	struct output o;

	(void)state;
	open_null(&o, &format);
	assert_int_equal(output_begin(&o), -ENOMEM);
	output_event(&o, &e); /* it was already on the ring */
	assert_int_equal(ended(&o), -ENOMEM);
	check_said("cannot write the output: Cannot allocate memory; the last 1 events were not written\n");
	assert_string_equal(calls, "b"); /* there is no state to free */
	close_output(&o);
}

/* A file that cannot be truncated, such as one with chattr +a, is left unchanged in each format. */
static void test_file_that_cannot_be_emptied(void **state)
{
	char path[64], text[16] = "";
	int fd = memfd_create("sealed", MFD_CLOEXEC | MFD_ALLOW_SEALING);

	(void)state;
	assert_true(fd >= 0);
	assert_int_equal(write(fd, "old", 3), 3);
	assert_int_equal(fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK), 0);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	for (int i = 0; i < 3; i++) {
		const struct options opt = { .output = path, .format = (enum format_name)i };
		struct output o;

		assert_int_equal(opened(&o, &opt), 0);
		assert_int_equal(output_begin(&o), -EPERM);
		assert_int_equal(ended(&o), -EPERM);
		check_said("cannot write the output: Operation not permitted\n");
		assert_int_equal(pread(fd, text, sizeof(text), 0), 3);
		close_output(&o);
	}
	close(fd);
}

#define ROOM 150000 /* the size limit of the file, in bytes */

static struct rlimit old_limit;

static void limit_files(void)
{
	struct rlimit full;

	assert_int_equal(getrlimit(RLIMIT_FSIZE, &old_limit), 0);
	full = (struct rlimit){ ROOM, old_limit.rlim_max };
	assert_true(signal(SIGXFSZ, SIG_IGN) != SIG_ERR);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &full), 0);
}

static void unlimit_files(void)
{
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &old_limit), 0);
}

static char got[2 * ROOM];

static void read_back(int fd)
{
	ssize_t n = pread(fd, got, sizeof(got) - 1, 0);

	assert_true(n >= 0);
	got[n] = '\0';
	assert_int_equal(strlen(got), n); /* no hole: unwritten output is dropped */
}

/*
 * Writes text, and then more of the byte `more` than fit; another process appends `after`.
 * Returns the content of the file at the end.
 */
static const char *mended(enum format_name format, const char *text, char more, const char *after)
{
	char path[] = "/tmp/bootstrap-unit-XXXXXX";
	const struct options opt = { .output = path, .format = format };
	int other = mkstemp(path);
	struct output o;

	assert_true(other >= 0);
	assert_int_equal(opened(&o, &opt), 0);
	output_look_around(&o);
	limit_files();
	fputs(text, o.file);
	for (int i = 0; i <= ROOM; i++)
		putc(more, o.file);
	assert_int_equal(output_flush(&o), -EFBIG);
	unlimit_files();
	if (*after) {
		assert_true(lseek(other, 0, SEEK_END) > 0);
		assert_int_equal(write(other, after, strlen(after)), strlen(after));
	}
	assert_int_equal(ended(&o), -EFBIG);
	check_said("cannot write the output: File too large\n");
	close_output(&o);
	read_back(other);
	close(other);
	unlink(path);
	return got;
}

/* A line that was not written completely is cut off, however long it is. */
static void test_full(void **state)
{
	(void)state;
	assert_string_equal(mended(FORMAT_TABLE, "first\nsecond\n", 'x', ""), "first\nsecond\n");
	assert_string_equal(mended(FORMAT_JSON, "{}\n{}\n", '{', ""), "{}\n{}\n");
	assert_string_equal(mended(FORMAT_TRACE, "[{},\n{},\n", '{', ""), "[{},\n{}]\n");
	/* In the table, a comma at the end of a line is kept. */
	assert_string_equal(mended(FORMAT_TABLE, "a,\n", 'x', ""), "a,\n");
	assert_string_equal(mended(FORMAT_TABLE, "", 'x', ""), "");
	/* A file that another process also writes is left alone. */
	assert_int_equal(strlen(mended(FORMAT_TABLE, "first\n", 'x', "other\n")), ROOM + 6);
}

/* Standard output is appended to a file: what was in it stays, complete line or not. */
static void test_full_appended(void **state)
{
	const char *old[] = { "precious\nunfinished", "precious\n", "" };

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		char path[] = "/tmp/bootstrap-unit-XXXXXX";
		const struct options opt = { .format = FORMAT_TRACE };
		int fd = mkstemp(path), kept = dup(STDOUT_FILENO);
		struct output o;

		assert_true(fd >= 0 && kept >= 0);
		assert_int_equal(write(fd, old[i], strlen(old[i])), strlen(old[i]));
		assert_int_equal(fcntl(fd, F_SETFL, O_APPEND), 0);
		fflush(stdout);
		assert_true(dup2(fd, STDOUT_FILENO) >= 0);
		assert_int_equal(opened(&o, &opt), 0);
		output_look_around(&o);
		limit_files();
		assert_int_equal(output_begin(&o), 0);
		for (int n = 0; n <= ROOM; n++)
			putc('{', o.file);
		assert_int_equal(output_flush(&o), -EFBIG);
		unlimit_files();
		assert_int_equal(ended(&o), -EFBIG);
		check_said("cannot write the output: File too large\n");
		close_output(&o);
		assert_true(dup2(kept, STDOUT_FILENO) >= 0);
		close(kept);
		read_back(fd);
		close(fd);
		unlink(path);
		assert_string_equal(got, old[i]); /* the only line of ours is not complete */
	}
}

/* The number of lines, without the header; each must be complete, and they must be the first events. */
static unsigned long long count_events(char *text)
{
	unsigned long long n = 0;
	char *line, *end;

	assert_memory_equal(text, "TIME     EVENT", 14);
	for (line = strchr(text, '\n') + 1; *line; line = end + 1) {
		int pid, at = 0;

		end = strchr(line, '\n');
		assert_non_null(end);
		*end = '\0';
		assert_int_equal(sscanf(line, "%*8s EXEC sh %d 0 /bin/sh%n", &pid, &at), 1);
		assert_int_equal(line[at], '\0');
		assert_int_equal(pid, ++n);
	}
	return n;
}

static void write_events(struct output *o, int from, int to)
{
	for (int pid = from; pid <= to; pid++) {
		struct event e = exec_event(pid);

		output_event(o, &e);
	}
}

/*
 * The disk is full in the middle of an event's line, in a drain of any size: the reported
 * number is exactly the number of missing events.
 */
static void test_missing_in_a_full_file(void **state)
{
	const int drains[] = { 1, 7, 100, 1024, 3000 };

	(void)state;
	for (size_t i = 0; i < sizeof(drains) / sizeof(drains[0]); i++) {
		char path[] = "/tmp/bootstrap-unit-XXXXXX", said[128];
		const struct options opt = { .output = path };
		int fd = mkstemp(path), events = 0;
		struct output o;

		assert_true(fd >= 0);
		assert_int_equal(opened(&o, &opt), 0);
		output_look_around(&o);
		limit_files();
		assert_int_equal(output_begin(&o), 0);
		while (!output_flush(&o)) {
			write_events(&o, events + 1, events + drains[i]);
			events += drains[i];
		}
		write_events(&o, events + 1, events + 5); /* and some more, which are not written */
		unlimit_files(); /* there is space again, but too late */
		assert_int_equal(ended(&o), -EFBIG);
		close_output(&o);
		read_back(fd);
		close(fd);
		unlink(path);
		assert_int_equal(o.events, events + 5);
		snprintf(said, sizeof(said),
			 "cannot write the output: File too large; the last %llu events were not written\n",
			 o.events - count_events(got));
		check_said(said);
	}
}

static int give_up(void *ctx, int fd)
{
	struct pollfd out = { .fd = fd, .events = POLLOUT };

	(void)ctx;
	return poll(&out, 1, 0) == 1 ? 0 : -ETIMEDOUT;
}

/* A line may be longer than all buffers, with the disk full before, in or after it. */
static void test_missing_after_long_lines(void **state)
{
	static char args[ARGS_MAX]; /* each byte is printed as four */

	(void)state;
	memset(args, 1, sizeof(args) - 1);
	for (int before = 0; before < 3000; before += 100) {
		char path[] = "/tmp/bootstrap-unit-XXXXXX", said[128];
		const struct options opt = { .output = path, .args = true };
		unsigned long long lines = 0;
		struct event e = exec_event(1);
		int fd = mkstemp(path);
		struct output o;

		e.args = args;
		e.args_len = sizeof(args);
		assert_true(fd >= 0);
		assert_int_equal(opened(&o, &opt), 0);
		limit_files();
		assert_int_equal(output_begin(&o), 0);
		write_events(&o, 1, before);
		output_event(&o, &e);
		write_events(&o, 1, 3000);
		assert_int_equal(output_flush(&o), -EFBIG);
		unlimit_files();
		assert_int_equal(ended(&o), -EFBIG);
		close_output(&o);
		read_back(fd);
		close(fd);
		unlink(path);
		for (const char *at = got; (at = strchr(at, '\n')); at++)
			lines++;
		snprintf(said, sizeof(said),
			 "cannot write the output: File too large; the last %llu events were not written\n",
			 o.events - (lines - 1)); /* without the header */
		check_said(said);
	}
}

/* The same for a pipe that is not read: it contains complete lines, and the rest is counted. */
static void test_missing_in_a_full_pipe(void **state)
{
	const int drains[] = { 1, 7, 100, 1024, 3000 };

	(void)state;
	for (size_t i = 0; i < sizeof(drains) / sizeof(drains[0]); i++) {
		char path[64], said[128];
		const struct options opt = { .output = path };
		int ends[2], events = 0;
		struct output o;
		size_t size = 0;
		ssize_t n;

		assert_int_equal(pipe(ends), 0);
		snprintf(path, sizeof(path), "/proc/self/fd/%d", ends[1]);
		assert_int_equal(opened(&o, &opt), 0);
		assert_true(fcntl(ends[1], F_SETPIPE_SZ, 1 << 17) > 0);
		o.stream.wait = give_up;
		assert_int_equal(output_begin(&o), 0);
		while (!output_flush(&o)) {
			write_events(&o, events + 1, events + drains[i]);
			events += drains[i];
		}
		write_events(&o, events + 1, events + 5);
		assert_int_equal(ended(&o), -ETIMEDOUT);
		close_output(&o);
		close(ends[1]);
		while ((n = read(ends[0], got + size, sizeof(got) - 1 - size)) > 0)
			size += (size_t)n;
		got[size] = '\0';
		close(ends[0]);
		snprintf(said, sizeof(said), "output blocked; the last %llu events were not written\n",
			 o.events - count_events(got));
		check_said(said);
	}
}

static int give_up_later(void *ctx, int fd)
{
	int *left = ctx;

	(void)fd;
	return (*left)-- > 0 ? 0 : -ETIMEDOUT;
}

/* No line is torn, wherever the output is abandoned in a long drain. */
static void test_whole_lines(void **state)
{
	(void)state;
	for (int pieces = 1; pieces < 60; pieces++) {
		char path[64];
		const struct options opt = { .output = path };
		int ends[2], left = pieces;
		struct output o;
		size_t size = 0;
		ssize_t n;

		assert_int_equal(pipe(ends), 0);
		snprintf(path, sizeof(path), "/proc/self/fd/%d", ends[1]);
		assert_int_equal(opened(&o, &opt), 0);
		assert_true(fcntl(ends[1], F_SETPIPE_SZ, 1 << 18) > 0);
		o.stream.wait = give_up_later;
		o.stream.wait_ctx = &left;
		assert_int_equal(output_begin(&o), 0);
		while (!output_flush(&o))
			write_events(&o, (int)o.events + 1, (int)o.events + 3000);
		assert_int_equal(ended(&o), -ETIMEDOUT);
		close_output(&o);
		close(ends[1]);
		while ((n = read(ends[0], got + size, sizeof(got) - 1 - size)) > 0)
			size += (size_t)n;
		close(ends[0]);
		got[size] = '\0';
		count_events(got);
	}
}

/* A write that stdio made by itself fails, and later writes would succeed. */
static void test_error_within_a_drain(void **state)
{
	char path[] = "/tmp/bootstrap-unit-XXXXXX";
	const struct options opt = { .output = path };
	int fd = mkstemp(path);
	struct output o;

	(void)state;
	assert_true(fd >= 0);
	assert_int_equal(opened(&o, &opt), 0);
	assert_int_equal(output_begin(&o), 0);
	limit_files();
	write_events(&o, 1, 10000);
	unlimit_files();
	assert_int_equal(output_flush(&o), -EFBIG);
	assert_int_equal(output_flush(&o), -EFBIG);
	assert_int_equal(ended(&o), -EFBIG);
	close_output(&o);
	close(fd);
	unlink(path);
}

/*
 * The reader is gone: dies of SIGPIPE, whether write(2) or poll(2) notices, unless it has
 * to wait for a command, or the caller ignores the signal.
 */
static void test_reader_gone(void **state)
{
	const struct {
		bool command, ignored, polled, killed;
	} cases[] = {
		{ false, false, false, true },
		{ false, false, true, true },
		{ false, true, false, false },
		{ true, true, false, false }, /* catch_signals() ignores it in this case */
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		int ends[2], status;
		pid_t child;

		assert_int_equal(pipe(ends), 0);
		child = fork();
		assert_true(child >= 0);
		if (child == 0) {
			char path[64];
			const struct options opt = { .output = path };
			struct output o;

			signal(SIGPIPE, cases[i].ignored ? SIG_IGN : SIG_DFL);
			fclose(stderr);
			snprintf(path, sizeof(path), "/proc/self/fd/%d", ends[1]);
			if (output_open(&o, &opt))
				_exit(1);
			o.command = cases[i].command;
			if (cases[i].polled)
				output_fail(&o, -EPIPE);
			close(ends[0]);
			output_begin(&o);
			_exit(output_end(&o) == -EPIPE ? 3 : 4);
		}
		close(ends[0]);
		close(ends[1]);
		assert_int_equal(waitpid(child, &status, 0), child);
		if (cases[i].killed)
			assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGPIPE);
		else
			assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 3);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_formats),
		cmocka_unit_test(test_summary),
		cmocka_unit_test(test_file),
		cmocka_unit_test(test_standard_output_is_kept),
		cmocka_unit_test(test_file_that_cannot_be_opened),
		cmocka_unit_test(test_socket),
		cmocka_unit_test(test_fifo),
		cmocka_unit_test(test_with_a_command),
		cmocka_unit_test(test_color),
		cmocka_unit_test(test_order_of_calls),
		cmocka_unit_test(test_minimal_format),
		cmocka_unit_test(test_after_an_error),
		cmocka_unit_test(test_begin_that_fails),
		cmocka_unit_test(test_file_that_cannot_be_emptied),
		cmocka_unit_test(test_full),
		cmocka_unit_test(test_full_appended),
		cmocka_unit_test(test_missing_in_a_full_file),
		cmocka_unit_test(test_missing_after_long_lines),
		cmocka_unit_test(test_missing_in_a_full_pipe),
		cmocka_unit_test(test_whole_lines),
		cmocka_unit_test(test_error_within_a_drain),
		cmocka_unit_test(test_reader_gone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
