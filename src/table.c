/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * The classic table, one line an event.
 *
 * Ordinary lines are those of the classic tool to the byte.  Names are escaped
 * (text.h): no process can forge a line by calling itself something odd.
 */
#include <string.h>

#include "output.h"
#include "status.h"
#include "text.h"

static const struct {
	const char *heading;
	int width;
} columns[] = {
	{ "TIME", 8 }, { "EVENT", 5 }, { "COMM", 16 },
	{ "PID", 7 },  { "PPID", 7 },  { "FILENAME/EXIT CODE", 0 },
};

static int table_begin(struct printer *p)
{
	size_t last = sizeof(columns) / sizeof(columns[0]) - 1;

	for (size_t i = 0; i < last; i++)
		fprintf(p->file, "%-*s ", columns[i].width, columns[i].heading);
	fprintf(p->file, "%s\n", columns[last].heading);
	return 0;
}

/* TIME to PPID, with the blank that follows. */
static void put_common(struct printer *p, const struct event *e, const char *name)
{
	static const char blanks[] = "                ";
	size_t shown;

	fprintf(p->file, "%-8s %-5s ", clock_hms(&p->clock, e->wall_ns), name);
	shown = put_escaped(p->file, e->comm, e->comm_len, "");
	if (shown < sizeof(blanks) - 1)
		fwrite(blanks, 1, sizeof(blanks) - 1 - shown, p->file);
	fprintf(p->file, " %-7d %-7d ", e->pid, e->ppid);
}

static void put_exec(struct printer *p, const struct event *e)
{
	put_common(p, e, "EXEC");
	put_escaped(p->file, e->filename, e->filename_len, "");
	if (e->filename_truncated)
		fputs("...", p->file);
	fputc('\n', p->file);
}

static void put_exit(struct printer *p, const struct event *e)
{
	char name[SIGNAL_NAME_LEN];

	put_common(p, e, "EXIT");
	if (status_signal(e->status))
		fprintf(p->file, "[%s%s]", signal_name(status_signal(e->status), name),
			status_core_dumped(e->status) ? ", core" : "");
	else
		fprintf(p->file, "[%u]", status_exit_code(e->status));
	fprintf(p->file, " (%llums)\n", e->duration_ns / 1000000);
}

static void table_event(struct printer *p, const struct event *e)
{
	if (e->kind == EVENT_EXEC)
		put_exec(p, e);
	else
		put_exit(p, e);
}

/* The table has rows for events only; stderr has told of the loss. */
static void table_lost(struct printer *p, unsigned long long wall_ns, const struct loss *loss)
{
	(void)p, (void)wall_ns, (void)loss;
}

static void table_end(struct printer *p, unsigned long long wall_ns)
{
	(void)p, (void)wall_ns;
}

const struct output table_output = { table_begin, table_event, table_lost, table_end };
