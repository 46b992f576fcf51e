/* client.h - who asks: --trust-proxy and --rate.
 *
 * Errors:  -1 and why, STATUS_USAGE.
 * Owns:    what it made of the options, until clients_done.
 */
#ifndef WH_LISTEN_CLIENT_H
#define WH_LISTEN_CLIENT_H

#include "forwarded.h"
#include "front.h"
#include "throttle.h"

struct clients {
	struct forwarded forwarded;
	struct throttle *throttle;	/* NULL: as often as they like */
};

/* rate: "10/s", or NULL. */
int clients_init(struct clients *, const struct opt_list *proxies,
    const char *rate, struct why *);
void clients_done(struct clients *);

/* The address of the request's client, perhaps in out. */
const char *client_address(const struct clients *, const struct exchange *,
    char out[FORWARDED_SIZE]);

/* A request has come: 0, or it came too early, and the seconds to wait. */
int64_t client_too_early(struct clients *, const struct exchange *,
    int64_t now_ms);

#endif
