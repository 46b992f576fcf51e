/* rate.c - so many in so long.
 *
 * A bucket is one number, the time at which it will be full: each token taken
 * moves it by one token's time, and a token is there as long as it is not
 * further away than burst - 1 of them.
 */
#include <stdlib.h>
#include <string.h>

#include "rate.h"

#define NS INT64_C(1000000)	/* in a millisecond */

static int64_t
unit_ms(const char *unit)
{
	if (strcmp(unit, "s") == 0)
		return 1000;
	if (strcmp(unit, "m") == 0)
		return 60 * 1000;
	return strcmp(unit, "h") == 0 ? 3600 * 1000 : -1;
}

int
rate_parse(struct rate *r, const char *text, struct why *why)
{
	size_t digits = strspn(text, "0123456789");

	if (digits == 0 || digits > 9 || text[digits] != '/' ||
	    (r->per_ms = unit_ms(text + digits + 1)) == -1)
		return why_set(why, STATUS_USAGE, "'%s' is not a rate, as "
		    "10/s, 30/m and 1000/h are", text);
	r->n = r->burst = strtoll(text, NULL, 10);
	if (r->n < 1 || r->n > RATE_MAX_N)
		return why_set(why, STATUS_USAGE, "%s: from 1 to %d are "
		    "possible", text, RATE_MAX_N);
	return 0;
}

/* One token's time. */
static int64_t
interval_ns(const struct rate *r)
{
	return (r->per_ms * NS + r->n - 1) / r->n;
}

int64_t
rate_wait(const struct rate *r, const struct rate_bucket *b, int64_t now_ms)
{
	int64_t early = b->full_ns - now_ms * NS -
	    (r->burst - 1) * interval_ns(r);

	return early <= 0 ? 0 : (early + NS - 1) / NS;
}

int64_t
rate_take(const struct rate *r, struct rate_bucket *b, int64_t now_ms)
{
	int64_t wait = rate_wait(r, b, now_ms);

	if (wait > 0)
		return wait;
	if (b->full_ns < now_ms * NS)
		b->full_ns = now_ms * NS;
	b->full_ns += interval_ns(r);
	return 0;
}
