/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* The user-space side of NAME: load and attach the handler, print what it sends. */
#include <ctype.h>
#include <err.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include <bpf/libbpf.h>

#include "NAME.h"
#include "NAME.skel.h" /* made from NAME.bpf.c by make */

static volatile sig_atomic_t stopping;

static void on_signal(int signal)
{
	(void)signal;
	stopping = 1;
}

static int handle_event(void *ctx, void *data, size_t size)
{
	const struct sent_signal *e = data;
	char comm[sizeof(e->comm)];

	(void)ctx;
	(void)size;
	/* Processes choose their own names: no byte of a name may move the cursor. */
	for (size_t i = 0; i < sizeof(comm); i++)
		comm[i] = e->comm[i] == 0 || isprint((unsigned char)e->comm[i]) ? e->comm[i] : '?';
	printf("%-16.16s %-7d %-7d %2d %s\n", comm, e->sender, e->receiver, e->signal,
	       strsignal(e->signal));
	return 0;
}

int main(void)
{
	struct NAME_bpf *skel;
	struct ring_buffer *rb = NULL;
	int err = -1;

	setvbuf(stdout, NULL, _IOLBF, 0);
	skel = NAME_bpf__open_and_load();
	if (!skel) {
		warnx("cannot load the BPF program: %s (is this root?)", strerror(errno));
		goto cleanup;
	}
	err = NAME_bpf__attach(skel);
	if (err) {
		warnx("cannot attach the BPF program: %s", strerror(-err));
		goto cleanup;
	}
	rb = ring_buffer__new(bpf_map__fd(skel->maps.rb), handle_event, NULL, NULL);
	if (!rb) {
		err = -errno;
		warnx("cannot map the ring buffer: %s", strerror(errno));
		goto cleanup;
	}
	sigaction(SIGINT, &(struct sigaction){ .sa_handler = on_signal }, NULL);
	sigaction(SIGTERM, &(struct sigaction){ .sa_handler = on_signal }, NULL);

	printf("%-16s %-7s %-7s %s\n", "SENDER", "PID", "TO", "SIGNAL");
	while (!stopping) {
		err = ring_buffer__poll(rb, -1);
		if (err < 0 && err != -EINTR) {
			warnx("cannot read the ring buffer: %s", strerror(-err));
			goto cleanup;
		}
	}
	err = 0;

cleanup:
	ring_buffer__free(rb);
	NAME_bpf__destroy(skel);
	return err ? 1 : 0;
}
