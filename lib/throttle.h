/* throttle.h - a rate for each client, in a table that does not grow.
 *
 * A client is an IPv4 address, the /64 of an IPv6 address (that is what one
 * customer is given), or whoever has no address: one client, together.
 * Where there is no room for another, the one whose tokens are next to all
 * back is forgotten: so many clients at once (some 16,000) get more than
 * their due, but none gets less, and memory stays at half a megabyte.
 *
 * Units:   milliseconds of the monotonic clock.
 * Errors:  NULL when memory is out.
 */
#ifndef HOOKLINE_THROTTLE_H
#define HOOKLINE_THROTTLE_H

#include "rate.h"

struct throttle;

struct throttle *throttle_new(const struct rate *);
void throttle_free(struct throttle *);		/* NULL is allowed */

/* A request of the client, named as cidr_peer_parse reads it: 0, or it came
 * too early, and the wait in ms. */
int64_t throttle_take(struct throttle *, const char *client, int64_t now_ms);

/* The same without taking it, as rate_wait. */
int64_t throttle_wait(struct throttle *, const char *client, int64_t now_ms);

#endif
