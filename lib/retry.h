/* retry.h - when to try again.
 *
 * Backoff doubles from `first_ms` to `max_ms` with added jitter (up to half
 * of the wait); a Retry-After from the peer is a floor under it.  Pure: no
 * clock, no global random state.
 *
 * Units:   milliseconds.
 * Errors:  none; a schedule that has run out answers RETRY_NEVER.
 * Owns:    nothing; struct retry is the caller's and needs no cleanup.
 * Source:  RFC 9110 section 10.2.3 (Retry-After).
 */
#ifndef HOOKLINE_RETRY_H
#define HOOKLINE_RETRY_H

#include <stdint.h>

#include "span.h"

#define RETRY_NEVER (-1)

struct retry {
	int64_t first_ms, max_ms;
	int tries, max_tries;	/* tries made so far; retries allowed */
	uint64_t seed;		/* fixed by tests, random otherwise */
};

/* The wait before the next try; asked_ms is the peer's wish, or -1. */
int64_t retry_next(struct retry *, int64_t asked_ms);

/* A Retry-After field's value (seconds, or a date seen from now) in
 * milliseconds, or -1 if it is neither. */
int64_t retry_after_ms(struct span value, int64_t wall_us);

#endif
