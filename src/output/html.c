/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * One HTML page: a fixed head with the script, the events, a fixed end.
 *
 * The events are what json.c writes, compressed by zlib (gzip, RFC 1952) and in base64:
 * a tenth of the size, which the browser opens in a third of the time, and no name can
 * become markup.  The script comes first, and each event is a line that a decompressor
 * can end with, so a truncated page still opens.
 */
#include <errno.h>
#include <stdlib.h>
#include <zlib.h>

#include "output/output.h"

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

/* The format's state. */
struct pack {
	FILE *page;
	FILE *json; /* what is written to it is packed into the page */
	z_stream z;
	unsigned char group[3]; /* bytes that wait until base64 can write all three */
	unsigned int waiting;
};

static void put_group(struct pack *p, unsigned int bytes)
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	unsigned int bits = p->group[0] << 16 | p->group[1] << 8 | p->group[2];

	for (unsigned int i = 0; i < 4; i++)
		putc_unlocked(i <= bytes ? digits[bits >> (18 - 6 * i) & 63] : '=', p->page);
	p->waiting = 0;
}

static void put_bytes(struct pack *p, const unsigned char *bytes, size_t size)
{
	for (size_t i = 0; i < size; i++) {
		p->group[p->waiting++] = bytes[i];
		if (p->waiting == 3)
			put_group(p, 3);
	}
}

static void pack(struct pack *p, const void *text, size_t size, int flush)
{
	unsigned char out[4096];

	p->z.next_in = (void *)text; /* which zlib does not change */
	p->z.avail_in = (unsigned int)size;
	do {
		p->z.next_out = out;
		p->z.avail_out = sizeof(out);
		deflate(&p->z, flush);
		put_bytes(p, out, sizeof(out) - p->z.avail_out);
	} while (p->z.avail_out == 0);
}

/* A stream's write function (fopencookie(3)). */
static ssize_t pack_text(void *state, const char *text, size_t size)
{
	pack(state, text, size, Z_NO_FLUSH);
	return (ssize_t)size; /* errors stay in the page's stream */
}

/* Between these two json.c writes an event. */
static void begin_line(struct output *o)
{
	struct pack *p = o->state;

	o->file = p->json;
}

/* The line ends where a decompressor can stop: empty blocks fill it up to whole groups. */
static void end_line(struct output *o)
{
	static const unsigned char empty_block[] = { 0, 0, 0, 0xff, 0xff }; /* RFC 1951, 3.2.4 */
	struct pack *p = o->state;

	fflush_unlocked(p->json);
	pack(p, NULL, 0, Z_SYNC_FLUSH);
	while (p->waiting)
		put_bytes(p, empty_block, sizeof(empty_block));
	o->file = p->page;
	putc_unlocked('\n', o->file);
}

static void end_pack(struct output *o)
{
	struct pack *p = o->state;

	if (p->json)
		fclose(p->json);
	deflateEnd(&p->z);
	free(p);
	o->state = NULL;
}

static int html_begin(struct output *o)
{
	struct pack *p = calloc(1, sizeof(*p));

	if (!p)
		return -ENOMEM;
	o->state = p;
	p->page = o->file;
	p->json = fopencookie(p, "w", (cookie_io_functions_t){ .write = pack_text });
	if (!p->json || deflateInit2(&p->z, Z_BEST_SPEED, Z_DEFLATED, MAX_WBITS + 16 /* gzip */,
				     8 /* the default */, Z_DEFAULT_STRATEGY) != Z_OK) {
		end_pack(o);
		return -ENOMEM;
	}
	fwrite_unlocked(page_head, 1, page_head_size, o->file);
	begin_line(o);

	int err = json_format.begin(o);

	end_line(o);
	if (err)
		end_pack(o);
	return err;
}

static void html_event(struct output *o, const struct event *e)
{
	begin_line(o);
	json_format.event(o, e);
	end_line(o);
}

static void html_lost(struct output *o, unsigned long long time_ns, enum loss_cause cause,
		      const struct loss *loss)
{
	begin_line(o);
	json_format.lost(o, time_ns, cause, loss);
	end_line(o);
}

static void html_end(struct output *o, unsigned long long time_ns)
{
	struct pack *p = o->state;

	(void)time_ns;
	pack(p, NULL, 0, Z_FINISH);
	if (p->waiting) {
		for (unsigned int i = p->waiting; i < 3; i++)
			p->group[i] = 0;
		put_group(p, p->waiting);
	}
	end_pack(o);
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
