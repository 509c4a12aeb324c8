/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * usage: events table|json PAIRS
 *
 * Decodes and prints an artificial exec and exit PAIRS times, in the same way as
 * bootstrap.c handles records on the ring.  Run it under callgrind with two numbers
 * of pairs: the difference is the cost of the pairs alone.
 */
#include <err.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "bootstrap.h"
#include "output/event.h"
#include "output/output.h"

#define EXIT_NS  123456 /* after the exec */
#define FILENAME "/usr/bin/make"
#define ARGS     "make\0-j2\0CFLAGS=-O2 -g\0all" /* its NUL terminates the last one */

/* Large enough for everything in a record; JSON requests details and arguments. */
static union {
	struct exec_record record;
	char bytes[sizeof(struct exec_record) + sizeof(struct details) + sizeof(FILENAME) + sizeof(ARGS)];
} start;
static union {
	struct exit_record record;
	char bytes[sizeof(struct exit_record) + sizeof(struct details)];
} end;

static const char *cgroup_path(unsigned long long id)
{
	(void)id;
	return "/user.slice/user-1000.slice/session-1.scope";
}

static void print(struct output *o, void *record, size_t size)
{
	struct event e;

	if (event_decode(record, size, &e))
		errx(1, "the record was rejected");
	output_event(o, &e);
}

int main(int argc, char **argv)
{
	const struct details details = { .ns_pid = 54321, .cgroup_id = 4711, .parent_comm = "sh", .tty = "pts3" };
	bool json = argc == 3 && strcmp(argv[1], "json") == 0;
	struct output o = { .format = json ? &json_format : &table_format, .cgroup_path = cgroup_path, .remembers = json };
	size_t details_size = json ? sizeof(details) : 0, args_size = json ? sizeof(ARGS) : 0;
	int pairs = argc == 3 ? atoi(argv[2]) : 0;
	char *at;

	if (pairs < 1)
		errx(2, "usage: events table|json PAIRS");
	o.file = stream_open(&o.stream, open("/dev/null", O_WRONLY | O_CLOEXEC));
	if (!o.file)
		err(1, "cannot open /dev/null");
	start.record = (struct exec_record){
		.header = { .kind = EVENT_EXEC, .flags = json ? FLAG_DETAILS : 0, .pid = 54321,
			    .ppid = 4321, .uid = 1000, .comm = "make" },
		.filename_len = sizeof(FILENAME),
		.args_len = (unsigned short)args_size,
	};
	at = mempcpy(start.bytes + sizeof(start.record), &details, details_size);
	at = mempcpy(at, FILENAME, sizeof(FILENAME));
	at = mempcpy(at, ARGS, args_size);
	end.record = (struct exit_record){
		.header = start.record.header,
		.status = 2 << 8,
		.duration_ns = EXIT_NS,
		.lifetime_ns = 234567890,
	};
	end.record.header.kind = EVENT_EXIT;
	memcpy(end.bytes + sizeof(end.record), &details, details_size);

	if (output_begin(&o))
		return 1;
	for (int i = 0; i < pairs; i++) {
		/* A pair every 250 microseconds, so that the second changes sometimes. */
		start.record.header.time_ns = 3600ULL * 1000000000 + 250000ULL * (unsigned int)i;
		end.record.header.time_ns = start.record.header.time_ns + EXIT_NS;
		print(&o, &start, (size_t)(at - start.bytes));
		print(&o, &end, sizeof(end.record) + details_size);
	}
	return output_end(&o) ? 1 : 0;
}
