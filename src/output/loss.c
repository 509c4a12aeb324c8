/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Reports losses; see loss.h. */
#include <err.h>
#include <stdbool.h>
#include <stdio.h>

#include "output/clock.h"
#include "output/loss.h"
#include "output/output.h"
#include "run/wait.h"

unsigned long long loss_count(const struct loss *loss)
{
	return loss->exec + loss->exit + loss->other;
}

const char *loss_name(enum loss_cause cause)
{
	static const char *const names[] = {
		[LOSS_RING] = "ring_full",
		[LOSS_SKIPPED] = "skipped",
		[LOSS_SKIPPED_CALLS] = "skipped_calls",
		[LOSS_UNFOLLOWED] = "unfollowed",
		[LOSS_UNTIMED] = "untimed",
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
 * It is not known whether a skipped event would have passed the filters, whether a
 * thread's exit was the end of its process, or whether a system call was an exec.
 */
bool loss_is_exact(enum loss_cause cause, const struct output *o)
{
	if (cause == LOSS_RING)
		return !o->sifts;
	return cause != LOSS_SKIPPED && cause != LOSS_SKIPPED_CALLS;
}

/* "3 exec, 4 exit", and forks and failed execs if there are any. */
static const char *kinds(const struct loss *l)
{
	static char text[100];
	int n = snprintf(text, sizeof(text), "%llu exec, %llu exit", l->exec, l->exit);

	if (l->other)
		snprintf(text + n, sizeof(text) - n, ", %llu other", l->other);
	return text;
}

static const char *up_to(bool exact)
{
	return exact ? "" : "up to ";
}

static void report(enum loss_cause cause, const struct loss *l, const struct output *o)
{
	const struct loss events = { l->exec, l->exit, o->follows ? 0 : l->other };

	if (!stderr_has_room(0)) /* the total will include it */
		return;
	switch (cause) {
	case LOSS_RING:
		warnx("lost %s%llu events (%s): the ring buffer was full; use a larger --buffer",
		      up_to(!o->sifts), loss_count(l), kinds(l));
		break;
	case LOSS_SKIPPED:
		if (loss_count(&events))
			warnx("lost up to %llu events (%s): the kernel skipped a recursive handler call",
			      loss_count(&events), kinds(&events));
		if (o->follows && l->other)
			warnx("lost track of up to %llu processes and their descendants: the kernel skipped a recursive handler call",
			      l->other);
		break;
	case LOSS_SKIPPED_CALLS:
		warnx("lost up to %llu failed calls of exec: the kernel skipped a recursive handler call",
		      loss_count(l));
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
		report(cause, &fresh, o);
		if (o->format->lost && o->begun)
			o->format->lost(o, clock_boot_ns(), cause, &fresh);
	}
}

void losses_total(const struct losses *l, const struct output *o)
{
	const struct loss *ring = &l->by[LOSS_RING], *skipped = &l->by[LOSS_SKIPPED];
	unsigned long long calls = loss_count(&l->by[LOSS_SKIPPED_CALLS]);
	unsigned long long forks = o->follows ? 0 : skipped->other;
	const struct loss all = {
		.exec = ring->exec + skipped->exec,
		.exit = ring->exit + skipped->exit,
		.other = ring->other + forks + calls + loss_count(&l->by[LOSS_MALFORMED]),
	};
	unsigned long long unfollowed =
		loss_count(&l->by[LOSS_UNFOLLOWED]) + skipped->other - forks;
	unsigned long long untimed = loss_count(&l->by[LOSS_UNTIMED]);

	if (!stderr_has_room(GIVE_UP_MS))
		return;
	if (loss_count(&all))
		warnx("lost %s%llu events in total (%s)",
		      up_to(!skipped->exec && !skipped->exit && !forks && !calls &&
			    (!o->sifts || !loss_count(ring))),
		      loss_count(&all), kinds(&all));
	if (unfollowed)
		warnx("lost track of %s%llu processes in total", up_to(skipped->other == forks),
		      unfollowed);
	if (untimed)
		warnx("%llu durations in total count from the creation of the process", untimed);
}
