/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * JSON lines: an object for each event.
 *
 * Keys, their order, types and units are a stable interface: keys may be added,
 * nothing else may change.  docs/json.md has the list.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "output/cgroup.h"
#include "output/errors.h"
#include "output/json.h"
#include "output/output.h"
#include "output/resources.h"
#include "output/status.h"
#include "output/summary.h"
#include "output/text.h"

/* A UTF-16 code unit. */
static void put_unit(FILE *file, unsigned int unit)
{
	fprintf(file, "\\u%04x", unit);
}

static void put_escape(FILE *file, unsigned int code)
{
	const char *escape = code == '"' ? "\\\"" : common_escape(code);

	if (escape) {
		fwrite_unlocked(escape, 1, 2, file);
		return;
	}
	if (code > 0xffff) {
		put_unit(file, 0xd7c0 + (code >> 10));
		code = 0xdc00 | (code & 0x3ff);
	}
	put_unit(file, code);
}

/* Characters that need no escaping: nearly all of them. */
static const bool plain[256] = {
	[' ' ... '!'] = true,
	['#' ... '['] = true,
	[']' ... '~'] = true,
};

void put_json_string(FILE *file, const char *text, size_t size)
{
	putc_unlocked('"', file);
	while (size) {
		size_t length = 0;
		unsigned int code;

		while (length < size && plain[(unsigned char)text[length]])
			length++;
		if (length) {
			fwrite_unlocked(text, 1, length, file);
		} else {
			length = utf8_character(text, size, &code);
			if (length == 0) {
				put_literal(file, "\xef\xbf\xbd"); /* U+FFFD */
				length = 1;
			} else if (length == 1 || !is_printable(code)) {
				put_escape(file, code);
			} else {
				fwrite_unlocked(text, 1, length, file);
			}
		}
		text += length;
		size -= length;
	}
	putc_unlocked('"', file);
}

void put_json_args(FILE *file, const struct event *e)
{
	putc_unlocked('[', file);
	for (size_t at = 0, size; at < e->args_len; at += size + 1) {
		size = strnlen(e->args + at, e->args_len - at);
		if (at)
			putc_unlocked(',', file);
		put_json_string(file, e->args + at, size);
	}
	putc_unlocked(']', file);
}

/* The last digits of a number, zeros included, after a point. */
static char *add_fraction(char *at, unsigned long long number, size_t digits)
{
	*at = '.';
	for (size_t i = digits; i > 0; i--) {
		at[i] = (char)('0' + number % 10);
		number /= 10;
	}
	return at + digits + 1;
}

char *add_thousandths(char *at, unsigned long long number)
{
	return add_fraction(add_decimal(at, number / 1000), number, 3);
}

char *add_json_ms(char *at, unsigned long long ns)
{
	return add_thousandths(at, ns / 1000);
}

char *add_json_time(char *at, struct output *o, unsigned long long time_ns)
{
	*at++ = '"';
	at = stpcpy(at, clock_utc(&o->clock, time_ns));
	at = add_fraction(at, clock_wall(&o->clock, time_ns), 9);
	return add_literal(at, "Z\"");
}

char *add_json_status(char *at, unsigned int status)
{
	char name[SIGNAL_NAME_LEN];

	at = add_literal(at, "\"exit_code\":");
	if (status_signal(status)) {
		at = add_literal(at, "null,\"signal\":\"");
		at = stpcpy(at, signal_name(status_signal(status), name));
		*at++ = '"';
	} else {
		at = add_decimal(at, status_exit_code(status));
		at = add_literal(at, ",\"signal\":null");
	}
	if (status_signal(status) && status_core_dumped(status))
		return add_literal(at, ",\"core_dumped\":true");
	return add_literal(at, ",\"core_dumped\":false");
}

/* The members of an exec, which is NULL if it is unknown. */
static void put_program(FILE *file, const struct event *exec)
{
	put_literal(file, ",\"filename\":");
	if (exec && exec->filename)
		put_json_string(file, exec->filename, exec->filename_len);
	else
		put_literal(file, "null");
	if (exec && exec->filename_truncated)
		put_literal(file, ",\"filename_truncated\":true");
	put_literal(file, ",\"args\":");
	if (exec)
		put_json_args(file, exec);
	else
		put_literal(file, "null");
	if (exec && exec->args_truncated)
		put_literal(file, ",\"args_truncated\":true");
}

static void put_exit(FILE *file, const struct event *e)
{
	char text[JSON_LEN], *at = text;

	*at++ = ',';
	at = add_json_status(at, e->status);
	at = add_literal(at, ",\"duration_ms\":");
	at = add_json_ms(at, e->duration_ns);
	at = add_literal(at, ",\"lifetime_ms\":");
	at = add_json_ms(at, e->lifetime_ns);
	fwrite_unlocked(text, 1, (size_t)(at - text), file);
}

static void put_resources(FILE *file, const struct resources *r)
{
	char text[RESOURCES_JSON_LEN];

	putc_unlocked(',', file);
	fwrite_unlocked(text, 1, (size_t)(add_json_resources(text, r) - text), file);
}

void put_json_failure(FILE *file, const struct event *e)
{
	char text[JSON_LEN], name[ERROR_NAME_LEN], *at = text;

	put_literal(file, ",\"filename\":");
	/* exec("") is ENOENT; any other empty name could not be read. */
	if (e->filename_len || e->error == ENOENT)
		put_json_string(file, e->filename, e->filename_len);
	else
		put_literal(file, "null");
	if (e->filename_truncated)
		put_literal(file, ",\"filename_truncated\":true");
	at = add_literal(at, ",\"error\":\"");
	at = stpcpy(at, error_name(e->error, name));
	*at++ = '"';
	fwrite_unlocked(text, 1, (size_t)(at - text), file);
}

/* A string, "PID-START": no two processes of a boot have the same. */
static char *add_id(char *at, int pid, unsigned long long start_ns)
{
	*at++ = '"';
	at = add_decimal(at, (unsigned int)pid);
	*at++ = '-';
	at = add_decimal(at, start_ns);
	*at++ = '"';
	return at;
}

static char *add_number_or_null(char *at, unsigned int number)
{
	return number == ID_UNSET ? add_literal(at, "null") : add_decimal(at, number);
}

/* The name below /dev: the kernel's pts3 is pts/3 there.  These names need no escaping. */
static void put_tty(FILE *file, const char tty[TTY_LEN])
{
	size_t length = strnlen(tty, TTY_LEN),
	       pts = length > 3 && memcmp(tty, "pts", 3) == 0 ? 3 : 0;
	char text[TTY_LEN + 1], *at = text;

	if (length == 0) {
		put_literal(file, "null");
		return;
	}
	if (pts)
		at = add_literal(at, "pts/");
	at = mempcpy(at, tty + pts, length - pts);
	put_json_string(file, text, (size_t)(at - text));
}

/* Identity of the process; cgroup: the path of its cgroup, or NULL. */
static void put_identity(FILE *file, const struct event *e, const char *cgroup)
{
	const struct details *d = &e->details;
	char text[JSON_LEN], *at = text, container[CONTAINER_ID_LEN + 1];

	at = add_literal(at, ",\"id\":");
	at = add_id(at, e->pid, d->start_ns);
	at = add_literal(at, ",\"parent_id\":");
	at = e->ppid ? add_id(at, e->ppid, d->parent_start_ns) : add_literal(at, "null");
	at = add_literal(at, ",\"parent_comm\":");
	fwrite_unlocked(text, 1, (size_t)(at - text), file);
	if (e->ppid)
		put_json_string(file, d->parent_comm, strnlen(d->parent_comm, COMM_LEN));
	else
		put_literal(file, "null");

	at = add_literal(text, ",\"euid\":");
	at = add_decimal(at, d->euid);
	at = add_literal(at, ",\"loginuid\":");
	at = add_number_or_null(at, d->loginuid);
	at = add_literal(at, ",\"session_id\":");
	at = add_number_or_null(at, d->session_id);
	at = add_literal(at, ",\"tty\":");
	fwrite_unlocked(text, 1, (size_t)(at - text), file);
	put_tty(file, d->tty);
	put_literal(file, ",\"container_id\":");
	if (cgroup && cgroup_container_id(cgroup, container))
		put_json_string(file, container, CONTAINER_ID_LEN);
	else
		put_literal(file, "null");
}

/* The machine, and its boot, that the lines come from. */
static int json_begin(struct output *o)
{
	char text[JSON_LEN], boot_id[64];
	struct utsname name = { 0 };
	int fd = open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, boot_id, sizeof(boot_id));

	if (fd >= 0)
		close(fd);
	uname(&name);
	put_literal(o->file, "{\"time\":");
	fwrite_unlocked(text, 1, (size_t)(add_json_time(text, o, o->began_ns) - text), o->file);
	put_literal(o->file, ",\"event\":\"start\",\"version\":\"" VERSION "\",\"host\":");
	put_json_string(o->file, name.nodename, strlen(name.nodename));
	put_literal(o->file, ",\"boot_id\":");
	if (n > 1)
		put_json_string(o->file, boot_id, (size_t)n - 1); /* not the newline */
	else
		put_literal(o->file, "null");
	put_literal(o->file, ",\"kernel\":");
	put_json_string(o->file, name.release, strlen(name.release));
	put_literal(o->file, ",\"machine\":");
	put_json_string(o->file, name.machine, strlen(name.machine));
	put_literal(o->file, "}\n");
	return 0;
}

static const char *const kinds[] = {
	[EVENT_EXEC] = "exec",
	[EVENT_EXIT] = "exit",
	[EVENT_FORK] = "fork",
	[EVENT_FAILED] = "exec_failed",
};

static void json_event(struct output *o, const struct event *e)
{
	const char *cgroup = o->cgroup_path ? o->cgroup_path(e->details.cgroup_id) : NULL;
	char text[JSON_LEN], *at = text;

	/* Short parts are combined first: each write to a stream costs a hundred instructions. */
	at = add_literal(at, "{\"time\":");
	at = add_json_time(at, o, e->time_ns);
	at = add_literal(at, ",\"event\":\"");
	at = stpcpy(at, kinds[e->kind]);
	at = add_literal(at, "\",\"pid\":");
	at = add_decimal(at, (unsigned int)e->pid);
	at = add_literal(at, ",\"ppid\":");
	at = add_decimal(at, (unsigned int)e->ppid);
	at = add_literal(at, ",\"ns_pid\":");
	at = add_decimal(at, (unsigned int)e->details.ns_pid);
	at = add_literal(at, ",\"uid\":");
	at = add_decimal(at, e->uid);
	at = add_literal(at, ",\"comm\":");
	fwrite_unlocked(text, 1, (size_t)(at - text), o->file);

	put_json_string(o->file, e->comm, e->comm_len);
	put_literal(o->file, ",\"cgroup\":");
	if (cgroup)
		put_json_string(o->file, cgroup, strlen(cgroup));
	else
		put_literal(o->file, "null");
	put_literal(o->file, ",\"cgroup_id\":");
	put_decimal(o->file, e->details.cgroup_id);
	if (e->kind == EVENT_EXEC) {
		put_program(o->file, e);
	} else if (e->kind == EVENT_FAILED) {
		put_json_failure(o->file, e);
	} else if (e->kind == EVENT_EXIT) {
		put_exit(o->file, e);
		put_program(o->file, o->process ? &o->process->exec : NULL);
	}
	put_identity(o->file, e, cgroup);
	if (e->has_resources)
		put_resources(o->file, &e->resources);
	put_literal(o->file, "}\n");
}

static void json_lost(struct output *o, unsigned long long time_ns, enum loss_cause cause,
		      const struct loss *loss)
{
	char text[JSON_LEN], *at = text;

	at = add_literal(at, "{\"time\":");
	at = add_json_time(at, o, time_ns);
	at = add_literal(at, ",\"event\":\"lost\",\"count\":");
	at = add_decimal(at, loss_count(loss));
	at = add_literal(at, ",\"exec\":");
	at = add_decimal(at, loss->exec);
	at = add_literal(at, ",\"exit\":");
	at = add_decimal(at, loss->exit);
	at = add_literal(at, ",\"cause\":\"");
	at = stpcpy(at, loss_name(cause));
	at = add_literal(at, "\",\"exact\":");
	at = stpcpy(at, loss_is_exact(cause, o) ? "true}\n" : "false}\n");
	fwrite_unlocked(text, 1, (size_t)(at - text), o->file);
}

/* With no comma before and no brace at either end. */
static void put_sum(FILE *file, const struct command_sum *c, bool resources)
{
	char text[JSON_LEN], *at = text;

	at = add_literal(at, "\"runs\":");
	at = add_decimal(at, c->runs);
	at = add_literal(at, ",\"failures\":");
	at = add_decimal(at, c->failures);
	at = add_literal(at, ",\"total_ms\":");
	at = add_json_ms(at, c->total_ns);
	at = add_literal(at, ",\"mean_ms\":");
	at = add_json_ms(at, command_mean_ns(c));
	at = add_literal(at, ",\"median_ms\":");
	at = add_json_ms(at, command_median_ns(c));
	at = add_literal(at, ",\"max_ms\":");
	at = add_json_ms(at, c->max_ns);
	if (resources) {
		at = add_literal(at, ",\"cpu_ms\":");
		at = c->measured ? add_json_ms(at, c->cpu_ns) : add_literal(at, "null");
		at = add_literal(at, ",\"max_rss_bytes\":");
		at = c->max_rss ? add_decimal(at, c->max_rss) : add_literal(at, "null");
	}
	fwrite_unlocked(text, 1, (size_t)(at - text), file);
}

static void json_summary(struct output *o, unsigned long long time_ns, const struct summary *s)
{
	char text[JSON_LEN], *at = text;

	at = add_literal(at, "{\"time\":");
	at = add_json_time(at, o, time_ns);
	at = add_literal(at, ",\"event\":\"summary\",\"commands\":[");
	fwrite_unlocked(text, 1, (size_t)(at - text), o->file);
	for (size_t i = 0; i < s->count; i++) {
		if (i)
			putc_unlocked(',', o->file);
		put_literal(o->file, "{\"comm\":");
		put_json_string(o->file, s->commands[i]->comm, s->commands[i]->comm_len);
		putc_unlocked(',', o->file);
		put_sum(o->file, s->commands[i], o->resources);
		putc_unlocked('}', o->file);
	}
	put_literal(o->file, "],\"other\":");
	if (s->other.runs) {
		putc_unlocked('{', o->file);
		put_sum(o->file, &s->other, o->resources);
		putc_unlocked('}', o->file);
	} else {
		put_literal(o->file, "null");
	}
	put_literal(o->file, "}\n");
}

const struct format json_format = {
	.details = true,
	.args = true,
	.begin = json_begin,
	.event = json_event,
	.lost = json_lost,
	.summary = json_summary,
};
