/* retry.h - when to try again.
 *
 * A plan is a backoff that doubles from `first_ms` to `max_ms`, or a list of
 * waits, whose last goes on where there are more retries than waits.  Jitter
 * is added (up to half of the wait, and never more than RETRY_JITTER_MS), and
 * a Retry-After from the peer is a floor under both; one past
 * RETRY_ASKED_MS is taken for that.  Pure: no clock, no global random state.
 *
 * Units:   milliseconds.
 * Errors:  none; a plan that has run out answers RETRY_NEVER.
 * Owns:    nothing; a plan is the caller's and needs no cleanup.
 * Source:  RFC 9110 section 10.2.3 (Retry-After).
 */
#ifndef HOOKLINE_RETRY_H
#define HOOKLINE_RETRY_H

#include <stddef.h>
#include <stdint.h>

#include "span.h"
#include "why.h"

#define RETRY_NEVER (-1)
#define RETRY_STEPS 64				/* in a schedule, at most */
#define RETRY_JITTER_MS (INT64_C(5) * 60000)
#define RETRY_ASKED_MS (INT64_C(24) * 3600000)

struct retry_plan {
	int64_t first_ms, max_ms;	/* where there are no steps */
	int64_t steps_ms[RETRY_STEPS];
	size_t nsteps;
	int64_t max_tries;		/* retries allowed */
};

/* "5s,1m,10m", or "standard": 5s 5m 30m 2h 5h 10h 14h 20h 24h.  Sets the
 * steps; -1 and why, STATUS_USAGE, for what is not a list of times. */
int retry_schedule(struct retry_plan *, const char *text, struct why *);

/* "1s..5m", or one time for both.  Sets first_ms and max_ms; -1 and why,
 * STATUS_USAGE. */
int retry_backoff(struct retry_plan *, const char *text, struct why *why);

/* The wait before the next try, of which `tries` were made again so far;
 * asked_ms is the peer's wish, or -1.  The seed goes on: fixed by tests,
 * random otherwise. */
int64_t retry_next(const struct retry_plan *, int64_t tries,
    int64_t asked_ms, uint64_t *seed);

/* A Retry-After field's value (seconds, or a date seen from now) in
 * milliseconds, or -1 if it is neither. */
int64_t retry_after_ms(struct span value, int64_t wall_us);

#endif
