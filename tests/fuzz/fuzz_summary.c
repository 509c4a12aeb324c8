/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * The summary of any commands, as a table and as JSON: lines that are safe for a
 * terminal, one row for each command with its name and sums.
 */
#include "fuzz.h"
#include "fuzz_json.h"
#include "output/summary.h"

#define COMMANDS 8 /* at most, per input */

static void print(const struct format *format, const struct summary *s, unsigned long long time_ns,
		  char **text, size_t *size)
{
	struct output o = { 0 };

	fuzz_begin(&o);
	format->summary(&o, time_ns, s);
	*size = fuzz_end(&o, text);
	for (char *line = *text, *end; line < *text + *size; line = end) {
		end = memchr(line, '\n', (size_t)(*text + *size - line));
		must(end++);
		must_be_a_line(line, (size_t)(end - line));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t n = size ? 1 + data[0] % COMMANDS : 1, piece = size / n, text_size, lines = 0;
	static struct command_sum commands[COMMANDS];
	static struct summary s;
	static struct fuzz_case cases[COMMANDS];
	unsigned long long time_ns = 0;
	json_error_t error;
	json_t *object, *row;
	char *text;
	size_t i;

	for (i = 0; i < n; i++) {
		const struct fuzz_head *head = &cases[i].head;
		struct command_sum *c = &commands[i];

		fuzz_make(&cases[i], data + i * piece, piece);
		memset(c, 0, sizeof(*c));
		memcpy(c->comm, cases[i].event.comm, cases[i].event.comm_len);
		c->comm_len = cases[i].event.comm_len;
		c->runs = 1ULL + head->uid;
		c->failures = head->status % (c->runs + 1);
		c->min_ns = head->duration_ns < head->lifetime_ns ? head->duration_ns : head->lifetime_ns;
		c->max_ns = head->duration_ns ^ head->lifetime_ns ^ c->min_ns;
		c->total_ns = c->max_ns;
		/* The largest total comes first. */
		if (i && c->total_ns > commands[i - 1].total_ns)
			c->total_ns = commands[i - 1].total_ns;
		c->buckets[head->cgroup_id % SUMMARY_BUCKETS] = c->runs;
		s.commands[i] = c;
		time_ns = head->time_ns;
	}
	s.count = n;
	/* Sometimes there are more commands than rows. */
	s.other = cases[0].head.color & 2 ? commands[0] : (struct command_sum){ .runs = 0 };

	print(&table_format, &s, time_ns, &text, &text_size);
	for (i = 0; i < text_size; i++)
		lines += text[i] == '\n';
	/* An empty line, the heading, the rows; one row for all other commands, and a note about it. */
	must(lines == 2 + n + (s.other.runs ? 2 : 0));

	print(&json_format, &s, time_ns, &text, &text_size);
	object = json_loadb(text, text_size, JSON_REJECT_DUPLICATES, &error);
	must(json_is_object(object));
	check_time(object, "time", time_ns);
	must(json_is_null(json_object_get(object, "other")) == !s.other.runs);
	must(json_array_size(json_object_get(object, "commands")) == n);
	json_array_foreach(json_object_get(object, "commands"), i, row) {
		check_string(row, "comm", commands[i].comm, strnlen(commands[i].comm, COMM_LEN));
		check_integer(row, "runs", (long long)commands[i].runs);
		check_integer(row, "failures", (long long)commands[i].failures);
		check_ms(row, "total_ms", commands[i].total_ns);
		check_ms(row, "max_ms", commands[i].max_ns);
		must(json_is_real(json_object_get(row, "mean_ms")));
		must(json_is_real(json_object_get(row, "median_ms")));
	}
	json_decref(object);
	for (i = 0; i < n; i++)
		fuzz_free(&cases[i]);
	return 0;
}
