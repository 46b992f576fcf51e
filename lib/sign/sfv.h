/* sign/sfv.h - structured field values: just what signatures need of them;
 * private to sign/.
 *
 * Each function takes what it knows off the span.
 *
 * Errors:  -1: it is not what the RFC says.
 * Source:  RFC 8941 section 4.2.
 */
#ifndef HOOKLINE_SIGN_SFV_H
#define HOOKLINE_SIGN_SFV_H

#include "span.h"

/* A bare item, as it stands: "text", 12, token, :base64:, ?1. */
int sfv_bare(struct span *in, struct span *item);

/* ;name or ;name=item: 1; *item has p NULL where there is none.  0: no
 * parameter follows. */
int sfv_param(struct span *in, struct span *name, struct span *item);

/* The next member of a dictionary, with *value an item or an inner list and
 * its parameters, as it stands: 1; 0 at the end. */
int sfv_member(struct span *in, struct span *name, struct span *value);

/* The member of that name: how many there are, or -1. */
int sfv_find(struct span dictionary, struct span name, struct span *value);

/* What is between the quotes, or the colons: 0; -1 if it is none. */
int sfv_string(struct span item, struct span *text);
int sfv_bytes(struct span item, struct span *base64);

#endif
