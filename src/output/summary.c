/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * Counts runs by command; see summary.h.
 *
 * Memory is bounded by the number of names, and by storing only the number of
 * durations in each bucket, like HDR histograms.
 */
#include <err.h>
#include <search.h>
#include <stdlib.h>
#include <string.h>

#include "output/resources.h"
#include "output/summary.h"

/* Below 16 us a bucket for each; then 16 for 16 to 31, 16 for 32 to 63 and so on. */
static size_t bucket_of(unsigned long long us)
{
	unsigned int log2;

	if (us < 16)
		return us;
	log2 = 63 - (unsigned int)__builtin_clzll(us);
	return (log2 - 3) * 16 + (us >> (log2 - 4)) % 16;
}

/* The middle of a bucket, in ns. */
static unsigned long long middle_of(size_t bucket)
{
	unsigned int shift;

	if (bucket < 32)
		return bucket * 1000 + 500;
	shift = (unsigned int)(bucket / 16 - 1);
	return ((16ULL + bucket % 16) << shift) * 1000 + (1000ULL << shift) / 2;
}

unsigned long long command_mean_ns(const struct command_sum *c)
{
	return c->total_ns / c->runs;
}

unsigned long long command_median_ns(const struct command_sum *c)
{
	unsigned long long rank = (c->runs + 1) / 2, before = 0, ns;
	size_t bucket = 0;

	if (rank == 1)
		return c->min_ns;
	while (before + c->buckets[bucket] < rank)
		before += c->buckets[bucket++];
	ns = middle_of(bucket);
	return ns < c->min_ns ? c->min_ns : ns > c->max_ns ? c->max_ns : ns;
}

static int compare_names(const void *left, const void *right)
{
	const struct command_sum *a = left, *b = right;

	return memcmp(a->comm, b->comm, COMM_LEN);
}

static struct command_sum *sum_for(struct summary *s, const struct event *e)
{
	struct command_sum key = { 0 }, *c, **place;

	memcpy(key.comm, e->comm, e->comm_len);
	place = tfind(&key, &s->tree, compare_names);
	if (place)
		return *place;
	c = s->count < SUMMARY_COMMANDS ? calloc(1, sizeof(*c)) : NULL;
	if (!c)
		return &s->other;
	memcpy(c->comm, key.comm, COMM_LEN);
	c->comm_len = e->comm_len;
	place = tsearch(c, &s->tree, compare_names);
	if (!place) {
		free(c);
		return &s->other;
	}
	*place = c; /* no change, but gcc's analyzer sees a leak without it */
	s->commands[s->count++] = c;
	return c;
}

static void count_run(struct command_sum *c, const struct event *e)
{
	if (c->runs == 0 || e->duration_ns < c->min_ns)
		c->min_ns = e->duration_ns;
	if (e->duration_ns > c->max_ns)
		c->max_ns = e->duration_ns;
	c->runs++;
	c->failures += e->status != 0;
	c->total_ns += e->duration_ns;
	c->buckets[bucket_of(e->duration_ns / 1000)]++;
	if (e->has_resources) {
		unsigned long long rss = resources_rss(&e->resources);

		c->measured++;
		c->cpu_ns += e->resources.cpu_ns;
		if (rss > c->max_rss)
			c->max_rss = rss;
	}
}

struct summary *summary_new(void)
{
	struct summary *s = calloc(1, sizeof(*s));

	if (!s)
		warn("cannot make a summary");
	return s;
}

void summary_add(struct summary *s, const struct event *e)
{
	count_run(sum_for(s, e), e);
}

/* The largest total first. */
static int compare(const void *left, const void *right)
{
	const struct command_sum *a = *(struct command_sum *const *)left;
	const struct command_sum *b = *(struct command_sum *const *)right;

	if (a->total_ns != b->total_ns)
		return a->total_ns < b->total_ns ? 1 : -1;
	return compare_names(a, b);
}

void summary_end(struct summary *s, struct output *o, unsigned long long time_ns)
{
	qsort(s->commands, s->count, sizeof(s->commands[0]), compare);
	o->format->summary(o, time_ns, s);
	tdestroy(s->tree, free);
	free(s);
}
