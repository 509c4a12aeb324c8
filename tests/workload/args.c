/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * usage: args hundred|big|empty|none|rewritten FILE
 *
 * exec with odd arguments.  FILE gets the arguments as the kernel has them, each with
 * its NUL: the new program copies its /proc/self/cmdline.
 */
#include "workload.h"

#include <fcntl.h>

/* The new program, identified by its environment because its arguments may be anything, or none. */
static int copy_cmdline(int argc, char **argv, const char *file)
{
	int in = open("/proc/self/cmdline", O_RDONLY);
	int out = open(file, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	char block[4096];
	ssize_t n;

	while ((n = read(in, block, sizeof(block))) > 0)
		if (write(out, block, n) != n)
			return 1;
	/* Too late to be seen: the arguments at its start count. */
	for (int i = 0; i < argc; i++)
		memset(argv[i], 'X', strlen(argv[i]));
	sleep_ns(50 * MS);
	return n < 0 || in < 0 ? 1 : 0;
}

int main(int argc, char **argv)
{
	static char text[300][8], variable[PATH_MAX + 4], self[PATH_MAX];
	static char *args[400], *env[] = { variable, NULL };
	static const char *const odd[] = {
		"", "-n", "exit 3", "it's", "\"", "$(reboot)", "`reboot`", "$HOME", "a=b", "=b", "~", "#", "*",
		"?", "[a]", "{a,b}", "!!", "&&", "|", ";", "<", ">", "\\", "...", "two\nlines", "tab\t",
		"\x1b[2J", "d\xc3\xa9j\xc3\xa0", "\xff\xfe", "\xe2\x80\xae", "\xc2\x9b", "%s", "",
	};
	const char *file = getenv("BOOTSTRAP_ARGS");
	int n = 0, status;
	u64 before;
	pid_t pid;

	if (file)
		return copy_cmdline(argc, argv, file);
	if (argc != 3)
		errx(2, "usage: args hundred|big|empty|none|rewritten FILE");
	snprintf(variable, sizeof(variable), "BOOTSTRAP_ARGS=%s", argv[2]);
	snprintf(self, sizeof(self), "%s", sibling("args"));

	if (strcmp(argv[1], "none") != 0)
		args[n++] = "args";
	if (strcmp(argv[1], "hundred") == 0) {
		for (size_t i = 0; i < sizeof(odd) / sizeof(odd[0]); i++)
			args[n++] = (char *)odd[i];
		for (int byte = 1; byte < 256; byte++) { /* each byte, alone and before a letter */
			snprintf(text[byte], sizeof(text[byte]), byte % 2 ? "%c" : "%ca", byte);
			args[n++] = text[byte];
		}
	} else if (strcmp(argv[1], "big") == 0) {
		args[n++] = "first";
		args[n] = malloc(100001);
		memset(args[n], 'b', 100000);
		args[n++][100000] = '\0';
		args[n++] = "last";
	} else if (strcmp(argv[1], "empty") == 0) {
		args[n++] = "";
		args[n++] = "";
		args[n++] = "x";
		args[n++] = "";
	} else if (strcmp(argv[1], "rewritten") == 0) {
		args[n++] = "original";
	}
	before = now();
	pid = fork_clean();
	if (pid == 0) {
		execve(self, args, env);
		err(1, "%s", self);
	}
	status = wait_for(pid);
	if (status)
		errx(1, "the new program failed: status %#x", status);
	expect_exec(pid, getpid(), "args", self);
	expect_exit(pid, getpid(), "args", status, 0, now() - before);
	return 0;
}
