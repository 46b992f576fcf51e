/* headers.h - the header fields a user wants in the handshake.
 *
 * Those of -H, the lines of @FILEs among them, and what user info in the URL
 * stands for (RFC 7617), unless -H has an Authorization.  Whether each is a
 * header field is the handshake's to check.
 *
 * Errors:  -1 and why: STATUS_USAGE.
 */
#ifndef WS_CAT_HEADERS_H
#define WS_CAT_HEADERS_H

#include "opt.h"
#include "why.h"

struct headers {
	char **v;
	size_t n;
};

/* user: "name:password" as a URL spells it, or NULL. */
int headers_init(struct headers *, const struct opt_list *, const char *user,
    struct why *);
void headers_done(struct headers *);

#endif
