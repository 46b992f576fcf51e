/* conn.c - one websocket connection: flow, pings, the closing handshake.
 *
 * What was received waits in `pending` while it may not be looked at: the
 * user or we do not read, or the loop has yet to come back to us (`later`).
 * Nothing is closed over messages that wait, but for the close timeout.
 */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "digest.h"
#include "flow.h"
#include "own.h"

#define OWED_MAX (64 * 1024)	/* pongs that a peer may leave unread */

static int
must_wait(const struct ws *ws)
{
	return ws->paused || ws->choked || ws->later || ws->freed;
}

static void
release(struct ws *ws)
{
	ws_receiver_done(&ws->receiver);
	ws_masks_free(ws->masks);
	if (ws->side == WS_CLIENT)
		deflater_free(ws->deflater);
	buf_done(&ws->pending);
	free(ws->lost);
	free(ws);
}

static void
set_reading(struct ws *ws, int on)
{
	if ((int)ws->reading == on)
		return;
	ws->reading = on != 0;
	if (on)
		stream_resume(ws->stream);
	else
		stream_pause(ws->stream);
}

static void
enter(struct ws *ws)
{
	ws->depth++;
}

/* Every call from the loop ends here: what is due now? */
static void
leave(struct ws *ws)
{
	if (!ws->freed && !ws->done) {
		if (ws_is_deaf(ws))
			buf_done(&ws->pending);
		if (ws->expired ||
		    (ws->ended && (ws_is_deaf(ws) || !must_wait(ws))))
			ws_finish(ws);
		else if (ws->half_closed && (ws_is_deaf(ws) || !must_wait(ws)))
			ws_shut(ws);
		else
			set_reading(ws, ws_is_deaf(ws) || !must_wait(ws));
	}
	if (--ws->depth == 0 && ws->freed)
		release(ws);
}

/* ---- receiving ---- */

static void
on_ping(struct ws *ws, struct span payload)
{
	if (!ws_may_send(ws))
		return;
	if (ws_put(ws->stream, ws->masks, OP_PONG, payload) == -1) {
		ws_fail(ws, WS_INTERNAL, "out of memory");
		return;
	}
	ws->owed += ws_frame_size(payload.n);
	ws->choked = ws->owed > OWED_MAX &&
	    stream_queued(ws->stream) > OWED_MAX;
}

static void
on_pong(struct ws *ws, struct span payload)
{
	void (*pong)(void *) = ws->pong;

	ws->ponged += ws_frame_size(payload.n);
	if (pong == NULL ||
	    !span_eq(payload, span_of(ws->nonce, sizeof(ws->nonce))))
		return;
	ws->pong = NULL;
	pong(ws->arg);
}

static void
handle(struct ws *ws, enum ws_event event, const struct ws_got *got)
{
	switch (event) {
	case WS_MESSAGE:
		if (ws->user.message(ws->arg, got->msg) == FULL)
			ws->paused = 1;
		break;
	case WS_PING:
		on_ping(ws, got->msg.body);
		break;
	case WS_PONG:
		on_pong(ws, got->msg.body);
		break;
	case WS_CLOSE:
		ws_answer_close(ws, got);
		break;
	case WS_BROKEN:
		ws_fail(ws, got->code, got->broken);
		break;
	case WS_NOTHING:
		break;
	}
}

/* Looks at what came as far as it may; in is what it leaves. */
static void
look(struct ws *ws, struct span *in)
{
	struct ws_got got;
	enum ws_event event = WS_MESSAGE;

	while (event != WS_NOTHING && !must_wait(ws) && !ws_is_deaf(ws)) {
		event = ws_receive(&ws->receiver, in, &got);
		handle(ws, event, &got);
	}
}

static void
received(void *arg, struct span in)
{
	struct ws *ws = arg;

	enter(ws);
	ws->heard += in.n;
	ws->heard_ms = loop_now(ws->loop);
	look(ws, &in);
	if (in.n > 0 && !ws_is_deaf(ws) && !ws->freed &&
	    buf_add(&ws->pending, in) == -1)
		ws_fail(ws, WS_INTERNAL, "out of memory");
	leave(ws);
}

static void
look_at_pending(void *arg)
{
	struct ws *ws = arg;
	struct span in = buf_span(&ws->pending);

	enter(ws);
	ws->later = 0;
	look(ws, &in);
	buf_drop(&ws->pending, ws->pending.n - in.n);
	if (ws->pending.n == 0)
		buf_done(&ws->pending);
	leave(ws);
}

static void
drained(void *arg)
{
	struct ws *ws = arg;

	enter(ws);
	ws->owed = 0;
	if (ws->choked) {
		ws->choked = 0;
		ws_look_later(ws);
	}
	/* The peer can only now have seen all that was before our close. */
	if (ws->sent_close && !ws_is_deaf(ws) && !ws->expired)
		ws_set_deadline(ws);
	if (!ws->done && ws->user.drained != NULL)
		ws->user.drained(ws->arg);
	leave(ws);
}

/* The peer can still be told what is queued, and what its last messages
 * bring about. */
static void
half_closed(void *arg)
{
	struct ws *ws = arg;

	enter(ws);
	ws->half_closed = 1;
	leave(ws);
}

static void
ended(void *arg, const struct why *why)
{
	struct ws *ws = arg;

	enter(ws);
	ws->ended = 1;
	if (why != NULL && !ws->done &&
	    (ws->lost = malloc(sizeof(*why))) != NULL)
		*ws->lost = *why;
	leave(ws);
}

void
ws_look_later(struct ws *ws)
{
	ws->later = 1;
	loop_task_schedule(ws->loop, &ws->task);
}

void
ws_on_deadline(void *arg)
{
	struct ws *ws = arg;

	enter(ws);
	ws->expired = 1;
	leave(ws);
}

/* ---- the header's functions ---- */

/* A server's deflaters are its user's; without one, nothing is compressed. */
static void
agree(struct ws *ws, const struct ws_config *config)
{
	const struct deflate_params *p = config->deflate;

	ws_receiver_init(&ws->receiver, config->side == WS_SERVER,
	    config->max_message, p);
	if (p != NULL && config->side == WS_SERVER) {
		ws->deflate_bits = (unsigned char)p->server.bits;
		ws->deflater = deflaters_get(config->deflaters,
		    p->server.bits);
	} else if (p != NULL) {
		ws->deflater = deflater_new(&p->client);
	}
}

struct ws *
ws_new(struct loop *loop, struct stream *stream, struct span first,
    const struct ws_config *config, const struct ws_user *user, void *arg)
{
	static const struct stream_user calls = {
		received, drained, ended, half_closed
	};
	struct ws *ws = calloc(1, sizeof(*ws));

	if (ws == NULL)
		goto out;
	ws->loop = loop;
	ws->user = *user;
	ws->arg = arg;
	ws->side = config->side;
	ws->close_timeout_ms = config->close_timeout_ms;
	ws->heard_ms = loop_now(loop);
	agree(ws, config);
	buf_init(&ws->pending, SIZE_MAX / 4);
	loop_task_init(&ws->task, look_at_pending, ws);
	if (buf_add(&ws->pending, first) == -1)
		goto out;
	if (ws->side == WS_CLIENT && (ws->masks = ws_masks_new()) == NULL)
		goto out;
	ws->stream = stream;
	stream_attach(stream, &calls, ws);
	stream_resume(stream);		/* whatever it did before us */
	ws->reading = 1;
	ws_look_later(ws);
	return ws;
out:
	stream_free(stream);
	if (ws != NULL)
		release(ws);
	return NULL;
}

void
ws_free(struct ws *ws)
{
	if (ws == NULL || ws->freed)
		return;
	ws->freed = 1;
	loop_task_cancel(&ws->task);
	loop_timer_free(ws->timer);
	stream_free(ws->stream);
	if (ws->depth == 0)
		release(ws);
}

int
ws_send(struct ws *ws, struct msg m)
{
	if (!ws_may_send(ws))
		return -1;
	return ws_put_message(ws->stream, ws->masks, ws->deflater, m);
}

int
ws_send_frames(struct ws *ws, struct block *b, size_t off, size_t n)
{
	assert(ws->side == WS_SERVER);	/* a client masks, each anew */
	if (!ws_may_send(ws))
		return -1;
	return stream_share(ws->stream, b, off, n);
}

int
ws_barrier(struct ws *ws, void (*pong)(void *arg))
{
	if (!ws_may_send(ws) || ws->pong != NULL)
		return -1;
	digest_random(ws->nonce, sizeof(ws->nonce));
	if (ws_put(ws->stream, ws->masks, OP_PING,
	    span_of(ws->nonce, sizeof(ws->nonce))) == -1)
		return -1;
	ws->pong = pong;
	return 0;
}

int
ws_ping(struct ws *ws, struct span payload)
{
	if (!ws_may_send(ws) || payload.n > CONTROL_MAX)
		return -1;
	/* A peer may answer the newest ping alone (section 5.5.3), and that
	 * it does stands for the barrier before it as well. */
	if (ws->pong != NULL)
		payload = span_of(ws->nonce, sizeof(ws->nonce));
	return ws_put(ws->stream, ws->masks, OP_PING, payload);
}

void
ws_close(struct ws *ws, int code, struct span reason)
{
	if (ws->sent_close || ws->done || ws->broken != NULL)
		return;
	ws_send_close(ws, code, reason);
	if (ws->ended) {
		ws->expired = 1;
		ws_look_later(ws);
	} else {
		ws_set_deadline(ws);
	}
}

void
ws_pause(struct ws *ws)
{
	ws->paused = 1;
	if (!ws_is_deaf(ws))
		set_reading(ws, 0);
}

void
ws_resume(struct ws *ws)
{
	if (!ws->paused)
		return;
	ws->paused = 0;
	if (!ws_is_deaf(ws))
		ws_look_later(ws);
}
