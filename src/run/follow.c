/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Filling the maps of the kernel side; see follow.h. */
#include <err.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>

#include "bpf/filter.h"
#include "run/family.h"
#include "run/follow.h"

/*
 * For all of them together.  Accepted race: a process that takes longer to end is followed for
 * ever if its exit was missed.
 */
#define ENDING_MAX_MS 2000

/*
 * The kernel side counts, too, and subtracts ended processes: each side counts its own changes.
 * Returns 1, 0 if the kernel side follows the process already, or -errno.
 */
static int add(void *ctx, int pid, unsigned char what)
{
	const struct follow *f = ctx;
	const unsigned int value = what;
	static int waited_ms;
	unsigned int now;

	if (bpf_map_update_elem(f->followed, &pid, &value, BPF_NOEXIST)) {
		if (errno != EEXIST)
			return -errno;
		/* The children of one that has ended meanwhile are in `born`. */
		return bpf_map_lookup_elem(f->followed, &pid, &now) == 0 && now == FOLLOW_ENDED;
	}
	if (what == FOLLOW_MEMBER)
		__atomic_fetch_add(f->members, 1, __ATOMIC_RELAXED);
	/* Its tracepoint may have fired before we attached: then no exit will take it out. */
	for (; waited_ms < ENDING_MAX_MS && process_is_ending(pid); waited_ms++)
		usleep(1000);
	if (process_is_dead(pid) && bpf_map_lookup_elem(f->followed, &pid, &now) == 0 &&
	    now == what && bpf_map_delete_elem(f->followed, &pid) == 0 && what == FOLLOW_MEMBER)
		__atomic_fetch_sub(f->members, 1, __ATOMIC_RELAXED);
	return 1;
}

int follow_pid(const struct follow *f, int pid)
{
	int err = add((void *)f, pid, FOLLOW_MEMBER);

	if (err < 0)
		warnx("cannot follow process %d: %s", pid, strerror(-err));
	return err < 0 ? -1 : 0;
}

/*
 * One round of the search; returns how many were found, or -errno.  A process that the kernel
 * side follows already does not count: so are its children, and a family that never stops
 * forking would be searched for as long.
 */
static int search(const struct follow *f, struct family *family)
{
	int pid, parent, *last = NULL, err = family_note_proc(family);

	while (!err && bpf_map_get_next_key(f->born, last, &pid) == 0) {
		last = &pid;
		if (bpf_map_lookup_elem(f->born, &pid, &parent) == 0)
			err = family_note(family, pid, parent);
	}
	return err ? err : family_spread(family, add, (void *)f);
}

static int add_root(const struct follow *f, struct family *family, int tid, unsigned char what)
{
	int pid = process_of(tid);

	if (!pid || family->what[pid]) /* it has ended meanwhile, or is known */
		return 0;
	family_add(family, pid, what);
	return add((void *)f, pid, what);
}

int follow_families(const struct follow *f, const struct selection *pids)
{
	struct family family;
	int n = family_init(&family);

	/* A process that is given twice is excluded if one of the values excludes it. */
	for (int exclude = 1; exclude >= 0; exclude--)
		for (unsigned int i = 0; n >= 0 && i < pids->count; i++)
			if (pids->of[i].exclude == exclude)
				n = add_root(f, &family, atoi(pids->of[i].value),
					     exclude ? FOLLOW_EXCLUDED : FOLLOW_MEMBER);
	do {
		if (n >= 0)
			n = search(f, &family);
	} while (n > 0);
	if (n < 0)
		warnx("cannot follow the descendants of --pid: %s", strerror(-n));
	family_free(&family);
	return n < 0 ? -1 : 0;
}
