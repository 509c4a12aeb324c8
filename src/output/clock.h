/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * Kernel time -> wall-clock time, and its text.
 *
 * Events carry CLOCK_BOOTTIME.  What turns that into the time of day is one
 * addition; the text is made once a second, not once an event.
 */
#ifndef CLOCK_H
#define CLOCK_H

/* CLOCK_BOOTTIME now, in ns, as the kernel has it: the clock of the events. */
long long clock_boot_ns(void);

/* CLOCK_REALTIME minus CLOCK_BOOTTIME now, in ns: add it to an event's time_ns. */
long long clock_offset_ns(void);

#define CLOCK_TEXT_LEN 32

/* The text of the last second asked for.  Zeroed, it is empty. */
struct clock_text {
	unsigned long long second; /* since 1970; meaningful once text is not empty */
	char text[CLOCK_TEXT_LEN];
};

/* "HH:MM:SS" in local time.  Valid until the next call with the same cache. */
const char *clock_hms(struct clock_text *cache, unsigned long long wall_ns);

/* "YYYY-MM-DDTHH:MM:SS" in UTC: RFC 3339 without the fraction and the Z. */
const char *clock_utc(struct clock_text *cache, unsigned long long wall_ns);

#endif
