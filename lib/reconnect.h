/* reconnect.h - is a lost connection to be made again, and when?
 *
 * The waits are a retry plan's (retry.h).  A connection that was of use (its
 * user says so) and stood for the plan's first wait, or one that stood for
 * RECONNECT_STOOD_MS, makes the count of tries begin anew: so a server that
 * greets and hangs up is not besieged.  Pure: no clock, no global random
 * state.
 *
 * For good is: the server has refused us for a reason that stays (statuses
 * but for 408, 425, 429 and 5xx); its work with us is done (1000); or what we
 * do is wrong (1002, 1003, 1007 to 1010; 3000 and 3003, which IANA lists as
 * unauthorized and forbidden; 4400 to 4499, which many servers use as HTTP's
 * 400 to 499, but for 4408, 4425 and 4429).
 *
 * Units:   milliseconds of the monotonic clock.
 * Errors:  none.
 * Owns:    nothing.
 * Source:  RFC 6455 section 7.4, the IANA registry of close codes.
 */
#ifndef HOOKLINE_RECONNECT_H
#define HOOKLINE_RECONNECT_H

#include <stdint.h>

#include "retry.h"

#define RECONNECT_STOOD_MS (INT64_C(30) * 1000)

struct reconnect {
	struct retry_plan plan;
	uint64_t seed;
	int64_t tries;		/* in a row */
	int64_t up_ms;		/* since when it is up; 0: it is not */
	int useful;
};

void reconnect_up(struct reconnect *, int64_t now_ms);
void reconnect_useful(struct reconnect *);

/* The connection is lost, or could not be made: the wait until the next try,
 * which is counted, or RETRY_NEVER.  asked_ms is the peer's wish, or -1. */
int64_t reconnect_lost(struct reconnect *, int64_t now_ms, int64_t asked_ms);

int reconnect_close_is_final(int code);
int reconnect_status_is_final(int http_status);

#endif
