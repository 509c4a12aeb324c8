/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Reports losses; see loss.h. */
#include <err.h>
#include <stdbool.h>

#include "output/clock.h"
#include "output/loss.h"
#include "output/output.h"

unsigned long long loss_count(const struct loss *loss)
{
	return loss->exec + loss->exit + loss->other;
}

const char *loss_name(enum loss_cause cause)
{
	static const char *const names[] = {
		[LOSS_RING] = "ring_full",        [LOSS_SKIPPED] = "skipped",
		[LOSS_UNFOLLOWED] = "unfollowed", [LOSS_UNTIMED] = "untimed",
		[LOSS_MALFORMED] = "malformed",
	};

	return names[cause];
}

const char *loss_what(enum loss_cause cause)
{
	return cause == LOSS_UNFOLLOWED ? "processes" :
	       cause == LOSS_UNTIMED    ? "durations" :
					  "events";
}

/*
 * It is not known whether a skipped event would have passed the filters, or whether
 * a thread's exit was the end of its process.
 */
bool loss_is_exact(enum loss_cause cause)
{
	return cause != LOSS_SKIPPED;
}

static void report(enum loss_cause cause, const struct loss *l)
{
	switch (cause) {
	case LOSS_RING:
		warnx("lost %llu events (%llu exec, %llu exit): the ring buffer was full; use a larger --buffer",
		      loss_count(l), l->exec, l->exit);
		break;
	case LOSS_SKIPPED:
		if (l->exec || l->exit)
			warnx("lost up to %llu events (%llu exec, %llu exit): the kernel skipped a recursive handler call",
			      l->exec + l->exit, l->exec, l->exit);
		if (l->other) /* forks */
			warnx("lost track of up to %llu processes and their descendants: the kernel skipped a recursive handler call",
			      l->other);
		break;
	case LOSS_UNFOLLOWED:
		warnx("lost track of %llu processes and their descendants: too many are alive at once",
		      loss_count(l));
		break;
	case LOSS_UNTIMED:
		warnx("%llu durations count from the creation of the process: exec_start was full",
		      loss_count(l));
		break;
	default:
		warnx("lost %llu events: their records were malformed; please report this",
		      loss_count(l));
	}
}

void losses_report(struct losses *reported, struct losses now, struct output *o)
{
	for (enum loss_cause cause = 0; cause < LOSS_CAUSES; cause++) {
		struct loss *old = &reported->by[cause];
		const struct loss *new = &now.by[cause];
		const struct loss fresh = {
			.exec = new->exec - old->exec,
			.exit = new->exit - old->exit,
			.other = new->other - old->other,
		};

		if (loss_count(&fresh) == 0)
			continue;
		*old = *new;
		report(cause, &fresh);
		if (o->format->lost)
			o->format->lost(o, clock_boot_ns(), cause, &fresh);
	}
}

void losses_total(const struct losses *l)
{
	const struct loss *ring = &l->by[LOSS_RING], *skipped = &l->by[LOSS_SKIPPED];
	unsigned long long exec = ring->exec + skipped->exec, exit = ring->exit + skipped->exit;
	unsigned long long count = exec + exit + ring->other + loss_count(&l->by[LOSS_MALFORMED]);

	if (count)
		warnx("lost %s%llu events in total (%llu exec, %llu exit)",
		      skipped->exec || skipped->exit ? "up to " : "", count, exec, exit);
}
