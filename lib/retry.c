/* retry.c - when to try again. */
#include <ctype.h>

#include "clock.h"
#include "retry.h"

#define LONGEST_S (INT64_C(366) * 86400) /* a longer Retry-After is cut */

/* splitmix64: a full period from any seed, zero included. */
static uint64_t
next_random(uint64_t *seed)
{
	uint64_t z = *seed += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}

static int64_t
backoff(const struct retry *r)
{
	int64_t wait = r->first_ms;
	int i;

	for (i = 0; i < r->tries && wait < r->max_ms; i++)
		wait = wait > r->max_ms / 2 ? r->max_ms : wait * 2;
	return wait < r->max_ms ? wait : r->max_ms;
}

/* Digits alone, or -1; what is past the longest wait is that. */
static int64_t
seconds(struct span s)
{
	int64_t secs = 0;
	size_t i;

	for (i = 0; i < s.n; i++) {
		if (!isdigit((unsigned char)s.p[i]))
			return -1;
		secs = secs * 10 + (s.p[i] - '0');
		if (secs > LONGEST_S)
			secs = LONGEST_S;
	}
	return s.n == 0 ? -1 : secs;
}

int64_t
retry_next(struct retry *r, int64_t asked_ms)
{
	int64_t wait, jitter;

	if (r->tries >= r->max_tries)
		return RETRY_NEVER;
	wait = backoff(r);
	r->tries++;
	/* Added to the peer's wish as well: all whom it told the same time
	 * would come back together. */
	jitter = (int64_t)(next_random(&r->seed) % ((uint64_t)wait / 2 + 1));
	return (wait > asked_ms ? wait : asked_ms) + jitter;
}

int64_t
retry_after_ms(struct span value, int64_t wall_us)
{
	struct span s = span_trim(value);
	int64_t secs = seconds(s), ms;

	if (secs >= 0)
		return secs * 1000;
	secs = clock_http_date(s.p, s.n);
	if (secs < 0)
		return -1;
	ms = secs * 1000 - wall_us / 1000;
	if (ms > LONGEST_S * 1000)
		return LONGEST_S * 1000;
	return ms > 0 ? ms : 0;
}
