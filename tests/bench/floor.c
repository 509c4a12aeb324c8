/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * usage: floor [empty]
 *
 * Loads and attaches the programs of floor.bpf.c, or its empty ones, and reads the
 * ring ten times per second until it is killed.
 */
#include <err.h>
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include <bpf/libbpf.h>

#include "bench/floor.skel.h"

static int handle_event(void *ctx, void *data, size_t size)
{
	(void)ctx, (void)data, (void)size;
	return 0;
}

int main(int argc, char **argv)
{
	bool empty = argc == 2 && strcmp(argv[1], "empty") == 0;
	struct floor_bpf *skel = floor_bpf__open();
	struct ring_buffer *rb;

	if (!skel)
		errx(1, "cannot open the BPF object: %s", strerror(errno));
	bpf_program__set_autoload(skel->progs.floor_exec, !empty);
	bpf_program__set_autoload(skel->progs.floor_exit, !empty);
	bpf_program__set_autoload(skel->progs.empty_exec, empty);
	bpf_program__set_autoload(skel->progs.empty_exit, empty);
	if (floor_bpf__load(skel) || floor_bpf__attach(skel))
		errx(1, "cannot load and attach: %s", strerror(errno));
	rb = ring_buffer__new(bpf_map__fd(skel->maps.rb), handle_event, NULL, NULL);
	if (!rb)
		errx(1, "cannot map the ring: %s", strerror(errno));
	for (;;) {
		ring_buffer__consume(rb);
		usleep(100000);
	}
}
