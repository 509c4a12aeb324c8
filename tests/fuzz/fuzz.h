/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * Shared by the fuzz targets: turns any bytes into a record that the decoder must
 * accept, prints it in a format, and checks the rules for every printed line.
 *
 * The rules are implemented here a second time, from the RFC and from the README,
 * so that src/ and the check do not share the same mistake.
 */
#ifndef FUZZ_H
#define FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "output/output.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Stops the fuzzer, which then saves the input. */
#define must(condition)                                                                            \
	do {                                                                                       \
		if (!(condition)) {                                                                \
			fprintf(stderr, "%s:%d: not true: %s\n", __FILE__, __LINE__, #condition);  \
			abort();                                                                   \
		}                                                                                  \
	} while (0)

/* All times are printed in UTC. */
int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc, (void)argv;
	setenv("TZ", "UTC0", 1);
	tzset();
	return 0;
}

/*
 * The beginning of an input; missing bytes are zero.  It is followed by the command's
 * name, a NUL unless it is 16 bytes long, the file name, a NUL, and the arguments; or
 * by the resources of an exit.
 */
struct fuzz_head {
	uint8_t kind, flags, args, color; /* kind: 1 exit, else 2 fork, else 4 failed exec, else exec */
	int32_t pid, ppid, ns_pid;
	uint32_t uid, status;
	uint64_t time_ns, cgroup_id, duration_ns, lifetime_ns;
};

struct fuzz_case {
	struct fuzz_head head;
	char comm[COMM_LEN + 1];
	char *record; /* of exactly its size, so that reading past it is detected */
	struct event event;
	struct output output;
};

static const char *fuzz_cgroup; /* what the format gets; NULL: no such cgroup */

static inline const char *fuzz_cgroup_path(unsigned long long id)
{
	(void)id;
	return fuzz_cgroup;
}

/* Takes the text up to the next NUL, at most `most` bytes. */
static inline size_t fuzz_take(const uint8_t **data, size_t *size, size_t most, const char **text)
{
	size_t length = strnlen((const char *)*data, *size < most ? *size : most);

	*text = (const char *)*data;
	*data += length;
	*size -= length;
	if (*size && length < most && **data == 0) {
		(*data)++;
		(*size)--;
	}
	return length;
}

static inline void fuzz_make(struct fuzz_case *c, const uint8_t *data, size_t size)
{
	size_t n = size < sizeof(c->head) ? size : sizeof(c->head);
	size_t record_size, details_size;
	const char *comm, *filename;
	struct event_header h = { 0 };
	struct details d = { 0 };
	char *at;

	memset(c, 0, sizeof(*c));
	if (n)
		memcpy(&c->head, data, n);
	data += n;
	size -= n;

	h.pid = c->head.pid & 0x7fffffff;
	h.ppid = c->head.ppid & 0x7fffffff;
	h.uid = c->head.uid;
	h.time_ns = c->head.time_ns;
	h.flags = c->head.flags & (FLAG_FILENAME_TRUNCATED | FLAG_ARGS_TRUNCATED | FLAG_DETAILS);
	d.ns_pid = c->head.ns_pid & 0x7fffffff;
	d.cgroup_id = c->head.cgroup_id & 0x7fffffffffffffff; /* the largest number in JSON libraries */
	d.start_ns = c->head.time_ns - c->head.lifetime_ns;
	d.euid = c->head.status;
	d.loginuid = c->head.uid;
	details_size = h.flags & FLAG_DETAILS ? sizeof(d) : 0;
	n = fuzz_take(&data, &size, COMM_LEN, &comm);
	memcpy(h.comm, comm, n);
	memcpy(c->comm, comm, n);
	if (c->head.kind & 1) {
		struct resources used = { 0 };
		size_t used_size = c->head.flags & FLAG_RESOURCES ? sizeof(used) : 0;

		if (used_size && size)
			memcpy(&used, data, size < used_size ? size : used_size);
		/* The largest number in JSON libraries, also when converted to bytes. */
		used.read_bytes &= 0x7fffffffffffffff;
		used.written_bytes &= 0x7fffffffffffffff;
		if (used.max_rss != RSS_UNKNOWN)
			used.max_rss &= 0x3ffffffffffff;
		h.flags |= used_size ? FLAG_RESOURCES : 0;
		struct exit_record r = {
			.header = h,
			.status = c->head.status & 0xffff,
			.duration_ns = c->head.duration_ns,
			.lifetime_ns = c->head.lifetime_ns,
		};

		r.header.kind = EVENT_EXIT;
		record_size = sizeof(r) + details_size + used_size;
		c->record = malloc(record_size);
		at = mempcpy(c->record, &r, sizeof(r));
		at = mempcpy(at, &d, details_size);
		memcpy(at, &used, used_size);
	} else if (c->head.kind & 2) {
		h.kind = EVENT_FORK;
		record_size = sizeof(h) + details_size;
		c->record = malloc(record_size);
		at = mempcpy(c->record, &h, sizeof(h));
		memcpy(at, &d, details_size);
	} else {
		struct exec_record r = { .header = h };

		n = fuzz_take(&data, &size, FILENAME_MAX_LEN - 1, &filename);
		r.header.kind = c->head.kind & 4 ? EVENT_FAILED : EVENT_EXEC;
		r.error = c->head.kind & 4 ? c->head.status & 0xfff : 0;
		r.filename_len = (unsigned short)(n + 1);
		r.args_len = (unsigned short)(c->head.kind & 4 ? 0 : size < ARGS_MAX ? size : ARGS_MAX);
		record_size = sizeof(r) + details_size + r.filename_len + r.args_len;
		c->record = malloc(record_size);
		at = mempcpy(c->record, &r, sizeof(r));
		at = mempcpy(at, &d, details_size);
		at = mempcpy(at, filename, n);
		*at++ = '\0';
		memcpy(at, data, r.args_len);
	}
	must(event_decode(c->record, record_size, &c->event) == 0);
	c->output.args = c->head.args & 1;
	c->output.color = c->head.color & 1;
	c->output.cgroup_path = fuzz_cgroup_path;
	/* As hostile as the other names. */
	fuzz_cgroup = c->head.cgroup_id & 1 ? c->comm : NULL;
}

static inline void fuzz_free(struct fuzz_case *c)
{
	free(c->record);
}

/* The output between the two: one stream for all inputs, instead of one for each. */
static char *fuzz_text;
static size_t fuzz_text_size;

static inline void fuzz_begin(struct output *o)
{
	static FILE *file;

	if (!file)
		file = open_memstream(&fuzz_text, &fuzz_text_size);
	must(file);
	rewind(file);
	o->file = file;
}

static inline size_t fuzz_end(struct output *o, char **text)
{
	must(fflush(o->file) == 0 && !ferror(o->file));
	*text = fuzz_text;
	return fuzz_text_size;
}

/*
 * The length of the character at the start, by the grammar of RFC 3629, section 4;
 * 0 if there is none.
 */
static inline size_t rfc3629(const char *text, size_t size, uint32_t *code)
{
	static const struct {
		size_t length;
		uint8_t first[2], second[2];
	} rules[] = {
		{ 1, { 0x00, 0x7f }, { 0 } },
		{ 2, { 0xc2, 0xdf }, { 0x80, 0xbf } },
		{ 3, { 0xe0, 0xe0 }, { 0xa0, 0xbf } },
		{ 3, { 0xe1, 0xec }, { 0x80, 0xbf } },
		{ 3, { 0xed, 0xed }, { 0x80, 0x9f } },
		{ 3, { 0xee, 0xef }, { 0x80, 0xbf } },
		{ 4, { 0xf0, 0xf0 }, { 0x90, 0xbf } },
		{ 4, { 0xf1, 0xf3 }, { 0x80, 0xbf } },
		{ 4, { 0xf4, 0xf4 }, { 0x80, 0x8f } },
	};
	const uint8_t *s = (const uint8_t *)text;

	for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++) {
		size_t length = rules[i].length;

		if (size < length || s[0] < rules[i].first[0] || s[0] > rules[i].first[1])
			continue;
		*code = length == 1 ? s[0] : length == 2 ? s[0] & 0x1fu : length == 3 ? s[0] & 0xfu : s[0] & 7u;
		if (length > 1 && (s[1] < rules[i].second[0] || s[1] > rules[i].second[1]))
			continue;
		if ((length > 2 && (s[2] & 0xc0) != 0x80) || (length > 3 && (s[3] & 0xc0) != 0x80))
			continue;
		for (size_t k = 1; k < length; k++)
			*code = *code * 64 + (s[k] & 0x3f);
		return length;
	}
	return 0;
}

/* Moves the cursor, ends a line, reorders text, or is invisible. */
static inline bool treacherous(uint32_t c)
{
	return c < 0x20 || (c >= 0x7f && c < 0xa0) ||         /* C0, DEL, C1 */
	       c == 0x2028 || c == 0x2029 ||                  /* line and paragraph separator */
	       c == 0x61c || c == 0x200e || c == 0x200f ||    /* marks of direction */
	       (c >= 0x202a && c <= 0x202e) ||                /* embeddings, overrides */
	       (c >= 0x2066 && c <= 0x2069) ||                /* isolates */
	       c == 0xad || (c >= 0x200b && c <= 0x200d) ||   /* soft hyphen, zero width */
	       (c >= 0x2060 && c <= 0x2064) || c == 0xfeff || /* word joiner, operators, BOM */
	       (c >= 0xfe00 && c <= 0xfe0f) ||                /* variation selectors */
	       (c >= 0xfff9 && c <= 0xfffb) ||                /* interlinear annotation */
	       (c >= 0xe0000 && c <= 0xe0fff);                /* tags and more selectors */
}

/* The bytes are exactly one line of printable text. */
static inline void must_be_a_line(const char *text, size_t size)
{
	uint32_t code;

	must(size > 0 && text[size - 1] == '\n');
	for (size_t at = 0, length; at < size - 1; at += length) {
		length = rfc3629(text + at, size - 1 - at, &code);
		must(length > 0);
		must(!treacherous(code));
	}
}

static inline int fuzz_hex(char digit)
{
	return digit >= '0' && digit <= '9' ? digit - '0' :
	       digit >= 'a' && digit <= 'f' ? digit - 'a' + 10 : -1;
}

/* Decodes one of \\ \n \t \xHH at `at`, and advances it; -1 if there is none of them. */
static inline int fuzz_unescape(const char **at, const char *end)
{
	const char *s = *at;

	if (end - s < 2 || s[0] != '\\')
		return -1;
	*at += 2;
	switch (s[1]) {
	case '\\':
		return '\\';
	case 'n':
		return '\n';
	case 't':
		return '\t';
	case 'x':
		if (end - s < 4 || fuzz_hex(s[2]) < 0 || fuzz_hex(s[3]) < 0)
			return -1;
		*at += 2;
		return fuzz_hex(s[2]) * 16 + fuzz_hex(s[3]);
	}
	return -1;
}

#endif
