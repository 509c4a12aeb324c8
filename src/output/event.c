/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Decodes and checks records; see event.h. */
#include <errno.h>
#include <string.h>

#include "output/event.h"

/* rest: the size bytes after the record and its sections. */
static int decode_exec(const char *data, size_t size, const char *rest, struct event *e)
{
	struct exec_record r;

	memcpy(&r, data, sizeof(r));
	if (size != (size_t)r.filename_len + r.args_len)
		return -EBADMSG;
	if (r.filename_len == 0 || memchr(rest, 0, r.filename_len) != rest + r.filename_len - 1)
		return -EBADMSG;

	e->filename = rest;
	e->filename_len = r.filename_len - 1U;
	e->filename_truncated = r.header.flags & FLAG_FILENAME_TRUNCATED;
	e->args = rest + r.filename_len;
	e->args_len = r.args_len;
	e->args_truncated = r.header.flags & FLAG_ARGS_TRUNCATED;
	e->error = r.error;
	return 0;
}

static int decode_exit(const char *data, size_t size, const char *rest, struct event *e)
{
	struct exit_record r;

	memcpy(&r, data, sizeof(r));
	e->has_resources = r.header.flags & FLAG_RESOURCES;
	if (size != (e->has_resources ? sizeof(e->resources) : 0))
		return -EBADMSG;
	memcpy(&e->resources, rest, size);
	e->status = r.status;
	e->duration_ns = r.duration_ns;
	e->lifetime_ns = r.lifetime_ns;
	return 0;
}

/* The size of what comes before the sections; 0: no such kind. */
static size_t record_size(unsigned int kind)
{
	switch (kind) {
	case EVENT_EXEC:
	case EVENT_FAILED:
		return sizeof(struct exec_record);
	case EVENT_EXIT:
		return sizeof(struct exit_record);
	case EVENT_FORK:
		return sizeof(struct event_header);
	default:
		return 0;
	}
}

int event_decode(const void *data, size_t size, struct event *e)
{
	const char *at = data;
	struct event_header h;
	size_t record;

	if (size < sizeof(h))
		return -EBADMSG;
	memcpy(&h, data, sizeof(h));
	record = record_size(h.kind);
	if (record == 0 || size < record)
		return -EBADMSG;
	*e = (struct event){
		.kind = h.kind,
		.pid = h.pid,
		.ppid = h.ppid,
		.uid = h.uid,
		.time_ns = h.time_ns,
		.comm = at + offsetof(struct event_header, comm),
		.comm_len = strnlen(h.comm, sizeof(h.comm)),
	};
	at += record;
	size -= record;
	if (h.flags & FLAG_DETAILS) {
		if (size < sizeof(e->details))
			return -EBADMSG;
		memcpy(&e->details, at, sizeof(e->details));
		at += sizeof(e->details);
		size -= sizeof(e->details);
	}
	if (h.kind == EVENT_FORK)
		return size ? -EBADMSG : 0;
	return h.kind == EVENT_EXIT ? decode_exit(data, size, at, e) :
				      decode_exec(data, size, at, e);
}
