/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Decodes and checks records; event.h says what it promises. */
#include <errno.h>
#include <string.h>

#include "output/event.h"

static int decode_exec(const char *data, size_t size, struct event *e)
{
	struct exec_record r;

	if (size < sizeof(r))
		return -EBADMSG;
	memcpy(&r, data, sizeof(r));
	if (size != sizeof(r) + r.filename_len + r.args_len)
		return -EBADMSG;

	const char *filename = data + sizeof(r);

	if (r.filename_len == 0 ||
	    memchr(filename, 0, r.filename_len) != filename + r.filename_len - 1)
		return -EBADMSG;

	e->uid = r.uid;
	e->filename = filename;
	e->filename_len = r.filename_len - 1;
	e->filename_truncated = r.header.flags & FLAG_FILENAME_TRUNCATED;
	e->args = filename + r.filename_len;
	e->args_len = r.args_len;
	e->args_truncated = r.header.flags & FLAG_ARGS_TRUNCATED;
	return 0;
}

static int decode_exit(const char *data, size_t size, struct event *e)
{
	struct exit_record r;

	if (size != sizeof(r))
		return -EBADMSG;
	memcpy(&r, data, sizeof(r));
	e->uid = r.uid;
	e->status = r.status;
	e->duration_ns = r.duration_ns;
	e->lifetime_ns = r.lifetime_ns;
	return 0;
}

int event_decode(const void *data, size_t size, struct event *e)
{
	struct event_header h;

	if (size < sizeof(h))
		return -EBADMSG;
	memcpy(&h, data, sizeof(h));
	*e = (struct event){
		.kind = h.kind,
		.pid = h.pid,
		.ppid = h.ppid,
		.ns_pid = h.ns_pid,
		.time_ns = h.time_ns,
		.cgroup_id = h.cgroup_id,
		.comm = (const char *)data + offsetof(struct event_header, comm),
		.comm_len = strnlen(h.comm, sizeof(h.comm)),
	};

	switch (h.kind) {
	case EVENT_EXEC:
		return decode_exec(data, size, e);
	case EVENT_EXIT:
		return decode_exit(data, size, e);
	default:
		return -EBADMSG;
	}
}
