/* headers.h - the header fields a user wants in the handshake: those of -H,
 * and what user info in the URL stands for (RFC 7617), unless -H has an
 * Authorization.
 *
 * Errors:  -1 and why: STATUS_USAGE.
 */
#ifndef WS_CAT_HEADERS_H
#define WS_CAT_HEADERS_H

#include "fields.h"

/* user: "name:password" as a URL spells it, or NULL.  fields_done frees. */
int headers_init(struct fields *, const struct opt_list *, const char *user,
    struct why *);

#endif
