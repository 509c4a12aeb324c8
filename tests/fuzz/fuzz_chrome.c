/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * The trace, with any sequence of events: an array that jansson parses, with one event
 * per line, where each slice ends once, with its own name, and the names, arguments and
 * times equal the input.
 */
#include "fuzz.h"
#include "fuzz_json.h"
#include "output/quote.h"

#define EVENTS 8 /* at most, per input */
#define TRACKS 4 /* few PIDs, so that they are reused */

/* The part of the parsed array that has not been read yet. */
struct reader {
	json_t *array;
	size_t next;
	char *running[TRACKS]; /* the name with which a slice began */
};

static void check_ts(const json_t *object, const char *key, unsigned long long ns)
{
	const json_t *value = json_object_get(object, key);

	must(json_is_real(value));
	must(fabs(json_real_value(value) - (double)ns / 1000) <= 0.0006 + (double)ns / 1000 * 1e-15);
}

static const json_t *read_one(struct reader *r, const char *phase, const struct event *e)
{
	const json_t *object = json_array_get(r->array, r->next++);

	must(json_is_object(object));
	check_string(object, "ph", phase, strlen(phase));
	check_integer(object, "tid", e->pid);
	return object;
}

static const json_t *read_slice(struct reader *r, const char *phase, const struct event *e, unsigned long long ns)
{
	const json_t *object = read_one(r, phase, e);
	const char *name = json_string_value(json_object_get(object, "name"));

	check_ts(object, "ts", ns);
	must(name);
	if (*phase == 'E') {
		must(r->running[e->pid] && strcmp(name, r->running[e->pid]) == 0);
		free(r->running[e->pid]);
		r->running[e->pid] = NULL;
	} else {
		check_string(object, "name", e->comm, e->comm_len);
		must(!r->running[e->pid]);
	}
	if (*phase == 'B')
		r->running[e->pid] = strdup(name);
	return json_object_get(object, "args");
}

static void read_track(struct reader *r, const struct event *e)
{
	check_string(json_object_get(read_one(r, "M", e), "args"), "name", e->comm, e->comm_len);
}

static void check_command(const json_t *args, const struct event *e)
{
	char *line = NULL;
	size_t size;
	FILE *file = open_memstream(&line, &size);

	put_args(file, e);
	fclose(file);
	if (size)
		check_string(args, "command", line + 1, size - 1);
	else
		must(!json_object_get(args, "command"));
	free(line);
}

static void check_who(const json_t *args, const struct event *e)
{
	check_time(args, "time", e->time_ns);
	check_integer(args, "ppid", e->ppid);
	check_integer(args, "uid", e->uid);
}

static void read_event(struct reader *r, const struct event *e)
{
	bool running = r->running[e->pid];
	const json_t *args;

	if (e->kind == EVENT_EXEC) {
		if (running)
			read_slice(r, "E", e, e->time_ns);
		read_track(r, e);
		args = read_slice(r, "B", e, e->time_ns);
		check_string(args, "filename", e->filename, e->filename_len);
		check_command(args, e);
		check_who(args, e);
		return;
	}
	if (e->kind != EVENT_EXIT) {
		const char *name = e->kind == EVENT_FORK ? "fork" : "exec failed";

		read_track(r, e);
		args = read_one(r, "i", e);
		check_string(args, "name", name, strlen(name));
		check_ts(args, "ts", e->time_ns);
		args = json_object_get(args, "args");
		check_who(args, e);
		if (e->kind == EVENT_FAILED)
			check_failure(args, e);
		return;
	}
	if (running) {
		args = read_slice(r, "E", e, e->time_ns);
	} else {
		read_track(r, e);
		args = read_slice(r, "X", e, e->time_ns - e->duration_ns);
		check_ts(json_array_get(r->array, r->next - 1), "dur", e->duration_ns);
		check_who(args, e);
	}
	check_status(args, e->status);
	check_ms(args, "lifetime_ms", e->lifetime_ns);
	check_resources(args, e);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t n = size ? 1 + data[0] % EVENTS : 1, piece = size / n, line_size;
	struct reader r = { .next = 1 }; /* the first line names the group */
	unsigned long long exec_ns[TRACKS] = { 0 }, last_ns = 1, loss_at = size ? data[0] / EVENTS : 0;
	static struct fuzz_case cases[EVENTS];
	struct output o = { .format = &chrome_format, .remembers = true };
	json_error_t error;
	char *text;

	fuzz_begin(&o);
	must(chrome_format.begin(&o) == 0);
	for (size_t i = 0; i < n; i++) {
		struct event *e = &cases[i].event;

		fuzz_make(&cases[i], data + i * piece, piece);
		e->pid %= TRACKS;
		last_ns += e->time_ns % 100000000000; /* events come in chronological order */
		e->time_ns = last_ns;
		if (e->duration_ns > e->time_ns)
			e->duration_ns = e->time_ns;
		/* An exit has the time of the last exec, by which its program is found. */
		if (e->kind == EVENT_EXIT && exec_ns[e->pid])
			e->duration_ns = e->time_ns - exec_ns[e->pid];
		e->details.start_ns = 0;
		if (e->kind == EVENT_EXEC || e->kind == EVENT_EXIT)
			exec_ns[e->pid] = e->kind == EVENT_EXEC ? e->time_ns : 0;
		output_event(&o, e);
		if (i == loss_at) {
			const struct loss loss = { e->uid, e->status, e->duration_ns };
			enum loss_cause cause = e->status % LOSS_CAUSES;

			chrome_format.lost(&o, e->time_ns, cause, &loss);
		}
	}
	chrome_format.end(&o, cases[n - 1].event.time_ns);
	processes_free(&o.processes);
	line_size = fuzz_end(&o, &text);

	for (char *line = text, *end; line < text + line_size; line = end) {
		end = memchr(line, '\n', (size_t)(text + line_size - line));
		must(end++);
		must_be_a_line(line, (size_t)(end - line));
	}
	r.array = json_loadb(text, line_size, JSON_REJECT_DUPLICATES, &error);
	must(json_is_array(r.array));
	for (size_t i = 0; i < n; i++) {
		const struct event *e = &cases[i].event;

		read_event(&r, e);
		if (i == loss_at) {
			const json_t *args = json_object_get(json_array_get(r.array, r.next++), "args");

			check_integer(args, "exec", e->uid);
			check_integer(args, "exit", e->status);
		}
		fuzz_free(&cases[i]);
	}
	/* Open slices: running if this machine happens to have a process with that PID. */
	while (r.next < json_array_size(r.array)) {
		const json_t *object = json_array_get(r.array, r.next), *pid = json_object_get(object, "tid");
		bool runs = json_object_get(json_object_get(object, "args"), "running");
		struct event e = { .pid = (int)json_integer_value(pid) };
		const json_t *args;

		must(e.pid >= 0 && e.pid < TRACKS);
		args = read_slice(&r, "E", &e, runs ? last_ns : exec_ns[e.pid]);
		check_flag(args, runs ? "running" : "end_unknown", true);
	}
	for (size_t i = 0; i < TRACKS; i++)
		must(!r.running[i]);
	json_decref(r.array);
	return 0;
}
