/* handshake.h - the websocket opening handshake, both sides; pure.
 *
 * Source:  RFC 6455 sections 4.1, 4.2, 11.3; RFC 7692 section 7.1.
 */
#ifndef HOOKLINE_HANDSHAKE_H
#define HOOKLINE_HANDSHAKE_H

#include "buf.h"
#include "deflate.h"
#include "http1.h"
#include "why.h"

#define HANDSHAKE_KEY_SIZE 25	/* 24 characters of base64 and a NUL */

/* ---- client ---- */

struct handshake_ask {
	struct span host;		/* host[:port], as the URL has it */
	struct span target;		/* path and query */
	const char *origin;		/* or NULL */
	const char *const *protocols;
	size_t nprotocols;
	const struct http1_field *headers;	/* further ones; value.p NULL:
						   none of that name */
	size_t nheaders;
	int deflate;			/* offer to compress */
	char key[HANDSHAKE_KEY_SIZE];	/* handshake_key fills it */
};

void handshake_key(char key[HANDSHAKE_KEY_SIZE]);

/* Appends the request's head; further headers replace ours of that name
 * (Host, Origin, User-Agent).  -1 and why for a header that is not one. */
int handshake_request(struct buf *out, const struct handshake_ask *,
    struct why *);

/* What both sides agreed on about compressing. */
struct handshake_deflate {
	int is_agreed;
	struct deflate_params params;
	int asked_bits;			/* by the client, of the server */
};

/* Is this the answer that accepts?  0, *protocol the subprotocol chosen
 * (empty if none), *deflate; else -1 and why: STATUS_REFUSED where the status
 * is not 101, STATUS_PROTOCOL where a 101 is not valid. */
int handshake_check(const struct http1_head *, const struct handshake_ask *,
    struct span *protocol, struct handshake_deflate *, struct why *);

/* ---- server ---- */

/* Does the request ask for an upgrade to websocket at all? */
int handshake_wanted(const struct http1_head *);

/* Is it a valid one?  0 and *key; else the status to refuse with (400, 405,
 * 426 with Sec-WebSocket-Version: 13) and *reason, a literal. */
int handshake_refusal(const struct http1_head *, struct span *key,
    const char **reason);

/* The client's offer of permessage-deflate that can be met, if there is one.
 * Neither side is to keep its context: what goes to many is compressed once,
 * and a client that is idle costs no memory for it. */
void handshake_choose_deflate(const struct http1_head *,
    struct handshake_deflate *);

/* Appends the 101 head; protocol is empty for none, deflate may be NULL. */
int handshake_accept(struct buf *out, struct span key, struct span protocol,
    const struct handshake_deflate *);

/* Is the Origin field absent, or the same host as the Host field? */
int handshake_same_origin(const struct http1_head *);

#endif
