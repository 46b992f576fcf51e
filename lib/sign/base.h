/* sign/base.h - RFC 9421's signature base: what is signed; private to sign/.
 *
 * Owns:    nothing: spans are of the message, or of the buffers given.
 */
#ifndef HOOKLINE_SIGN_BASE_H
#define HOOKLINE_SIGN_BASE_H

#include "sign/own.h"

/* What a signature says of itself. */
struct base_params {
	struct span components;	/* ("@method" "date";bs): as it stands */
	int64_t created, expires;	/* -1: not told */
	struct span alg, keyid;	/* p NULL: not told */
};

/* Reads a member of Signature-Input, and appends it as it is signed (RFC 9421
 * section 2.5) to `canonical`.  -1: it is not what it should be. */
int base_params(struct span value, struct base_params *,
    struct buf *canonical);

/* Appends the base, to its last line. */
enum sign_outcome base_make(const struct sign_message *,
    const struct http1_field *more, size_t nmore,
    const struct base_params *, struct span canonical, struct buf *out,
    struct sign_verdict *);

/* Is a component of that name among them? */
int base_covers(struct span components, struct span name);

/* Does Content-Digest (RFC 9530) fit the body, in all that is known of it?
 * GOOD or WRONG. */
enum sign_outcome base_digest(const struct sign_message *,
    struct buf *scratch, struct sign_verdict *);

#endif
