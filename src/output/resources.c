/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* See resources.h.  bpf/resources.bpf.h explains what the kernel side measures, and how. */
#include <unistd.h>

#include "output/json.h"
#include "output/resources.h"
#include "output/text.h"

bool resources_split(const struct resources *r, unsigned long long *user_ns,
		     unsigned long long *system_ns)
{
	unsigned long long user = r->user_ticks, system = r->system_ticks, cpu = r->cpu_ns, all;

	if (!user && !system)
		return false;
	/* Only the ratio counts.  With 31 bits each, no product below has more than 64. */
	for (; user >> 31 || system >> 31; user /= 2)
		system /= 2;
	all = user + system;
	*user_ns = cpu / all * user + cpu % all * user / all;
	*system_ns = cpu - *user_ns;
	return true;
}

unsigned long long resources_rss(const struct resources *r)
{
	return r->max_rss == RSS_UNKNOWN ? 0 :
					   r->max_rss * (unsigned long long)sysconf(_SC_PAGESIZE);
}

char *add_size(char *at, unsigned long long bytes)
{
	unsigned int shift = bytes >> 30 ? 30 : bytes >> 20 ? 20 : 10;

	at = add_decimal(at, bytes >> shift);
	if (shift > 10) {
		*at++ = '.';
		at = add_decimal(at, (bytes & ((1U << shift) - 1)) * 10 >> shift);
	}
	*at++ = "KMG"[shift / 10 - 1];
	return at;
}

static char *add_ms(char *at, unsigned long long ns)
{
	return add_literal(add_decimal(at, ns / 1000000), "ms");
}

char *add_resources(char *at, const struct resources *r)
{
	unsigned long long user, system, rss = resources_rss(r);

	at = add_literal(at, " cpu ");
	if (resources_split(r, &user, &system)) {
		at = add_ms(at, user);
		*at++ = '+';
		at = add_ms(at, system);
	} else {
		at = add_ms(at, r->cpu_ns);
	}
	if (rss)
		at = add_size(add_literal(at, " rss "), rss);
	return r->partial ? add_literal(at, " partial") : at;
}

char *add_json_resources(char *at, const struct resources *r)
{
	unsigned long long user, system, rss = resources_rss(r);
	bool split = resources_split(r, &user, &system);

	at = add_literal(at, "\"resources\":{\"cpu_ms\":");
	at = add_json_ms(at, r->cpu_ns);
	at = add_literal(at, ",\"user_ms\":");
	at = split ? add_json_ms(at, user) : add_literal(at, "null");
	at = add_literal(at, ",\"system_ms\":");
	at = split ? add_json_ms(at, system) : add_literal(at, "null");
	at = add_literal(at, ",\"max_rss_bytes\":");
	at = rss ? add_decimal(at, rss) : add_literal(at, "null");
	at = add_literal(at, ",\"minor_faults\":");
	at = add_decimal(at, r->minor_faults);
	at = add_literal(at, ",\"major_faults\":");
	at = add_decimal(at, r->major_faults);
	at = add_literal(at, ",\"read_bytes\":");
	at = add_decimal(at, r->read_bytes);
	at = add_literal(at, ",\"written_bytes\":");
	at = add_decimal(at, r->written_bytes);
	at = add_literal(at, ",\"voluntary_switches\":");
	at = add_decimal(at, r->voluntary_switches);
	at = add_literal(at, ",\"involuntary_switches\":");
	at = add_decimal(at, r->involuntary_switches);
	if (r->partial)
		at = add_literal(at, ",\"partial\":true");
	*at++ = '}';
	return at;
}
