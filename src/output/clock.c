/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Time of day for events; see clock.h. */
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <time.h>

#include "output/clock.h"

#define NS_PER_SECOND 1000000000ULL

static unsigned long long now_ns(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return (unsigned long long)t.tv_sec * NS_PER_SECOND + (unsigned long long)t.tv_nsec;
}

/*
 * The offset of our time namespace to CLOCK_BOOTTIME; the handlers are outside of it.
 * See time_namespaces(7).
 */
static unsigned long long namespace_offset_ns(void)
{
	static long long offset;
	static bool known;
	FILE *file = known ? NULL : fopen("/proc/self/timens_offsets", "re");
	long long seconds, ns;
	char line[80];

	known = true;
	if (!file)
		return (unsigned long long)offset;
	while (fgets(line, sizeof(line), file))
		if (sscanf(line, "boottime %lld %lld", &seconds, &ns) == 2)
			offset = seconds * (long long)NS_PER_SECOND + ns;
	fclose(file);
	return (unsigned long long)offset;
}

unsigned long long clock_boot_ns(void)
{
	return now_ns(CLOCK_BOOTTIME) - namespace_offset_ns();
}

unsigned long long clock_boot_of_proc(unsigned long long ns)
{
	return ns - namespace_offset_ns();
}

unsigned long long clock_deadline_ns(unsigned long long seconds)
{
	return seconds == ULLONG_MAX ? ULLONG_MAX : clock_boot_ns() + seconds * NS_PER_SECOND;
}

void clock_sync(struct clock *c)
{
	/* Between two readings of the one clock: the error is at most half the gap. */
	unsigned long long before = clock_boot_ns();
	unsigned long long wall = now_ns(CLOCK_REALTIME);
	unsigned long long after = clock_boot_ns();

	c->offset_ns = wall - (before + (after - before) / 2);
}

unsigned long long clock_wall(const struct clock *c, unsigned long long boot_ns)
{
	return boot_ns + c->offset_ns;
}

static const char *text(struct clock *c, unsigned long long boot_ns, const char *format,
			struct tm *(*split)(const time_t *, struct tm *))
{
	unsigned long long now = clock_wall(c, boot_ns) / NS_PER_SECOND;
	time_t second = (time_t)now;
	struct tm tm;

	if (c->text[0] && c->second == now)
		return c->text;
	/* Both fail only for years that an int cannot hold. */
	if (!split(&second, &tm) || strftime(c->text, sizeof(c->text), format, &tm) == 0)
		c->text[0] = '\0';
	c->second = now;
	return c->text;
}

const char *clock_hms(struct clock *c, unsigned long long boot_ns)
{
	return text(c, boot_ns, "%H:%M:%S", localtime_r);
}

const char *clock_utc(struct clock *c, unsigned long long boot_ns)
{
	return text(c, boot_ns, "%Y-%m-%dT%H:%M:%S", gmtime_r);
}
