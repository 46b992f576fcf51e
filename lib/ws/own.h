/* own.h - what the files of ws share: for them only.
 *
 * receive.c takes bytes and gives whole messages and control frames, one at
 * a call; frame.c makes frames; conn.c is the connection over both, close.c
 * its end; state.c tells of it.
 */
#ifndef HOOKLINE_WS_OWN_H
#define HOOKLINE_WS_OWN_H

#include "buf.h"
#include "deflate.h"
#include "msg.h"
#include "stream.h"
#include "ws.h"

enum {			/* RFC 6455 section 11.8 */
	OP_CONTINUATION = 0, OP_TEXT = 1, OP_BINARY = 2,
	OP_CLOSE = 8, OP_PING = 9, OP_PONG = 10
};

#define RSV1 0x40	/* a compressed message (RFC 7692 section 6) */

#define CONTROL_MAX 125		/* bytes of a control frame's payload */

/* ---- receive.c ---- */

enum ws_event {
	WS_NOTHING,		/* all that was given is taken */
	WS_MESSAGE, WS_PING, WS_PONG, WS_CLOSE,
	WS_BROKEN		/* by the peer, or out of memory */
};

struct ws_got {
	struct msg msg;		/* of control frames: body alone */
	int code;		/* WS_CLOSE: the peer's; WS_BROKEN: what to
				   close with */
	const char *broken;	/* WS_BROKEN: what is wrong, a literal */
};

struct ws_receiver {
	struct wslay_frame_context *wslay;	/* while it holds bytes */
	struct span *in;	/* during ws_receive */
	size_t held;		/* bytes in wslay, the current frame's head
				   among them until its payload begins */
	uint64_t left;		/* of the current frame's payload */
	struct buf message;	/* what there is of a fragmented one */
	size_t checked;		/* of it, known to be UTF-8 */
	struct deflate_side peer;	/* how it compresses */
	struct inflater *inflater;	/* while it has something to keep */
	unsigned char may_deflate;
	unsigned char deflated;	/* the message under way is */
	unsigned char masked;	/* frames must be (and otherwise must not) */
	unsigned char in_frame;
	unsigned char opcode;	/* of the message under way, or 0 */
	unsigned char ncontrol;
	char control[CONTROL_MAX];
};

/* The params are NULL where nothing is compressed. */
void ws_receiver_init(struct ws_receiver *, int masked, size_t max_message,
    const struct deflate_params *);
void ws_receiver_done(struct ws_receiver *);

/* The next event of the bytes given; what it leaves of them is to be given
 * again.  got's bodies are good until the next call; a close's reason, after
 * which nothing may be received, until ws_receiver_done. */
enum ws_event ws_receive(struct ws_receiver *, struct span *in,
    struct ws_got *);

/* ---- frame.c ---- */

struct ws_masks;		/* a stock of masking keys */
struct ws_masks *ws_masks_new(void);
void ws_masks_free(struct ws_masks *);

/* Puts a whole frame; first: its opcode, with RSV1 or without.  Without masks
 * it is unmasked.  -1: memory is out, and nothing was put. */
int ws_put(struct stream *, struct ws_masks *, int first, struct span);
/* A message; deflater NULL: as it is. */
int ws_put_message(struct stream *, struct ws_masks *, struct deflater *,
    struct msg);
int ws_put_close(struct stream *, struct ws_masks *, int code,
    struct span reason);

/* ---- conn.c ---- */

#define NONCE_SIZE 8

struct ws {
	struct loop *loop;
	struct stream *stream;
	struct ws_user user;
	void *arg;
	struct ws_masks *masks;		/* a client's */
	struct deflater *deflater;	/* NULL: messages go as they are */
	unsigned char deflate_bits;	/* of what we send; 0: none */
	struct ws_receiver receiver;
	struct buf pending;
	struct loop_task task;
	struct loop_timer *timer;	/* made when it is first needed */
	int64_t close_timeout_ms;
	uint64_t heard;
	int64_t heard_ms;		/* when that last grew */
	uint64_t ponged;		/* of that, in pongs */
	size_t owed;			/* bytes of pongs since the queue was
					   empty */
	void (*pong)(void *arg);	/* a barrier's, while it waits */
	char nonce[NONCE_SIZE];
	struct span reason;		/* the peer's, in the receiver */
	const char *broken;		/* the rule */
	struct why *lost;		/* how the connection ended, if told */
	int code_sent, code_got;
	enum ws_side side;
	int depth;			/* of calls from the loop */
	unsigned reading : 1, paused : 1, choked : 1, later : 1;
	unsigned sent_close : 1, got_close : 1, by_peer : 1;
	unsigned half_closed : 1, shut : 1, ended : 1, expired : 1;
	unsigned done : 1, freed : 1;
};

static inline int
ws_may_send(const struct ws *ws)
{
	return !ws->sent_close && !ws->ended && !ws->done;
}

/* Nothing that comes matters any more. */
static inline int
ws_is_deaf(const struct ws *ws)
{
	return ws->got_close || ws->broken != NULL || ws->done;
}

/* Called from the loop, close_timeout_ms after the last ws_set_deadline. */
void ws_on_deadline(void *arg);

/* What came and waits is looked at, and what is due done, when the loop comes
 * back. */
void ws_look_later(struct ws *);

/* ---- close.c ---- */

/* From now on it takes close_timeout_ms at most. */
void ws_set_deadline(struct ws *);
void ws_send_close(struct ws *, int code, struct span reason);

/* Sends what is queued, then ends the connection. */
void ws_shut(struct ws *);

/* The peer closed: answers.  The peer broke a rule: closes. */
void ws_answer_close(struct ws *, const struct ws_got *);
void ws_fail(struct ws *, int code, const char *broken);

/* Tells the user. */
void ws_finish(struct ws *);

#endif
