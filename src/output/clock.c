/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Time of day for events; see clock.h. */
#include <stdbool.h>
#include <stdio.h>
#include <time.h>

#include "output/clock.h"

#define NS_PER_SECOND 1000000000ULL

static long long now_ns(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return (long long)t.tv_sec * (long long)NS_PER_SECOND + t.tv_nsec;
}

/*
 * What our time namespace adds to CLOCK_BOOTTIME: the handlers do not live in one.
 * See time_namespaces(7).
 */
static long long namespace_offset_ns(void)
{
	static long long offset;
	static bool known;
	FILE *file = known ? NULL : fopen("/proc/self/timens_offsets", "re");
	long long seconds, ns;
	char line[80];

	known = true;
	if (!file)
		return offset;
	while (fgets(line, sizeof(line), file))
		if (sscanf(line, "boottime %lld %lld", &seconds, &ns) == 2)
			offset = seconds * (long long)NS_PER_SECOND + ns;
	fclose(file);
	return offset;
}

long long clock_boot_ns(void)
{
	return now_ns(CLOCK_BOOTTIME) - namespace_offset_ns();
}

long long clock_offset_ns(void)
{
	/* Between two readings of the one clock: the error is at most half the gap. */
	long long before = clock_boot_ns();
	long long wall = now_ns(CLOCK_REALTIME);
	long long after = clock_boot_ns();

	return wall - (before + (after - before) / 2);
}

static const char *text(struct clock_text *cache, unsigned long long wall_ns, const char *format,
			struct tm *(*split)(const time_t *, struct tm *))
{
	time_t second = (time_t)(wall_ns / NS_PER_SECOND);
	struct tm tm;

	if (cache->text[0] && cache->second == (unsigned long long)second)
		return cache->text;
	/* Both fail only for years that an int cannot hold. */
	if (!split(&second, &tm) || strftime(cache->text, sizeof(cache->text), format, &tm) == 0)
		cache->text[0] = '\0';
	cache->second = (unsigned long long)second;
	return cache->text;
}

const char *clock_hms(struct clock_text *cache, unsigned long long wall_ns)
{
	return text(cache, wall_ns, "%H:%M:%S", localtime_r);
}

const char *clock_utc(struct clock_text *cache, unsigned long long wall_ns)
{
	return text(cache, wall_ns, "%Y-%m-%dT%H:%M:%S", gmtime_r);
}
