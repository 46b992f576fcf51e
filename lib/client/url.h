/* client/url.h - a URL, taken apart; libcurl's parser.
 *
 * Errors:  -1 and why, STATUS_USAGE.
 * Owns:    strings until url_done.
 * Source:  RFC 3986, RFC 6455 section 3.
 */
#ifndef HOOKLINE_CLIENT_URL_H
#define HOOKLINE_CLIENT_URL_H

#include "../why.h"

struct url {
	char *scheme;		/* lower case */
	char *host;		/* host[:port], as a Host field has it */
	char *target;		/* path and query, at least "/" */
	char *full;		/* the URL without user info and fragment */
	char *user;		/* user info as it was written, or NULL */
	char *zone;		/* of an IPv6 address, or NULL */
	int secure;		/* https or wss */
};

/* http, https, ws and wss; without a scheme: that of dflt.  A number alone is
 * a port of this machine, as it is to a server.  Messages leave user info
 * out. */
int url_parse(struct url *, const char *text, const char *dflt,
    struct why *);
/* What a reference, as in a Location field, means seen from base. */
int url_resolve(struct url *, const struct url *base, const char *reference,
    struct why *);
void url_done(struct url *);

/* What --proxy says: NULL, "" (none), or a proxy's URL that libcurl can do
 * with? */
int url_proxy_check(const char *text, struct why *);

/* The URL to ask libcurl for: ws and wss are http and https, user info and
 * zone are kept.  Gives (free it); NULL if memory is out. */
char *url_http(const struct url *);

#endif
