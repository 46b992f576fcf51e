/* origin.h - may a page of this origin connect?
 *
 * Browsers say by which page a websocket is opened, and leave it to the
 * server to refuse: else any page could speak to a server on its visitor's
 * own machine in the visitor's name.
 *
 * Source:  RFC 6455 section 10.2, RFC 6454.
 */
#ifndef WS_SERVE_ORIGIN_H
#define WS_SERVE_ORIGIN_H

#include "http1.h"

/* allowed: "any", or a list with commas of origins and hosts, or NULL.  No
 * Origin is no browser, and the host's own pages may always. */
int origin_allowed(const char *allowed, const struct http1_head *);

#endif
