/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * One HTML page: a fixed head with the script, the events as JSON lines, a fixed end.
 *
 * The events are what json.c writes, in comments, which browsers parse faster than the
 * text of an element.  No markup gets into them: JSON has '<', '>' and '&' only in strings,
 * where \u003c and so on mean the same.  The script comes first, so a truncated page
 * still opens.
 */
#include <errno.h>
#include <stdlib.h>

#include "output/output.h"

/* Events in one comment.  A browser takes much longer for a comment of megabytes. */
#define COMMENT_EVENTS 100

/* page.mk makes both from page.html. */
__asm__(".section .rodata\n"
	".balign 4\n"
	"page_head_size: .long page_tail - page_head\n"
	"page_tail_size: .long page_end - page_tail\n"
	"page_head: .incbin \"" PAGE_DIR "/page.head\"\n"
	"page_tail: .incbin \"" PAGE_DIR "/page.tail\"\n"
	"page_end:\n"
	".previous\n");
extern const char page_head[], page_tail[];
extern const unsigned int page_head_size, page_tail_size;

/* A stream's write function (fopencookie(3)): into the page, without markup. */
static ssize_t put_data(void *page, const char *text, size_t size)
{
	size_t from = 0;

	for (size_t i = 0; i < size; i++) {
		if (text[i] != '<' && text[i] != '>' && text[i] != '&')
			continue;
		fwrite_unlocked(text + from, 1, i - from, page);
		fprintf(page, "\\u%04x", (unsigned int)text[i]);
		from = i + 1;
	}
	fwrite_unlocked(text + from, 1, size - from, page);
	return (ssize_t)size; /* errors stay in the page's stream */
}

/* While json.c writes, o->file is the escaping stream, and the page is kept here. */
static FILE *enter_data(struct output *o)
{
	FILE *page = o->file;

	o->file = o->state;
	return page;
}

static void leave_data(struct output *o, FILE *page)
{
	fflush_unlocked(o->file);
	o->file = page;
}

/* Also forgets the stream. */
static void end_data(struct output *o)
{
	fclose(o->state);
	o->state = NULL;
}

static int html_begin(struct output *o)
{
	FILE *page = o->file;
	int err = 0;

	o->state = fopencookie(page, "w", (cookie_io_functions_t){ .write = put_data });
	if (!o->state)
		return -errno;
	fwrite_unlocked(page_head, 1, page_head_size, page);
	if (json_format.begin) {
		enter_data(o);
		err = json_format.begin(o);
		leave_data(o, page);
	}
	if (err)
		end_data(o);
	return err;
}

static void html_event(struct output *o, const struct event *e)
{
	FILE *page = enter_data(o);

	json_format.event(o, e);
	leave_data(o, page);
	if (o->events % COMMENT_EVENTS == 0)
		fputs_unlocked("--><!--\n", page);
}

static void html_lost(struct output *o, unsigned long long time_ns, enum loss_cause cause,
		      const struct loss *loss)
{
	FILE *page = enter_data(o);

	json_format.lost(o, time_ns, cause, loss);
	leave_data(o, page);
}

static void html_end(struct output *o, unsigned long long time_ns)
{
	(void)time_ns;
	end_data(o);
	fwrite_unlocked(page_tail, 1, page_tail_size, o->file);
}

const struct format html_format = {
	.details = true,
	.args = true,
	.begin = html_begin,
	.event = html_event,
	.lost = html_lost,
	.end = html_end,
};
