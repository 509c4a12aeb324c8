/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * The user-space side: open, configure, load, attach, then wait for events and
 * print them.  Only this file knows the skeleton, which make generates from
 * bootstrap.bpf.c.
 *
 * Start at main(), at the end.  The leaves can stay closed at first: run/ has what
 * surrounds a run, and output/ what happens to an event once it is decoded.
 */
#include <errno.h>
#include <stdio.h>

#include <bpf/libbpf.h>

#include "bootstrap.h"
#include "output/loss.h"
#include "output/output.h"
#include "run/command.h"
#include "run/descriptors.h"
#include "run/diagnose.h"
#include "run/filter.h"
#include "run/follow.h"
#include "run/options.h"
#include "run/privileges.h"
#include "run/programs.h"
#include "run/signals.h"
#include "run/users.h"
#include "run/wait.h"
#include "bootstrap.skel.h"

#define NAP_MS    25
#define DRAIN_MAX 1024 /* events; then losses are reported, and the end is looked for */

static struct options opt;
static struct filter filter;
static struct bootstrap_bpf *skel;
static struct ring_buffer *rb;
static struct output out;
static struct wait waiter;
static struct command command;
static struct identity user; /* whom the command runs as, and we do once attached */
static struct losses reported;
static unsigned int drain_left;
static bool detached;

static int libbpf_log(enum libbpf_print_level level, const char *format, va_list args)
{
	(void)level;
	return opt.verbose ? vfprintf(stderr, format, args) : 0;
}

/* One record of the ring, in place.  A negative return ends the drain. */
static int handle_event(void *ctx, void *data, size_t size)
{
	output_record(ctx, data, size);
	if (out.events == opt.max_events)
		waiter.over = true;
	return --drain_left == 0 || (waiter.over && !detached) ? -ECANCELED : 0;
}

static struct losses losses_read(void)
{
	const struct lost *lost = &skel->bss->lost;
	const typeof(skel->progs) *p = &skel->progs;

	return (struct losses){ {
		[LOSS_RING] = { lost->exec, lost->exit, lost->other },
		[LOSS_SKIPPED] = { .exec = skipped(p->handle_exec, p->handle_exec_tp),
				   .exit = skipped(p->handle_exit, p->handle_exit_tp),
				   .other = skipped(p->handle_fork, p->handle_fork_raw) },
		[LOSS_SKIPPED_CALLS] = { .other = skipped(p->handle_sys_exit,
							  p->handle_sys_exit_raw) },
		[LOSS_UNFOLLOWED] = { .other = lost->unfollowed },
		[LOSS_UNTIMED] = { .exec = lost->untimed },
		[LOSS_MALFORMED] = { .other = out.malformed },
	} };
}

/* Prints what is on the ring, and what was lost.  Returns the number of records. */
static unsigned int drain(void)
{
	output_refresh(&out);
	drain_left = DRAIN_MAX;
	ring_buffer__consume(rb);
	losses_report(&reported, losses_read(), &out);
	if (output_flush(&out) || (opt.pids.count && filter.follow_only && !skel->bss->members))
		waiter.over = true;
	return DRAIN_MAX - drain_left;
}

/*
 * Wait for the first event, drain, nap, drain again, until a nap brought nothing.
 * So there are about forty wake-ups a second, however many events come, a lone event
 * is printed at once, and an idle reader is not woken.
 */
static void trace(void)
{
	unsigned int n;

	drain(); /* the processes of -p may have ended already */
	while (!waiter.over) {
		wait_for_events(&waiter);
		n = drain();
		do /* after an empty drain, too: a record may be half made */
			wait_nap(&waiter, n < DRAIN_MAX ? NAP_MS : 0); /* 0: there is more */
		while ((n = drain()) > 0 && !waiter.over);
	}
}

/* After the last event: what is still on the ring, and the totals. */
static int finish(void)
{
	bootstrap_bpf__detach(skel);
	detached = true;
	while (out.events < opt.max_events && drain() > 0)
		;
	losses_total(&reported, &out);
	if (waiter.reader_gone)
		output_fail(&out, -EPIPE);
	return output_end(&out);
}

/* Everything that must be set before the kernel sees the programs. */
static void configure(void)
{
	const typeof(skel->progs) *p = &skel->progs;
	bool typed = filter_typed(&opt);

	skel->rodata->typed = typed;
	skel->rodata->filter = filter;

	/* What this run does not need is not created, nor loaded. */
	bpf_map__set_max_entries(skel->maps.rb, opt.buffer_size);
	bpf_map__set_autocreate(skel->maps.scratch, filter.execs);
	bpf_map__set_autocreate(skel->maps.fail_scratch, filter.exec_errors);
	bpf_map__set_autocreate(skel->maps.maxrss_at_exec, filter.resources);
	bpf_map__set_autocreate(skel->maps.followed, filter.follow);
	bpf_map__set_autocreate(skel->maps.born, filter.search);
	bpf_map__set_autocreate(skel->maps.cgroups, filter.cgroup.count);
	autoload(p->handle_exec, p->handle_exec_tp, typed, true);
	autoload(p->handle_exit, p->handle_exit_tp, typed, true);
	autoload(p->handle_fork, p->handle_fork_raw, typed, filter.follow || filter.forks);
	autoload(p->handle_cgroup, p->handle_cgroup_raw, typed, out.cgroup_path);
	autoload(p->handle_sys_exit, p->handle_sys_exit_raw, typed, filter.exec_errors);
}

/* Once attached: names the processes to follow, starts the command, drops privileges. */
static int start(void)
{
	const struct follow follow = {
		.followed = bpf_map__fd(skel->maps.followed),
		.born = bpf_map__fd(skel->maps.born),
		.members = &skel->bss->members,
	};

	if (opt.pids.count && follow_families(&follow, &opt.pids))
		return -1;
	skel->bss->search_done = true;
	if (opt.command && (command_start(&command, opt.command, output_other(&out), &user) ||
			    follow_pid(&follow, command.pid)))
		return -1;
	waiter = (struct wait){
		.ring_fd = ring_buffer__epoll_fd(rb),
		.output_fd = out.stream.fd,
		.stop_fd = catch_signals(command.pid),
		.command_fd = opt.command ? command.pidfd : -1,
		.deadline_ns = clock_deadline_ns(opt.max_seconds),
	};
	if (waiter.stop_fd < 0)
		return -1;
	out.stream.wait = wait_for_room;
	out.stream.wait_ctx = &waiter;
	output_look_around(&out);
	return drop_privileges(&user);
}

int main(int argc, char **argv)
{
	int err;

	reset_signals();
	if (occupy_standard_descriptors())
		return 1;
	options_parse(&opt, argc, argv);
	if (filter_resolve(&filter, &opt))
		return 2;
	err = opt.command ? identity_resolve(&user, opt.run_as) : 0;
	if (err)
		return err;
	if (output_open(&out, &opt))
		return 1;
	libbpf_set_print(libbpf_log);

	/* Open: the object that the skeleton embeds is parsed; nothing is in the kernel yet. */
	LIBBPF_OPTS(bpf_object_open_opts, open_opts, .btf_custom_path = opt.btf);
	skel = bootstrap_bpf__open_opts(&open_opts);
	err = diagnose("open the BPF object", skel ? 0 : -errno, opt.btf);
	if (err)
		goto cleanup;
	configure();

	/* Load: maps are created, programs relocated to this kernel, verified and compiled. */
	err = diagnose("load the BPF programs", bootstrap_bpf__load(skel), opt.btf) ||
	      filter_set_cgroups(&opt, bpf_map__fd(skel->maps.cgroups));
	if (err)
		goto cleanup;

	/* Attach: from here on the handlers run. */
	err = diagnose("attach the BPF programs", bootstrap_bpf__attach(skel), opt.btf);
	if (err)
		goto cleanup;

	/* The ring is read in place, through a mapping of it. */
	rb = ring_buffer__new(bpf_map__fd(skel->maps.rb), handle_event, &out, NULL);
	err = diagnose("map the ring buffer", rb ? 0 : -errno, opt.btf);
	if (err)
		goto cleanup;

	err = start();
	if (err)
		goto cleanup;

	/* The header line says that tracing has begun. */
	waiter.over = output_begin(&out) != 0;
	if (opt.command)
		command_go(&command);
	trace();
	err = finish();

cleanup:
	ring_buffer__free(rb);
	bootstrap_bpf__destroy(skel);
	fclose(out.file);
	if (command.pid)
		return command_end(&command, waiter.requests, err);
	return err ? 1 : 0;
}
