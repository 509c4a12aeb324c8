/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * event_decode() on any bytes: it accepts exactly what bootstrap.h describes,
 * copies every field from its place, and points into the record and nowhere else.
 */
#include <errno.h>

#include "fuzz.h"

#define FIELD(bytes, type, member) (((const type *)(const void *)(bytes))->member)

/* The sections between the fixed part of the record and its strings. */
static size_t details_size(const char *bytes)
{
	return FIELD(bytes, struct event_header, flags) & FLAG_DETAILS ? sizeof(struct details) : 0;
}

static size_t resources_size(const char *bytes)
{
	return FIELD(bytes, struct event_header, flags) & FLAG_RESOURCES ? sizeof(struct resources) : 0;
}

static bool is_record(const char *bytes, size_t size)
{
	size_t before, name, args;
	unsigned int kind;

	if (size < sizeof(struct event_header))
		return false;
	kind = FIELD(bytes, struct event_header, kind);
	if (kind == EVENT_FORK)
		return size == sizeof(struct event_header) + details_size(bytes);
	if (kind == EVENT_EXIT)
		return size == sizeof(struct exit_record) + details_size(bytes) + resources_size(bytes);
	if (kind != EVENT_EXEC && kind != EVENT_FAILED)
		return false;
	before = sizeof(struct exec_record) + details_size(bytes);
	if (size <= before)
		return false;
	name = FIELD(bytes, struct exec_record, filename_len);
	args = FIELD(bytes, struct exec_record, args_len);
	return name > 0 && size - before == name + args && strnlen(bytes + before, name) == name - 1;
}

static bool within(const char *text, size_t length, const char *bytes, size_t size)
{
	return text >= bytes && text <= bytes + size && length <= (size_t)(bytes + size - text);
}

/* Equals the bytes of the section in the record, or zeros if it has none. */
static void check_details(const struct details *d, const char *bytes, size_t record)
{
	static const struct details none;

	must(memcmp(d, details_size(bytes) ? bytes + record : (const char *)&none, sizeof(*d)) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *bytes = malloc(size); /* aligned for any member, and of exactly that size */
	struct event e;
	int result;

	memset(&e, 0xa5, sizeof(e)); /* shows members that are not set */
	if (size)
		memcpy(bytes, data, size);
	result = event_decode(bytes, size, &e);
	must(result == (is_record(bytes, size) ? 0 : -EBADMSG));
	if (result) {
		free(bytes);
		return 0;
	}

	const struct event_header *h = (const void *)bytes;

	must(e.kind == h->kind && e.pid == h->pid && e.ppid == h->ppid && e.uid == h->uid);
	must(e.time_ns == h->time_ns);
	must(within(e.comm, e.comm_len, bytes, size) && e.comm_len <= COMM_LEN);
	must(memcmp(e.comm, h->comm, e.comm_len) == 0 && !memchr(e.comm, 0, e.comm_len));
	must(e.comm_len == COMM_LEN || h->comm[e.comm_len] == 0);
	if (e.kind == EVENT_EXIT) {
		const struct exit_record *r = (const void *)bytes;

		check_details(&e.details, bytes, sizeof(*r));
		must(e.has_resources == (resources_size(bytes) > 0));
		if (e.has_resources)
			must(memcmp(&e.resources, bytes + sizeof(*r) + details_size(bytes),
				    sizeof(e.resources)) == 0);
		must(e.status == r->status);
		must(e.duration_ns == r->duration_ns && e.lifetime_ns == r->lifetime_ns);
	} else if (e.kind == EVENT_FORK) {
		check_details(&e.details, bytes, sizeof(*h));
		must(!e.filename && !e.args && !e.has_resources);
	} else {
		const struct exec_record *r = (const void *)bytes;

		check_details(&e.details, bytes, sizeof(*r));
		must(e.error == r->error);
		must(e.filename == bytes + sizeof(*r) + details_size(bytes) && e.filename_len == r->filename_len - 1u);
		must(within(e.filename, e.filename_len + 1, bytes, size) && e.filename[e.filename_len] == 0);
		must(e.args == e.filename + e.filename_len + 1 && e.args_len == r->args_len);
		must(within(e.args, e.args_len, bytes, size));
		must(e.filename_truncated == !!(h->flags & FLAG_FILENAME_TRUNCATED));
		must(e.args_truncated == !!(h->flags & FLAG_ARGS_TRUNCATED));
	}
	free(bytes);
	return 0;
}
