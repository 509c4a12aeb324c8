/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * usage: oddname DIRECTORY
 *
 * Processes whose names could move the cursor, end the line or reverse the text, in
 * COMM and in the path: links with such names are created in DIRECTORY.  The expected
 * output is written by hand.
 */
#include "workload.h"

#include <sys/prctl.h>

static const struct {
	const char *name, *shown;
} odd[] = {
	{ "a\nb", "a\\nb" },
	{ "tab\there", "tab\\there" },
	{ "\x1b[2J\x1b[1m", "\\x1b[2J\\x1b[1m" },
	{ "cr\rbs\b", "cr\\x0dbs\\x08" },
	{ "back\\slash", "back\\\\slash" },
	{ "del\x7f", "del\\x7f" },
	{ "bad\xff\xfe", "bad\\xff\\xfe" },
	{ "cut\xe2\x82", "cut\\xe2\\x82" },           /* two of the three bytes of a euro sign */
	{ "long\xc0\xaf", "long\\xc0\\xaf" },         /* an overlong slash */
	{ "rlo\u202etxt", "rlo\\xe2\\x80\\xaetxt" }, /* right-to-left override */
	{ "iso\u2066x", "iso\\xe2\\x81\\xa6x" },     /* left-to-right isolate */
	{ "csi\xc2\x9b" "m", "csi\\xc2\\x9bm" },           /* C1: CSI in one character */
	{ "nul\u200bw", "nul\\xe2\\x80\\x8bw" },     /* zero-width space */
};

/* Blanks are printed unchanged: text that looks like columns stays on its line. */
static const char *const plain[] = { "two words", "d\u00e9j\u00e0 vu", " 1 ", "[0] (1ms)" };

/* %-16s counts bytes, the table characters. */
static void pad(char *buffer, size_t size, const char *shown)
{
	size_t width = 0;

	for (const char *s = shown; *s; s++)
		width += (*s & 0xc0) != 0x80;
	snprintf(buffer, size, "%s%*s", shown, width < 16 ? (int)(16 - width) : 0, "");
}

static void try(const char *directory, const char *name, const char *shown)
{
	const char *child = sibling("child");
	char path[PATH_MAX], shown_path[PATH_MAX], comm[80];
	u64 before = now();
	pid_t pid;
	int status;

	pad(comm, sizeof(comm), shown);

	pid = fork_clean();
	if (pid == 0) {
		prctl(PR_SET_NAME, name);
		_exit(21);
	}
	status = wait_for(pid);
	expect_exit(pid, getpid(), comm, status, 0, now() - before);

	snprintf(path, sizeof(path), "%s/%s", directory, name);
	snprintf(shown_path, sizeof(shown_path), "%s/%s", directory, shown);
	if (symlink(child, path))
		err(1, "%s", shown_path);
	pid = fork_clean();
	if (pid == 0) {
		execl(path, "child", "22", (char *)NULL);
		_exit(1);
	}
	status = wait_for(pid);
	expect_exec(pid, getpid(), comm, shown_path);
	expect_exit(pid, getpid(), comm, status, 0, now() - before);
}

int main(int argc, char **argv)
{
	if (argc != 2)
		errx(2, "usage: oddname DIRECTORY");
	for (size_t i = 0; i < sizeof(odd) / sizeof(odd[0]); i++)
		try(argv[1], odd[i].name, odd[i].shown);
	for (size_t i = 0; i < sizeof(plain) / sizeof(plain[0]); i++)
		try(argv[1], plain[i], plain[i]);
	return 0;
}
