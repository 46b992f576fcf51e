/* opening.h - from a URL to a stream that speaks websocket: connect, then
 * the opening handshake, within one timeout.
 *
 * Errors:  of the start: -1 and why, STATUS_USAGE.  Later they are told to
 *          done: STATUS_UNREACHABLE, STATUS_TLS, STATUS_TIMEOUT,
 *          STATUS_REFUSED with the server's words, STATUS_PROTOCOL,
 *          STATUS_LOST.
 */
#ifndef WS_CAT_OPENING_H
#define WS_CAT_OPENING_H

#include "client/url.h"
#include "config.h"
#include "handshake.h"
#include "stream.h"

struct opening;

struct opened {
	struct stream *stream;		/* gives; or NULL and: */
	struct why why;
	int http_status;		/* of a refusal, else 0 */
	int64_t asked_ms;		/* its Retry-After, else -1 */
	/* Borrowed: */
	struct span first;		/* came behind the handshake */
	struct span protocol;		/* the subprotocol, or empty */
	struct handshake_deflate deflate;	/* what was agreed on */
};

/* The opening is over then. */
typedef void (*opening_fn)(void *arg, const struct opened *);

/* Keeps config and url until it is over. */
struct opening *opening_start(struct loop *, const struct config *,
    const struct url *, opening_fn done, void *arg, struct why *);

/* done is not called. */
void opening_cancel(struct opening *);		/* NULL is allowed */

#endif
