/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Where the output goes, when it is in color, and how a loss is told. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "capture.h"
#include "output/cgroup.h"
#include "output/output.h"
#include "output/summary.h"
#include "unit.h"

static char err[4096];

static int opened(const struct output **output, struct output *p, const struct options *opt)
{
	struct capture stderr_;
	int result;

	capture(&stderr_, STDERR_FILENO);
	result = output_open(output, p, opt);
	release(&stderr_, err, sizeof(err));
	return result;
}

static void test_formats(void **state)
{
	const struct output *const formats[] = { &table_format, &json_format, &chrome_format };
	const struct format *format;
	struct output p;

	(void)state;
	for (int i = 0; i < 3; i++) {
		struct options opt = { .format = (enum format)i, .output = "/dev/null", .args = i == 1 };

		assert_int_equal(opened(&output, &p, &opt), 0);
		assert_ptr_equal(output, formats[i]);
		assert_int_equal(p.args, i == 1);
		fclose(p.file);
		cgroup_close(); /* JSON opens it */

		opt.summary = true; /* stands before the format */
		assert_int_equal(opened(&output, &p, &opt), 0);
		assert_ptr_equal(output, &summary_output);
		assert_ptr_equal(p.format, formats[i]);
		fclose(p.file);
		cgroup_close(); /* JSON opens it */
	}
}

static void test_file(void **state)
{
	char path[] = "/tmp/bootstrap-unit-XXXXXX";
	struct options opt = { .output = path };
	const struct format *format;
	struct output p;
	char text[16] = "";
	int fd = mkstemp(path);

	(void)state;
	assert_true(fd >= 0);
	assert_int_equal(write(fd, "old\n", 4), 4);
	assert_int_equal(opened(&output, &p, &opt), 0);
	assert_false(p.color);
	assert_true(fcntl(fileno(p.file), F_GETFD) & FD_CLOEXEC);
	fputs("new", p.file);
	assert_int_equal(fclose(p.file), 0);
	assert_int_equal(pread(fd, text, sizeof(text), 0), 3);
	assert_string_equal(text, "new");
	close(fd);
	unlink(path);
}

static void test_file_that_cannot_be_written(void **state)
{
	struct options opt = { .output = "/nonexistent/file" };
	const struct format *format;
	struct output p;
	const char *said;

	(void)state;
	assert_int_equal(opened(&output, &p, &opt), -1);
	check_line(err, program_invocation_short_name);
	said = strstr(err, ": ");
	assert_string_equal(said, ": cannot write to /nonexistent/file: No such file or directory\n");
}

/* A command's standard output is its own, if it is not needed for data. */
static void test_with_a_command(void **state)
{
	char *command[] = { (char *)"true", NULL };
	struct options opt = { .command = command };
	const struct format *format;
	struct output p;
	struct capture stderr_;

	(void)state;
	capture(&stderr_, STDERR_FILENO);
	assert_int_equal(output_open(&output, &p, &opt), 0);
	assert_true(fileno(p.file) > STDERR_FILENO); /* a copy: the command may close its own */
	assert_true(fcntl(fileno(p.file), F_GETFD) & FD_CLOEXEC);
	fputs("to stderr", p.file);
	assert_int_equal(fclose(p.file), 0);
	release(&stderr_, err, sizeof(err));
	assert_string_equal(err, "to stderr");
	assert_true(fcntl(STDERR_FILENO, F_GETFD) >= 0);

	opt.format = FORMAT_TRACE;
	assert_int_equal(opened(&output, &p, &opt), 0);
	assert_ptr_equal(p.file, stdout);
	opt.command = NULL;
	opt.format = FORMAT_TABLE;
	assert_int_equal(opened(&output, &p, &opt), 0);
	assert_ptr_equal(p.file, stdout);
}

/* On a terminal, unless NO_COLOR is set and not empty. */
static void test_colour(void **state)
{
	const struct {
		const char *no_color;
		bool color;
	} cases[] = { { NULL, true }, { "", true }, { "1", false }, { "0", false } };
	int master = posix_openpt(O_RDWR | O_NOCTTY);
	struct options opt = { 0 };
	const struct format *format;
	struct output p;

	(void)state;
	assert_true(master >= 0);
	assert_int_equal(grantpt(master), 0);
	assert_int_equal(unlockpt(master), 0);
	opt.output = ptsname(master);
	assert_non_null(opt.output);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		if (cases[i].no_color)
			setenv("NO_COLOR", cases[i].no_color, 1);
		else
			unsetenv("NO_COLOR");
		assert_int_equal(opened(&output, &p, &opt), 0);
		assert_int_equal(p.color, cases[i].color);
		fclose(p.file);
		cgroup_close(); /* JSON opens it */
	}
	unsetenv("NO_COLOR");
	close(master);
}

static struct loss passed_on;
static int times;

static void lost(struct output *p, unsigned long long time_ns, const struct loss *loss)
{
	assert_null(p);
	assert_true(time_ns == 77);
	passed_on = *loss;
	times++;
}

static void tell(struct loss now, struct loss *told)
{
	const struct output output = { .lost = lost };
	struct capture stderr_;

	times = 0;
	capture(&stderr_, STDERR_FILENO);
	output_loss(&output, NULL, 77, now, told, "the cause");
	release(&stderr_, err, sizeof(err));
}

static void check_told(const char *text)
{
	assert_int_equal(times, 1);
	check_line(err, program_invocation_short_name);
	assert_string_equal(strstr(err, ": "), text);
}

/* Each loss once, and only what is new. */
static void test_loss(void **state)
{
	struct loss told = { 0 };

	(void)state;
	tell((struct loss){ 0, 0 }, &told);
	assert_int_equal(times, 0);
	assert_string_equal(err, "");

	tell((struct loss){ 3, 4 }, &told);
	check_told(": lost 7 events (3 exec, 4 exit): the cause\n");
	assert_true(passed_on.exec == 3 && passed_on.exit == 4);

	tell((struct loss){ 3, 4 }, &told);
	assert_int_equal(times, 0);
	assert_string_equal(err, "");

	tell((struct loss){ 3, 5 }, &told);
	check_told(": lost 1 events (0 exec, 1 exit): the cause\n");
	assert_true(passed_on.exec == 0 && passed_on.exit == 1);

	tell((struct loss){ 5000000003, 5 }, &told);
	check_told(": lost 5000000000 events (5000000000 exec, 0 exit): the cause\n");
	assert_true(told.exec == 5000000003 && told.exit == 5);
}

#define ROOM 10000 /* bytes, for a file that is full then */

/*
 * Writes text, and then more of the byte `more` than there is room for; `after` is
 * what another writes behind it.  Mends the file and returns what is in it.
 */
static char *mended(const struct format *format, const char *text, char more, const char *after)
{
	static char got[2 * ROOM];
	char path[] = "/tmp/bootstrap-unit-XXXXXX";
	struct rlimit old, full;
	struct output p = { .file = fdopen(mkstemp(path), "w") };
	FILE *other = fopen(path, "r+");
	size_t n;

	assert_non_null(p.file);
	assert_non_null(other);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &old), 0);
	full = (struct rlimit){ ROOM, old.rlim_max };
	assert_true(signal(SIGXFSZ, SIG_IGN) != SIG_ERR);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &full), 0);
	fputs(text, p.file);
	for (int i = 0; i <= ROOM; i++)
		putc(more, p.file);
	fflush(p.file);
	assert_true(ferror(p.file));
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &old), 0);
	if (*after) {
		assert_int_equal(fseek(other, 0, SEEK_END), 0);
		fputs(after, other);
		assert_int_equal(fflush(other), 0);
	}
	output_mend(output, &p);
	fclose(p.file);
	rewind(other);
	n = fread(got, 1, sizeof(got) - 1, other);
	got[n] = '\0';
	assert_int_equal(strlen(got), n); /* no hole: what could not be written is forgotten */
	fclose(other);
	unlink(path);
	return got;
}

/* What could not be written whole is cut off, however long it is. */
static void test_full(void **state)
{
	const char *got;

	(void)state;
	assert_string_equal(mended(&table_format, "first\nsecond\n", 'x', ""), "first\nsecond\n");
	assert_string_equal(mended(&json_format, "{}\n{}\n", '{', ""), "{}\n{}\n");
	assert_string_equal(mended(&chrome_format, "[{},\n{},\n", '{', ""), "[{},\n{}]\n");
	/* A comma is at home in the table. */
	assert_string_equal(mended(&table_format, "a,\n", 'x', ""), "a,\n");
	/* Not one whole line, and a file that is another's, too: left alone. */
	got = mended(&table_format, "", 'x', "");
	assert_int_equal(strlen(got), ROOM);
	got = mended(&table_format, "first\n", 'x', "other\n");
	assert_int_equal(strlen(got), ROOM + 6);
}

/* All was written, or it is no file: nothing to mend. */
static void test_not_full(void **state)
{
	struct output p = { .file = tmpfile() };
	int ends[2];

	(void)state;
	assert_non_null(p.file);
	fputs("half", p.file);
	output_mend(&table_format, &p);
	assert_int_equal(fflush(p.file), 0);
	assert_int_equal(ftell(p.file), 4);
	fclose(p.file);

	assert_int_equal(pipe(ends), 0);
	close(ends[0]);
	assert_true(signal(SIGPIPE, SIG_IGN) != SIG_ERR);
	p.file = fdopen(ends[1], "w");
	fputs("first\n", p.file);
	assert_int_equal(fflush(p.file), EOF);
	output_mend(&table_format, &p);
	assert_int_equal(fclose(p.file), 0); /* what was left is forgotten */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_formats),
		cmocka_unit_test(test_file),
		cmocka_unit_test(test_file_that_cannot_be_written),
		cmocka_unit_test(test_with_a_command),
		cmocka_unit_test(test_colour),
		cmocka_unit_test(test_loss),
		cmocka_unit_test(test_full),
		cmocka_unit_test(test_not_full),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
