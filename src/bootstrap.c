/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * The user-space side: open, configure, load, attach, then wait for events and
 * print them.  The only file that knows libbpf and the skeleton, which make has
 * generated from bootstrap.bpf.c.
 *
 * Options come from options.c, records are checked by event.c, lines are
 * written by what stands behind output.h.  Start reading at main(), below.
 */
#include <err.h>
#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "bootstrap.h"
#include "bootstrap.skel.h"
#include "output/clock.h"
#include "run/command.h"
#include "run/descriptors.h"
#include "run/diagnose.h"
#include "output/event.h"
#include "run/family.h"
#include "run/filter.h"
#include "run/options.h"
#include "output/output.h"
#include "run/privileges.h"
#include "run/signals.h"
#include "run/users.h"

#define NAP_MAX_MS 10

/* What a run knows. */
struct tracer {
	const struct options *opt;
	struct filter filter;
	struct command command;
	struct identity who; /* the command runs as, and after attaching we do */
	bool command_ended;
	int stop_fd; /* readable once a signal has asked for the end */
	const struct output *output;
	struct printer printer;
	struct bootstrap_bpf *skel;
	struct ring_buffer *rb;
	unsigned long long printed;
	unsigned long long bad;    /* records that event_decode() refused */
	struct loss lost, skipped; /* what has been reported of each */
	long long clock_offset;    /* renewed once a drain */
	long long deadline_ns;     /* of CLOCK_BOOTTIME; 0: none */
};

static int libbpf_log(enum libbpf_print_level level, const char *format, va_list args)
{
	(void)level;
	return vfprintf(stderr, format, args);
}

/* By the same clock as the events: never before one that has been drained. */
static unsigned long long wall_now(const struct tracer *t)
{
	return (unsigned long long)(clock_boot_ns() + t->clock_offset);
}

/* One record of the ring buffer, in place.  A negative return ends the drain. */
static int handle_event(void *ctx, void *data, size_t size)
{
	struct tracer *t = ctx;
	struct event e;

	if (event_decode(data, size, &e)) {
		t->bad++;
		return 0;
	}
	e.wall_ns = e.time_ns + (unsigned long long)t->clock_offset;
	t->output->event(&t->printer, &e);
	t->printed++;
	events_unwritten++;
	return t->printed == t->opt->max_events ? -ECANCELED : 0;
}

/* Events that found the ring full. */
static struct loss read_lost(const struct tracer *t)
{
	return (struct loss){
		.exec = __atomic_load_n(&t->skel->bss->lost.exec, __ATOMIC_RELAXED),
		.exit = __atomic_load_n(&t->skel->bss->lost.exit, __ATOMIC_RELAXED),
	};
}

/*
 * Events whose handler the kernel skipped, since it would have interrupted
 * itself: handlers can be preempted since Linux 7.  What the filters would have
 * said of them is not known, nor whether a thread's exit was its process's: an
 * upper bound for exits and with filters, exact for execs without.
 */
static struct loss read_skipped(const struct tracer *t)
{
	const struct bpf_program *programs[] = { t->skel->progs.handle_exec,
						 t->skel->progs.handle_exit };
	unsigned long long misses[2] = { 0, 0 };

	for (int i = 0; i < 2; i++) {
		struct bpf_prog_info info = {};
		unsigned int len = sizeof(info);
		int fd = bpf_program__fd(programs[i]);

		/* Linux 5.10 does not say without privileges, and does not skip. */
		if (fd >= 0 && bpf_obj_get_info_by_fd(fd, &info, &len) == 0)
			misses[i] = info.recursion_misses;
	}
	return (struct loss){ .exec = misses[0], .exit = misses[1] };
}

static void report_loss(struct tracer *t)
{
	output_loss(t->output, &t->printer, wall_now(t), read_lost(t), &t->lost,
		    "the ring buffer was full; a larger --buffer helps");
	output_loss(t->output, &t->printer, wall_now(t), read_skipped(t), &t->skipped,
		    "the kernel skipped a handler that would have interrupted itself");
}

/* Prints what is on the ring.  Returns the number of events, or -errno of the output. */
static int drain(struct tracer *t)
{
	int n;

	t->clock_offset = clock_offset_ns();
	n = ring_buffer__consume(t->rb);
	if (fflush(t->printer.file))
		return -errno;
	events_unwritten = 0;
	output_moved();
	return n < 0 ? 0 : n;
}

static bool finished(const struct tracer *t)
{
	return stop_requested() || t->command_ended ||
	       (t->opt->max_events && t->printed >= t->opt->max_events) ||
	       (t->deadline_ns && clock_boot_ns() >= t->deadline_ns);
}

/* In ms and rounded up, for poll(2): -1 waits for ever. */
static int time_left(const struct tracer *t)
{
	long long left = t->deadline_ns - clock_boot_ns();

	if (!t->deadline_ns)
		return -1;
	if (left < 0)
		return 0;
	return left / 1000000 >= INT_MAX ? INT_MAX : (int)(left / 1000000) + 1;
}

/* While it is set, no event wakes us. */
static void set_napping(const struct tracer *t, bool napping)
{
	t->skel->bss->napping = napping;
	/* What is sent before the handlers see it, the next drain sees. */
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
}

/*
 * Wait for the first event, drain, nap, drain again, until a nap has brought
 * nothing.  So there are a hundred drains a second at most, however many events
 * there are, one wake-up for all that come without a pause, and none on an idle
 * machine.
 */
static int trace(struct tracer *t)
{
	struct pollfd fds[] = {
		{ .fd = ring_buffer__epoll_fd(t->rb), .events = POLLIN },
		{ .fd = fileno(t->printer.file) }, /* POLLERR: its reader has gone */
		{ .fd = t->stop_fd, .events = POLLIN },
		{ .fd = t->command.pid ? t->command.pidfd : -1, .events = POLLIN },
	};

	while (!finished(t)) {
		int n, nap = 1;

		if (poll(fds, 4, time_left(t)) < 0 && errno != EINTR)
			return -errno;
		if (fds[1].revents & (POLLERR | POLLHUP))
			return -EPIPE;
		n = drain(t);
		set_napping(t, true);
		while (n >= 0 && !finished(t)) {
			/* The nap: whatever comes on the ring, only the end cuts it short. */
			if (poll(fds + 2, 2, nap) > 0)
				t->command_ended = fds[3].revents;
			n = drain(t);
			report_loss(t);
			if (n == 0)
				break;
			nap = nap < NAP_MAX_MS / 2 ? 2 * nap : NAP_MAX_MS;
		}
		set_napping(t, false);
		if (n >= 0 && !finished(t)) /* -n: what is left then is not wanted */
			n = drain(t);
		if (n < 0)
			return n;
	}
	return 0;
}

/* After the last event: what is still on the ring, and the sums. */
static int finish(struct tracer *t)
{
	int n = 0;

	bootstrap_bpf__detach(t->skel);
	if (!t->opt->max_events || t->printed < t->opt->max_events)
		n = drain(t);
	report_loss(t);

	struct loss sum = { t->lost.exec + t->skipped.exec, t->lost.exit + t->skipped.exit };

	t->output->end(&t->printer, wall_now(t));
	if (sum.exec + sum.exit)
		warnx("lost %llu events in all (%llu exec, %llu exit)", sum.exec + sum.exit,
		      sum.exec, sum.exit);
	if (t->skel->bss->untimed)
		warnx("%llu execs found exec_start full: these durations count from the process's creation",
		      (unsigned long long)t->skel->bss->untimed);
	if (t->bad)
		warnx("%llu records were malformed and not shown: please report it", t->bad);
	if (fflush(t->printer.file))
		return -errno;
	return n < 0 ? n : 0;
}

/* Everything that must be set before the kernel sees the programs. */
static void configure(const struct tracer *t, bool typed)
{
	const struct options *opt = t->opt;
	struct bootstrap_bpf *skel = t->skel;
	bool follow = opt->pid || opt->command;
	bool execs = !opt->min_duration_ms && !opt->failed;

	skel->rodata->pidns_inum = t->filter.pidns_inum;
	skel->rodata->min_duration_ns = opt->min_duration_ms * 1000000;
	skel->rodata->only_failed = opt->failed;
	skel->rodata->follow = follow;
	skel->rodata->search = opt->pid;
	skel->rodata->filter_uid = opt->user;
	skel->rodata->wanted_uid = t->filter.uid;
	skel->rodata->filter_cgroup = opt->cgroup;
	skel->rodata->filter_comm = opt->comm;
	if (opt->comm)
		memcpy((char *)skel->rodata->wanted_comm, opt->comm, strlen(opt->comm));
	if (opt->args || opt->format != FORMAT_TABLE)
		skel->rodata->max_args = opt->max_args;

	/* What this run does not need is not created. */
	bpf_map__set_max_entries(skel->maps.rb, opt->buffer_size);
	bpf_map__set_autocreate(skel->maps.scratch, execs);
	bpf_map__set_autocreate(skel->maps.followed, follow);
	bpf_map__set_autocreate(skel->maps.born, opt->pid);
	bpf_map__set_autocreate(skel->maps.wanted_cgroup, opt->cgroup);

	bpf_program__set_autoload(skel->progs.handle_exec, typed);
	bpf_program__set_autoload(skel->progs.handle_exit, typed);
	bpf_program__set_autoload(skel->progs.handle_fork, typed && follow);
	bpf_program__set_autoload(skel->progs.handle_exec_tp, !typed);
	bpf_program__set_autoload(skel->progs.handle_exit_tp, !typed);
	bpf_program__set_autoload(skel->progs.handle_fork_raw, !typed && follow);
	if (!typed) { /* Linux 5.10 warns of such maps in programs of the classic kind */
		bpf_map__set_map_flags(skel->maps.exec_start, 0);
		bpf_map__set_map_flags(skel->maps.followed, 0);
		bpf_map__set_map_flags(skel->maps.born, 0);
	}
}

/* From now on pid counts as followed, unless it has ended already. */
static int follow_pid(void *ctx, int pid)
{
	const struct tracer *t = ctx;
	const unsigned int yes = 1;
	int fd = bpf_map__fd(t->skel->maps.followed);

	if (bpf_map_update_elem(fd, &pid, &yes, BPF_ANY))
		return -errno;
	if (kill(pid, 0) && errno == ESRCH)
		bpf_map_delete_elem(fd, &pid);
	return 0;
}

/* Finds the descendants of --pid that run already; family.h says how. */
static int follow_family(struct tracer *t)
{
	int born = bpf_map__fd(t->skel->maps.born);
	struct family family;
	int n = family_init(&family, t->opt->pid);

	if (!n)
		n = follow_pid(t, t->opt->pid);
	while (n >= 0) {
		int pid, parent, *last = NULL;

		n = family_note_proc(&family);
		while (n >= 0 && bpf_map_get_next_key(born, last, &pid) == 0) {
			last = &pid;
			if (bpf_map_lookup_elem(born, &pid, &parent) == 0)
				n = family_note(&family, pid, parent);
		}
		if (n >= 0)
			n = family_add_members(&family, follow_pid, t);
		if (n == 0)
			break;
	}
	t->skel->bss->search_done = true;
	family_free(&family);
	return n;
}

/*
 * After attaching: says which processes are followed, starts the command, and
 * gives up every privilege.  Returns 0, or -errno after one line on stderr.
 */
static int start(struct tracer *t)
{
	const unsigned int zero = 0;
	int err;

	if (t->opt->cgroup && bpf_map_update_elem(bpf_map__fd(t->skel->maps.wanted_cgroup), &zero,
						  &t->filter.cgroup_fd, BPF_ANY)) {
		err = -errno;
		warn("cannot filter by the cgroup '%s'", t->opt->cgroup);
		return err;
	}
	if (t->opt->pid) {
		err = follow_family(t);
		if (err) {
			warnx("cannot follow the descendants of %d: %s", t->opt->pid,
			      strerror(-err));
			return err;
		}
	}
	if (t->opt->command) {
		/* Data for a pipe must not mix with what the command writes. */
		bool busy = t->opt->format != FORMAT_TABLE && !t->opt->output;

		err = command_start(&t->command, t->opt->command,
				    busy ? STDERR_FILENO : STDOUT_FILENO, &t->who);
		if (err)
			return err;
		err = follow_pid(t, t->command.pid);
		if (err) {
			warnx("cannot follow '%s': %s", t->opt->command[0], strerror(-err));
			return err;
		}
	}
	t->stop_fd = catch_signals(t->command.pid);
	if (t->stop_fd < 0)
		return t->stop_fd;
	if (t->opt->max_seconds)
		t->deadline_ns = clock_boot_ns() + (long long)t->opt->max_seconds * 1000000000;
	return drop_privileges(&t->who);
}

/* 0 or 1, but with a command the command's own; waits for it if it still runs. */
static int exit_status(struct tracer *t, int err)
{
	int status;

	output_done();
	if (t->command.pid && t->command.gate >= 0)
		command_abandon(&t->command);
	if (t->command.pid && !err && (!stop_requested() || command_reaped(&status)))
		return command_wait(&t->command);
	return err || t->command.pid ? 1 : 0;
}

int main(int argc, char **argv)
{
	static struct options opt;
	static struct tracer t = { .opt = &opt };
	bool typed;
	int err;

	reset_signals();
	if (occupy_standard_descriptors())
		return 1;
	err = options_parse(&opt, argc, argv);
	if (err != OPTIONS_RUN)
		return err;
	if (filter_resolve(&t.filter, &opt))
		return 2;
	if (opt.command) {
		err = identity_resolve(&t.who, NULL);
		if (err)
			return err;
	}
	if (output_open(&t.output, &t.printer, &opt))
		return 1;

	/* Open: the object that the skeleton embeds is parsed; nothing is in the kernel yet. */
	LIBBPF_OPTS(bpf_object_open_opts, open_opts, .btf_custom_path = opt.btf);
	libbpf_set_print(opt.verbose ? libbpf_log : NULL);
	t.skel = bootstrap_bpf__open_opts(&open_opts);
	if (!t.skel) {
		err = -errno;
		warnx("cannot open the BPF object: %s", strerror(errno));
		goto cleanup;
	}
	/* Typed programs if the kernel describes its own types, classic ones if a file must. */
	typed = !opt.btf && access("/sys/kernel/btf/vmlinux", R_OK) == 0;
	configure(&t, typed);

	/* Load: maps are created, programs relocated to this kernel, verified and compiled. */
	err = bootstrap_bpf__load(t.skel);
	if (err) {
		warnx("cannot load the BPF programs: %s", diagnose(-err, opt.btf));
		goto cleanup;
	}
	/* Attach: from here on the handlers run. */
	err = bootstrap_bpf__attach(t.skel);
	if (err) {
		warnx("cannot attach the BPF programs: %s", diagnose(-err, opt.btf));
		goto cleanup;
	}
	t.rb = ring_buffer__new(bpf_map__fd(t.skel->maps.rb), handle_event, &t, NULL);
	if (!t.rb) {
		err = -errno;
		warnx("cannot map the ring buffer: %s", diagnose(-err, opt.btf));
		goto cleanup;
	}
	err = start(&t);
	if (err)
		goto cleanup;

	/* The header tells that we are ready. */
	err = t.output->begin(&t.printer);
	if (!err && fflush(t.printer.file))
		err = -errno;
	if (!err && t.command.pid)
		command_go(&t.command);
	if (!err)
		err = trace(&t);
	if (!err)
		err = finish(&t);
	if (err && err != -EPIPE)
		warnx("cannot write the events: %s", strerror(-err));
	output_mend(t.output, &t.printer);

cleanup:
	ring_buffer__free(t.rb);
	bootstrap_bpf__destroy(t.skel);
	if (err == -EPIPE)
		end_by_sigpipe();
	return exit_status(&t, err);
}
