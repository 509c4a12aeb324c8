/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * The JSON lines, with any event: one line, which jansson parses, and whose members
 * equal the input.
 */
#include <inttypes.h>
#include <jansson.h>

#include "fuzz.h"
#include "fuzz_json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct event *e;
	struct fuzz_case c;
	json_error_t error;
	size_t line_size;
	json_t *object;
	char *line;

	fuzz_make(&c, data, size);
	e = &c.event;
	fuzz_begin(&c.output);
	json_format.event(&c.output, e);
	line_size = fuzz_end(&c.output, &line);
	must_be_a_line(line, line_size);
	object = json_loadb(line, line_size, JSON_REJECT_DUPLICATES, &error);
	must(json_is_object(object));

	check_time(object, "time", e->time_ns);
	check_string(object, "comm", c.comm, strlen(c.comm));
	check_integer(object, "pid", e->pid);
	check_integer(object, "ppid", e->ppid);
	check_integer(object, "ns_pid", c.head.flags & FLAG_DETAILS ? c.head.ns_pid & 0x7fffffff : 0);
	check_integer(object, "uid", e->uid);
	check_integer(object, "cgroup_id", (long long)e->details.cgroup_id);
	if (fuzz_cgroup)
		check_string(object, "cgroup", fuzz_cgroup, strlen(fuzz_cgroup));
	else
		must(json_is_null(json_object_get(object, "cgroup")));
	if (e->kind == EVENT_EXEC) {
		check_string(object, "event", "exec", 4);
		check_string(object, "filename", e->filename, e->filename_len);
		check_arguments(object, "args", e);
		check_flag(object, "filename_truncated", e->filename_truncated);
		check_flag(object, "args_truncated", e->args_truncated);
	} else if (e->kind == EVENT_FORK) {
		check_string(object, "event", "fork", 4);
	} else if (e->kind == EVENT_FAILED) {
		check_string(object, "event", "exec_failed", 11);
		check_failure(object, e);
	} else {
		check_string(object, "event", "exit", 4);
		check_resources(object, e);
		check_status(object, e->status);
		check_ms(object, "duration_ms", e->duration_ns);
		check_ms(object, "lifetime_ms", e->lifetime_ns);
	}
	json_decref(object);
	fuzz_free(&c);
	return 0;
}
