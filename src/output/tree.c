/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * -f tree: prints the programs that ran as a tree, at the end.
 *
 * A node is an exec; if its process calls exec again, that is a child marked "=>".  A
 * process without exec has a node only if it has children, with its name in parentheses;
 * the same is true for one older than the tracer.  Repetitions are counted in the elder
 * sibling, so that a loop takes no memory; nodes beyond the limit are counted, too, and
 * one line on stderr reports them.
 */
#include <err.h>
#include <errno.h>
#include <search.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "output/color.h"
#include "output/output.h"
#include "output/quote.h"
#include "output/status.h"
#include "output/text.h"

#define TREE_MEMORY   (64U << 20) /* bytes; about 250,000 nodes */
#define NODE_OVERHEAD 80          /* overhead of malloc() and tsearch() for each */

#define LOOK_BACK  8    /* siblings that may be the same: a loop of that many commands folds */
#define LOOK_BELOW 16   /* levels; deeper nodes are never treated as the same */
#define LEVELS_MAX 16   /* of indentation; deeper nodes are not indented further */
#define STEPS_MAX  1000 /* to a place among siblings; one further away is not looked for */

enum state {
	BEGUN,   /* its end has not been seen */
	RUNNING, /* at the end of tracing */
	CHANGED, /* it called exec */
	ENDED,
};

struct node {
	int pid;
	unsigned long long start_ns; /* of the process, to identify it */
	struct node *parent, *first, *last, *older, *newer;
	unsigned long long began_ns;
	enum state state;
	bool again;   /* the exec of a process that had called exec before */
	bool unnamed; /* the process has not called exec, as far as we know */
	unsigned int status;
	/* Sums of all repetitions: */
	unsigned long long count, total_ns, cpu_ns, max_rss;
	char *line; /* the command line, as it is shown */
};

static size_t size_of(const struct node *n)
{
	return sizeof(*n) + strlen(n->line) + 1 + NODE_OVERHEAD;
}

struct tree {
	void *nodes; /* for tsearch(), the last one of each process */
	size_t memory;
	unsigned long long dropped;
	struct node root; /* parent of those with an unknown parent or whose parent is the tracer */
};

static int compare(const void *left, const void *right)
{
	const struct node *a = left, *b = right;

	if (a->pid != b->pid)
		return a->pid < b->pid ? -1 : 1;
	return a->start_ns < b->start_ns ? -1 : a->start_ns > b->start_ns;
}

static struct node *find(struct tree *t, int pid, unsigned long long start_ns)
{
	const struct node key = { .pid = pid, .start_ns = start_ns };
	struct node *const *found = tfind(&key, &t->nodes, compare);

	return found ? *found : NULL;
}

/* Siblings are in the order of time. */
static void link_child(struct node *parent, struct node *n)
{
	struct node *older = parent->last;

	for (int i = 0; i < STEPS_MAX && older && older->began_ns > n->began_ns; i++)
		older = older->older;
	n->parent = parent;
	n->older = older;
	n->newer = older ? older->newer : parent->first;
	*(older ? &older->newer : &parent->first) = n;
	*(n->newer ? &n->newer->older : &parent->last) = n;
}

static void unlink_child(struct node *n)
{
	*(n->older ? &n->older->newer : &n->parent->first) = n->newer;
	*(n->newer ? &n->newer->older : &n->parent->last) = n->older;
}

/* Not in a tree of processes if a later exec of its process is in it. */
static void free_node(struct tree *t, struct node *n)
{
	if (find(t, n->pid, n->start_ns) == n)
		tdelete(n, &t->nodes, compare);
	t->memory -= size_of(n);
	free(n->line);
	free(n);
}

/* A node and everything below it, without recursion: a process may call exec very often. */
static void free_below(struct tree *t, struct node *top)
{
	struct node *n = top, *parent;

	for (;;) {
		while (n->first)
			n = n->first;
		if (n == top)
			return;
		parent = n->parent;
		unlink_child(n);
		free_node(t, n);
		n = parent;
	}
}

/*
 * A node that is the last one of its process; NULL if there is no room.  line is from
 * malloc(3) and the node's from now on; it may be NULL.
 */
static struct node *new_node(struct tree *t, int pid, unsigned long long start_ns, char *line)
{
	struct node *n = line && t->memory < TREE_MEMORY ? calloc(1, sizeof(*n)) : NULL;
	struct node **place = NULL;

	if (n) {
		*n = (struct node){ .pid = pid, .start_ns = start_ns, .count = 1, .line = line };
		place = tsearch(n, &t->nodes, compare);
	}
	if (!place) {
		free(line);
		free(n);
		t->dropped++;
		return NULL;
	}
	*place = n; /* in place of an earlier exec of the process */
	t->memory += size_of(n);
	return n;
}

/* The text that put() writes of e; NULL if there is no memory. */
static char *text_of(void (*put)(FILE *file, const struct event *e), const struct event *e)
{
	char *text = NULL;
	size_t size;
	FILE *memory = open_memstream(&text, &size);

	if (!memory)
		return NULL;
	put(memory, e);
	if (fclose(memory) == 0)
		return text;
	free(text);
	return NULL;
}

static void put_command(FILE *file, const struct event *e)
{
	if (e->filename)
		put_command_line(file, e);
	else /* /proc showed no more */
		put_args(file, e);
}

static char *command_of(const struct event *e)
{
	char *text = text_of(put_command, e);

	if (text && *text == ' ') /* of put_args() */
		memmove(text, text + 1, strlen(text));
	return text;
}

static void put_parent(FILE *file, const struct event *e)
{
	putc_unlocked('(', file);
	put_escaped(file, e->details.parent_comm, strnlen(e->details.parent_comm, COMM_LEN), "");
	putc_unlocked(')', file);
}

/* The node that forked the process of e.  A process that is not known yet gets a node. */
static struct node *parent_of(struct tree *t, const struct event *e)
{
	struct node *n;

	if (e->ppid == 0 || e->ppid == getpid())
		return &t->root;
	n = find(t, e->ppid, e->details.parent_start_ns);
	if (n) {
		while (n->again && n->began_ns > e->details.start_ns)
			n = n->parent;
		return n;
	}
	n = new_node(t, e->ppid, e->details.parent_start_ns, text_of(put_parent, e));
	if (!n)
		return &t->root;
	n->unnamed = true;
	n->began_ns = n->start_ns;
	link_child(&t->root, n);
	return n;
}

/* A process that had called no exec calls one, or has ended: now its parent is known. */
static void move_to_parent(struct tree *t, struct node *n, const struct event *e)
{
	struct node *parent = parent_of(t, e);

	for (const struct node *above = parent; above; above = above->parent)
		if (above == n)
			return;
	unlink_child(n);
	link_child(parent, n);
}

static struct node *add_exec(struct tree *t, const struct event *e)
{
	struct node *was = find(t, e->pid, e->details.start_ns), *parent, *n;
	char *line = command_of(e);

	if (was && line && !was->first && strcmp(was->line, line) == 0) {
		was->count++;
		free(line);
		return was;
	}
	if (was && was->unnamed)
		move_to_parent(t, was, e);
	parent = was ? was : parent_of(t, e);
	n = new_node(t, e->pid, e->details.start_ns, line);
	if (was) {
		was->state = CHANGED;
		was->total_ns = was->unnamed ? 0 : e->time_ns - was->began_ns;
	}
	if (!n)
		return NULL;
	n->began_ns = e->time_ns;
	n->again = was;
	link_child(parent, n);
	return n;
}

static bool is_same(const struct node *a, const struct node *b, int levels)
{
	const struct node *x = a->first, *y = b->first;

	if (levels == 0 || a->state < CHANGED || a->state != b->state || a->status != b->status ||
	    a->again != b->again || strcmp(a->line, b->line))
		return false;
	for (; x && y; x = x->newer, y = y->newer)
		if (!is_same(x, y, levels - 1) || x->count * b->count != y->count * a->count)
			return false;
	return !x && !y;
}

/* Both are the same. */
static void absorb(struct node *into, const struct node *n)
{
	into->count += n->count;
	into->total_ns += n->total_ns;
	into->cpu_ns += n->cpu_ns;
	if (n->max_rss > into->max_rss)
		into->max_rss = n->max_rss;
	for (into = into->first, n = n->first; n; into = into->newer, n = n->newer)
		absorb(into, n);
}

/* If an elder sibling did the same, one node is enough. */
static void fold(struct tree *t, struct node *n)
{
	struct node *elder;

	while (n->again)
		n = n->parent;
	elder = n->older;
	for (int i = 0; i < LOOK_BACK && elder; i++, elder = elder->older) {
		if (!is_same(elder, n, LOOK_BELOW))
			continue;
		absorb(elder, n);
		free_below(t, n);
		unlink_child(n);
		free_node(t, n);
		return;
	}
}

/* Its exec was not shown, or was before us. */
static void name_node(struct tree *t, struct node *n, const struct event *exec)
{
	char *line = command_of(exec);

	if (!line)
		return;
	t->memory -= size_of(n);
	free(n->line);
	n->line = line;
	n->unnamed = false;
	t->memory += size_of(n);
}

static void add_exit(struct output *o, struct tree *t, const struct event *e)
{
	struct node *n = find(t, e->pid, e->details.start_ns);

	if (!n && o->process) {
		struct event exec = o->process->exec;

		exec.ppid = e->ppid;
		exec.details = e->details;
		exec.time_ns = e->time_ns - e->duration_ns;
		n = add_exec(t, &exec);
	}
	if (!n)
		return;
	if (n->unnamed)
		move_to_parent(t, n, e);
	if (n->unnamed && o->process)
		name_node(t, n, &o->process->exec);
	n->state = ENDED;
	n->status = e->status;
	n->total_ns = n->count > 1 ? e->time_ns - n->began_ns : e->duration_ns;
	if (e->has_resources) {
		n->cpu_ns = e->resources.cpu_ns;
		if (e->resources.max_rss != RSS_UNKNOWN)
			n->max_rss = e->resources.max_rss;
	}
	fold(t, n);
}

static int tree_begin(struct output *o)
{
	o->state = calloc(1, sizeof(struct tree));
	return o->state ? 0 : -ENOMEM;
}

static void tree_event(struct output *o, const struct event *e)
{
	if (e->kind == EVENT_EXEC)
		add_exec(o->state, e);
	else if (e->kind == EVENT_EXIT)
		add_exit(o, o->state, e);
}

/* At most six characters, rounded down. */
static const char *short_size(unsigned long long bytes, char text[SHORT_TIME_LEN])
{
	static const char units[] = "KMGTPE";
	unsigned long long tenths = bytes * 10 / 1024;
	size_t unit = 0;

	while (tenths >= 10000 && units[unit + 1]) {
		tenths /= 1024;
		unit++;
	}
	snprintf(text, SHORT_TIME_LEN, tenths < 1000 ? "%llu.%llu%c" : "%llu%.0llu%c", tenths / 10,
		 tenths < 1000 ? tenths % 10 : 0, units[unit]);
	return text;
}

static const char *status_of(const struct node *n, char text[SIGNAL_NAME_LEN])
{
	switch (n->state) {
	case CHANGED:
		return "exec";
	case RUNNING:
		return "running";
	case BEGUN:
		return "?";
	default:
		break;
	}
	if (status_signal(n->status))
		return signal_name(status_signal(n->status), text);
	snprintf(text, SIGNAL_NAME_LEN, "%u", status_exit_code(n->status));
	return text;
}

static void put_figures(struct output *o, const struct node *n)
{
	bool marked = o->color && n->state == ENDED && n->status, ended = n->state == ENDED;
	char text[SHORT_TIME_LEN], name[SIGNAL_NAME_LEN];
	long page = sysconf(_SC_PAGESIZE);

	fprintf(o->file, "%6s ", n->total_ns ? short_time(n->total_ns, text) : "-");
	if (o->resources) {
		fprintf(o->file, "%6s ", ended ? short_time(n->cpu_ns, text) : "-");
		fprintf(o->file, "%6s ",
			n->max_rss ? short_size(n->max_rss * (unsigned long)page, text) : "-");
	}
	fprintf(o->file, "%s%-9s%s ", marked ? COLOR_FAILURE : "", status_of(n, name),
		marked ? COLOR_END : "");
}

/* The part of a line that fits in that many columns, with one column per character. */
static void put_cut(FILE *file, const char *line, size_t room)
{
	size_t shown = 0, size = strlen(line), at = 0, end = 0;

	while (at < size) {
		unsigned int code;
		size_t length = utf8_character(line + at, size - at, &code);

		at += length ? length : 1;
		if (++shown + 3 == room)
			end = at;
		if (shown > room)
			break;
	}
	if (shown <= room) {
		fwrite(line, 1, size, file);
	} else {
		fwrite(line, 1, end, file);
		put_literal(file, "...");
	}
}

/* more: for each level, whether there is another node on it. */
static void put_node(struct output *o, const struct node *n, size_t levels,
		     const bool more[LEVELS_MAX + 1])
{
	size_t used = (o->resources ? 31 : 17) + 3 * levels + (n->again ? 3 : 0);
	char times[32] = "";

	if (n->count > 1)
		used += (size_t)snprintf(times, sizeof(times), " (x %llu)", n->count);
	put_figures(o, n);
	for (size_t i = 1; i < levels; i++)
		fputs(more[i] ? "|  " : "   ", o->file);
	if (levels)
		fputs(more[levels] ? "|- " : "`- ", o->file);
	if (n->again)
		fputs("=> ", o->file);
	if (o->width)
		put_cut(o->file, n->line, o->width > used + 8 ? o->width - used : 8);
	else
		fputs(n->line, o->file);
	fprintf(o->file, "%s\n", times);
}

static void put_nodes(struct output *o, const struct tree *t)
{
	const struct node *n = t->root.first;
	bool more[LEVELS_MAX + 1] = { 0 };
	size_t level = 0;

	while (n && n != &t->root) {
		size_t levels = level < LEVELS_MAX ? level : LEVELS_MAX;

		more[levels] = n->newer;
		put_node(o, n, levels, more);
		if (n->first) {
			n = n->first;
			level++;
			continue;
		}
		while (n != &t->root && !n->newer) {
			n = n->parent;
			level--;
		}
		if (n != &t->root)
			n = n->newer;
	}
}

static void tree_end(struct output *o, unsigned long long time_ns)
{
	struct tree *t = o->state;

	for (const struct process *p = o->processes.oldest; p; p = p->newer) {
		struct node *n = find(t, p->exec.pid, p->exec.details.start_ns);

		if (n && n->state == BEGUN && process_runs(p, o->selective)) {
			n->state = RUNNING;
			if (!n->unnamed && time_ns > n->began_ns)
				n->total_ns = time_ns - n->began_ns;
		}
	}
	fprintf(o->file, "  TIME %sSTATUS    COMMAND\n", o->resources ? "   CPU    RSS " : "");
	put_nodes(o, t);
	if (t->dropped)
		warnx("cannot show %llu more programs: the tree has reached its limit of %u MiB",
		      t->dropped, TREE_MEMORY >> 20);
	free_below(t, &t->root);
	free(t);
	o->state = NULL;
}

const struct format tree_format = {
	.details = true,
	.args = true,
	.people = true,
	.begin = tree_begin,
	.event = tree_event,
	.end = tree_end,
};
