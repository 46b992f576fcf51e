/* ask.h - what is asked of a server: the request of the opening handshake,
 * for the URL that was given and for those it is redirected to.
 *
 * Errors:  -1 and why: STATUS_USAGE.
 * Owns:    all of it, until ask_done, which wipes the proxy's password.
 */
#ifndef WS_CAT_ASK_H
#define WS_CAT_ASK_H

#include "client/url.h"
#include "config.h"
#include "fields.h"
#include "handshake.h"

struct ask {
	const struct config *config;
	const struct url *url;		/* where to */
	struct url redirected;		/* where it is, if we were sent on */
	int64_t redirects;
	struct fields fields;
	struct handshake_ask handshake;
	struct buf request;		/* its head */
	struct buf proxy_user;		/* "name:password", with a NUL */
};

/* Keeps config and url; ask_done either way. */
int ask_init(struct ask *, const struct config *, const struct url *,
    struct why *);
void ask_done(struct ask *);

/* Is that an answer that sends us on, and may it?  1: url and request are
 * those of the place it names; 0: no; -1 and why (STATUS_REFUSED): it must
 * not be followed. */
int ask_redirect(struct ask *, const struct http1_head *, struct why *);

#endif
