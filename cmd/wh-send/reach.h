/* reach.h - how URLs are reached, and which of those in lines may not be:
 * the options about connections, for client/http.h.
 *
 * Errors:  -1 and why, STATUS_USAGE.
 * Owns:    the blocks of --allow, until reach_done.
 */
#ifndef WH_SEND_REACH_H
#define WH_SEND_REACH_H

#include "cidr.h"
#include "client/http.h"
#include "config.h"

struct reach {
	struct cidr_list allow;
};

/* Fills the http_config, which keeps the reach and the config. */
int reach_init(struct reach *, const struct config *, struct http_config *,
    struct why *);
void reach_done(struct reach *);

#endif
