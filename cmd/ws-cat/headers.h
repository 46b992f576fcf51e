/* headers.h - the header fields a user wants in the handshake: those of -H,
 * and what -u, --bearer-file, -b and user info in the URL stand for (RFC
 * 7617, RFC 6750, RFC 6265), unless -H has a field of that name.
 *
 * Secrets come from files: "NAME:@FILE" for -u, "@FILE" for -b; what
 * surrounds them there, white space, is left out.
 *
 * Errors:  -1 and why: STATUS_USAGE.
 */
#ifndef WS_CAT_HEADERS_H
#define WS_CAT_HEADERS_H

#include "config.h"
#include "fields.h"

/* user: "name:password" as a URL spells it, or NULL.  fields_done frees. */
int headers_init(struct fields *, const struct config *, const char *user,
    struct why *);

/* For a server that the first one has sent us to: what proves who we are is
 * not for it (RFC 9110 section 15.4). */
void headers_forget(struct fields *);

/* "NAME:@FILE" with the password in place of @FILE; option is for messages.
 * Appends.  -1 and why: STATUS_USAGE. */
int headers_password(struct buf *, const char *option, const char *text,
    struct why *);

#endif
