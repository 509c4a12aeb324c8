/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * Kernel time -> wall-clock time, and its text.
 *
 * Events have CLOCK_BOOTTIME.  The time of day takes one addition; its text is
 * made once per second, not once per event.
 */
#ifndef CLOCK_H
#define CLOCK_H

#define CLOCK_TEXT_LEN 32

/* Zeroed, its wall-clock time is kernel time. */
struct clock {
	unsigned long long offset_ns; /* CLOCK_REALTIME minus CLOCK_BOOTTIME; it may wrap */
	unsigned long long second;    /* the second in text, since 1970; unset if text is empty */
	char text[CLOCK_TEXT_LEN];
};

/* CLOCK_BOOTTIME now, in ns, as the kernel has it: the clock of the events. */
unsigned long long clock_boot_ns(void);

/* A time from /proc, which is relative to our time namespace -> the kernel's time. */
unsigned long long clock_boot_of_proc(unsigned long long ns);

/* That many seconds from now by the same clock; ULLONG_MAX stays ULLONG_MAX, which is never. */
unsigned long long clock_deadline_ns(unsigned long long seconds);

/* The clock may have been set: call this once per drain. */
void clock_sync(struct clock *c);

/* The time of day of an event, in ns since 1970. */
unsigned long long clock_wall(const struct clock *c, unsigned long long boot_ns);

/* "HH:MM:SS" in local time.  Valid until the next call with the same clock. */
const char *clock_hms(struct clock *c, unsigned long long boot_ns);

/* "YYYY-MM-DDTHH:MM:SS" in UTC: RFC 3339 without the fraction and the Z. */
const char *clock_utc(struct clock *c, unsigned long long boot_ns);

#endif
