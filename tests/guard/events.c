/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * usage: events table|json PAIRS
 *
 * Decodes and prints PAIRS times an exec and an exit, made up here, as
 * bootstrap.c does with what it finds on the ring.  Run it under callgrind with
 * two numbers of pairs: the difference is the cost of the pairs alone.
 */
#include <err.h>
#include <stdlib.h>
#include <string.h>

#include "bootstrap.h"
#include "output/event.h"
#include "output/output.h"

#define FILENAME "/usr/bin/make"
#define ARGS     "make\0-j2\0CFLAGS=-O2 -g\0all" /* its NUL ends the last */

static union {
	struct exec_record record;
	char bytes[sizeof(struct exec_record) + sizeof(FILENAME) + sizeof(ARGS)];
} start;
static struct exit_record end;

static const char *cgroup_path(unsigned long long id)
{
	(void)id;
	return "/user.slice/user-1000.slice/session-1.scope";
}

static void print(struct printer *p, const struct output *output, void *record, size_t size)
{
	struct event e;

	if (event_decode(record, size, &e))
		errx(1, "the record is not taken");
	e.wall_ns = e.time_ns;
	output->event(p, &e);
}

int main(int argc, char **argv)
{
	struct printer p = { .file = fopen("/dev/null", "w"), .cgroup_path = cgroup_path };
	bool json = argc == 3 && strcmp(argv[1], "json") == 0;
	const struct output *output = json ? &json_output : &table_output;
	int pairs = argc == 3 ? atoi(argv[2]) : 0;
	size_t size = sizeof(start.record) + sizeof(FILENAME) + (json ? sizeof(ARGS) : 0);

	if (pairs < 1 || !p.file)
		errx(2, "usage: events table|json PAIRS");
	start.record = (struct exec_record){
		.header = { .kind = EVENT_EXEC, .pid = 54321, .ppid = 4321, .ns_pid = 54321,
			    .cgroup_id = 4711, .comm = "make" },
		.uid = 1000,
		.filename_len = sizeof(FILENAME),
		.args_len = json ? sizeof(ARGS) : 0,
	};
	memcpy(start.bytes + sizeof(start.record), FILENAME, sizeof(FILENAME));
	memcpy(start.bytes + sizeof(start.record) + sizeof(FILENAME), ARGS, sizeof(ARGS));
	end.header = start.record.header;
	end.header.kind = EVENT_EXIT;
	end.uid = 1000;
	end.status = 2 << 8;
	end.duration_ns = 123456789;
	end.lifetime_ns = 234567890;

	output->begin(&p);
	for (int i = 0; i < pairs; i++) {
		/* A pair every 250 microseconds, so that the second changes now and then. */
		start.record.header.time_ns = 1700000000ULL * 1000000000 + 250000ULL * (unsigned int)i;
		end.header.time_ns = start.record.header.time_ns + 123456;
		print(&p, output, &start, size);
		print(&p, output, &end, sizeof(end));
	}
	output->end(&p, end.header.time_ns);
	return ferror(p.file) || fclose(p.file) ? 1 : 0;
}
