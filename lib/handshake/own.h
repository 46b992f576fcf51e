/* own.h - what the two sides of the handshake share: for them only. */
#ifndef HOOKLINE_HANDSHAKE_OWN_H
#define HOOKLINE_HANDSHAKE_OWN_H

#include "handshake.h"

#define KEY_BYTES 16		/* before base64 */
#define ACCEPT_SIZE 28		/* SHA-1 in base64 */

/* Appends the Sec-WebSocket-Accept for a key (section 4.2.2). */
int handshake_add_accept(struct buf *out, struct span key);

/* ---- extension.c ---- */

/* The field of the answer, if something was agreed on.  -1: out of memory. */
int handshake_add_deflate(struct buf *out, const struct handshake_deflate *);

/* What a server's answer says: 0, or -1 where it is not valid. */
int handshake_read_deflate(struct span answer, struct deflate_params *);

#endif
