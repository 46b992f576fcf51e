/* ws.h - one websocket connection after its handshake, either side; owner of
 * wslay.
 *
 * Pings are answered, UTF-8, masking, fragments and close codes are checked
 * as the RFC has it; a peer that breaks a rule is closed with 1002, 1007 or
 * 1009 and told so in `closed`.  While the peer does not read, and what we
 * owe it by itself (pongs) has piled up, it is not read either.
 *
 * Flow:    message answers 0 or FULL; after FULL no more is read until
 *          ws_resume.  ws_queued is what the peer has yet to take.
 * Owns:    a ws is its user's until ws_free, which may be called in any
 *          callback.
 * Source:  RFC 6455 sections 5 to 8; RFC 7692.
 */
#ifndef HOOKLINE_WS_H
#define HOOKLINE_WS_H

#include <stdint.h>

#include "block.h"
#include "deflate.h"
#include "loop.h"
#include "msg.h"
#include "stream.h"
#include "why.h"

#define WS_NORMAL 1000
#define WS_GOING_AWAY 1001
#define WS_PROTOCOL_ERROR 1002
#define WS_NO_STATUS 1005	/* never on the wire */
#define WS_ABNORMAL 1006	/* never on the wire */
#define WS_BAD_DATA 1007
#define WS_POLICY 1008
#define WS_TOO_BIG 1009
#define WS_INTERNAL 1011
#define WS_TRY_LATER 1013

#define WS_REASON_MAX 123	/* bytes of a close's reason */

enum ws_side { WS_CLIENT, WS_SERVER };

struct ws;

struct ws_closed {
	int code;		/* the peer's, else WS_ABNORMAL; what we sent
				   if the peer only answered or broke a rule */
	struct span reason;	/* the peer's, UTF-8 */
	int clean;		/* close frames went both ways */
	int by_peer;		/* the peer's close came first */
	const struct why *why;	/* what failed or which rule was broken; or
				   NULL */
};

struct ws_user {
	int (*message)(void *arg, struct msg);	/* borrowed: 0 or FULL */
	void (*drained)(void *arg);	/* ws_queued is 0 again; may be NULL */
	/* The last call.  The ws is still there, until ws_free. */
	void (*closed)(void *arg, const struct ws_closed *);
};

struct ws_config {
	enum ws_side side;
	size_t max_message;		/* 1009 beyond */
	int64_t close_timeout_ms;	/* for the peer's close, then FIN */
	const struct deflate_params *deflate;	/* agreed on; NULL: none */
	struct deflaters *deflaters;	/* a server's, for all of its own;
					   kept until ws_free */
};

/* Takes the stream.  first: bytes that came behind the handshake; they are
 * looked at from the loop, not within the call.  NULL if memory is out (the
 * stream is freed). */
struct ws *ws_new(struct loop *, struct stream *takes, struct span first,
    const struct ws_config *, const struct ws_user *, void *arg);
void ws_free(struct ws *);			/* NULL is allowed */

/* After a close was sent or received nothing more is sent: -1. */
int ws_send(struct ws *, struct msg);
/* Frames made by ws_frame, for many clients at once.  Compressed ones must be
 * by a deflater that keeps no context, with the bits of ws_deflate_bits. */
int ws_send_frames(struct ws *, struct block *, size_t off, size_t n);
int ws_deflate_bits(const struct ws *);	/* 0: it takes none */
size_t ws_queued(const struct ws *);
/* A server's: how many messages that are, one sent in part among them.  It
 * looks at all of them. */
size_t ws_unsent(const struct ws *);

/* Bytes that came so far: when they grow, the peer is alive. */
uint64_t ws_heard(const struct ws *);
/* When the last of them came (loop_now), or it was opened. */
int64_t ws_heard_ms(const struct ws *);
/* A client's alone: the same without pongs.  When they grow, the server has
 * something to say. */
uint64_t ws_said(const struct ws *);

/* A ping behind all that was sent; pong(arg) when its answer is here.  One
 * at a time; pings sent meanwhile stand for it as well. */
int ws_barrier(struct ws *, void (*pong)(void *arg));
int ws_ping(struct ws *, struct span payload);

/* Is it a code that a program may close with (RFC 6455 section 7.4)? */
int ws_may_close_with(int64_t code);

/* Sends a close frame behind all that is queued (reason is cut to
 * WS_REASON_MAX at a character's end), waits for the peer's, then `closed`. */
void ws_close(struct ws *, int code, struct span reason);

void ws_pause(struct ws *);
void ws_resume(struct ws *);

const char *ws_remote(const struct ws *);

/* The size of a server's frame for so many bytes, and the frame itself,
 * appended to a block that has room for it. */
size_t ws_frame_size(size_t n);
void ws_frame(struct block *, struct msg, int is_deflated);

/* Such a frame, which begins there: how long it is, and its message, which
 * is part of the block. */
size_t ws_frame_at(const struct block *, size_t at, struct msg *);

#endif
