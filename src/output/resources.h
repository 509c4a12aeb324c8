/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Resource usage (-r): figures from struct resources, as text and as JSON. */
#ifndef OUTPUT_RESOURCES_H
#define OUTPUT_RESOURCES_H

#include <stdbool.h>

#include "bpf/resources.h"

/*
 * cpu_ns in two parts, in the ratio of the clock ticks that hit the process.  False
 * if there were none: then only the sum is known.
 */
bool resources_split(const struct resources *r, unsigned long long *user_ns,
		     unsigned long long *system_ns);

/* The maximum resident set in bytes; 0: unknown. */
unsigned long long resources_rss(const struct resources *r);

/* The following write at `at`, without a NUL, and return what follows. */

/* "980K", "12.3M": at most SIZE_LEN bytes, rounded down. */
#define SIZE_LEN 24
char *add_size(char *at, unsigned long long bytes);

/* " cpu 80ms+12ms rss 12.3M", at most RESOURCES_LEN bytes; unknown figures are omitted. */
#define RESOURCES_LEN 128
char *add_resources(char *at, const struct resources *r);

/* "resources":{...} with no comma at either end, at most RESOURCES_JSON_LEN bytes. */
#define RESOURCES_JSON_LEN 480
char *add_json_resources(char *at, const struct resources *r);

#endif
