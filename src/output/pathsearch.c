/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* See pathsearch.h. */
#include <errno.h>
#include <search.h>
#include <stdlib.h>
#include <string.h>

#include "output/pathsearch.h"

/* One failure.  All of them are in a list by age. */
struct held {
	struct held *older, *newer;
	struct held *next; /* of the same process */
	struct search *search;
	size_t size;
	char record[];
};

struct search {
	int pid;
	unsigned int tries;
	struct held *first, *last;
};

static int compare(const void *left, const void *right)
{
	const struct search *a = left, *b = right;

	return (a->pid > b->pid) - (a->pid < b->pid);
}

static const char *last_component(const struct event *e)
{
	const char *slash = memrchr(e->filename, '/', e->filename_len);

	return slash ? slash + 1 : e->filename;
}

static bool same_name(const struct held *held, const struct event *e)
{
	struct event before;

	return event_decode(held->record, held->size, &before) == 0 &&
	       strcmp(last_component(&before), last_component(e)) == 0;
}

static void put(const struct searches *s, const struct held *held)
{
	struct event e;

	if (event_decode(held->record, held->size, &e) == 0)
		s->put(s->ctx, &e);
}

static void unlink_held(struct searches *s, struct held *held)
{
	*(held->older ? &held->older->newer : &s->oldest) = held->newer;
	*(held->newer ? &held->newer->older : &s->newest) = held->older;
	s->memory -= sizeof(*held) + held->size;
}

/* Ends a search: prints or drops the failures that were held back. */
static void settle(struct searches *s, struct search *search, bool failed)
{
	for (struct held *held = search->first, *next; held; held = next) {
		next = held->next;
		if (failed)
			put(s, held);
		unlink_held(s, held);
		free(held);
	}
	tdelete(search, &s->tree, compare);
	free(search);
}

static struct search *find(struct searches *s, int pid)
{
	const struct search key = { .pid = pid };
	struct search **place = tfind(&key, &s->tree, compare);

	return place ? *place : NULL;
}

static struct search *begin(struct searches *s, int pid)
{
	struct search *search = calloc(1, sizeof(*search));

	if (!search)
		return NULL;
	search->pid = pid;
	if (!tsearch(search, &s->tree, compare)) {
		free(search);
		return NULL;
	}
	return search;
}

static bool hold(struct searches *s, struct search *search, const void *record, size_t size)
{
	struct held *held = malloc(sizeof(*held) + size);

	if (!held)
		return false;
	*held = (struct held){ .older = s->newest, .search = search, .size = size };
	memcpy(held->record, record, size);
	*(s->newest ? &s->newest->newer : &s->oldest) = held;
	s->newest = held;
	*(search->last ? &search->last->next : &search->first) = held;
	search->last = held;
	search->tries++;
	s->memory += sizeof(*held) + size;
	return true;
}

static bool is_full(const struct searches *s, size_t size)
{
	return s->memory + sizeof(struct held) + size > SEARCH_MEMORY;
}

bool searches_hold(struct searches *s, const struct event *e, const void *record, size_t size)
{
	/* As execvp(3): it goes on after these. */
	bool maybe = e->kind == EVENT_FAILED &&
		     (e->error == ENOENT || e->error == EACCES || e->error == ENOTDIR);
	struct search *search;

	while (maybe && s->oldest && is_full(s, size))
		settle(s, s->oldest->search, true);
	search = find(s, e->pid);
	if (search) {
		bool same = e->filename && same_name(search->first, e);

		if (maybe && same && search->tries < SEARCH_TRIES && hold(s, search, record, size))
			return true;
		settle(s, search, !(e->kind == EVENT_EXEC && same));
		if (same)
			return false;
	}
	if (!maybe)
		return false;
	search = begin(s, e->pid);
	if (search && hold(s, search, record, size))
		return true;
	if (search)
		settle(s, search, true);
	return false;
}

void searches_end(struct searches *s)
{
	for (struct held *held = s->oldest, *newer; held; held = newer) {
		newer = held->newer;
		put(s, held);
		free(held);
	}
	tdestroy(s->tree, free);
	s->tree = NULL;
	s->oldest = s->newest = NULL;
	s->memory = 0;
}
