/* rate.h - so many in so long: "100/s", and a bucket of tokens.
 *
 * A full bucket holds `burst` tokens, and one comes back every per_ms / n, to
 * the nanosecond, rounded up: so over any time t at most burst + n * t /
 * per_ms are taken, and n * t / per_ms of them for whoever always wants more
 * (a clock that is looked at late loses nothing while burst covers the
 * delay).  Pure: the time is the caller's.
 *
 * Units:   milliseconds of the monotonic clock.
 * Errors:  -1 and why, STATUS_USAGE.
 * Owns:    nothing; a bucket is zeroed to begin with, and then is full.
 * Source:  the virtual scheduling form of GCRA, ITU-T I.371 annex A.
 */
#ifndef HOOKLINE_RATE_H
#define HOOKLINE_RATE_H

#include <stdint.h>

#include "why.h"

#define RATE_MAX_N 1000000

struct rate {
	int64_t n, per_ms;
	int64_t burst;		/* rate_parse: n; 1 spaces them out evenly */
};

struct rate_bucket {
	int64_t full_ns;	/* when all tokens will be back */
};

/* "100/s", "30/m", "1000/h". */
int rate_parse(struct rate *, const char *text, struct why *);

/* Takes a token: 0; or there is none, and the wait in ms until there is. */
int64_t rate_take(const struct rate *, struct rate_bucket *, int64_t now_ms);

/* The same without taking it. */
int64_t rate_wait(const struct rate *, const struct rate_bucket *,
    int64_t now_ms);

#endif
