/* close.c - how a websocket connection ends (RFC 6455 section 7). */
#include <stddef.h>

#include "own.h"

/* A peer that only answers repeats our code, or sends 1000 or none. */
static int
close_code(const struct ws *ws)
{
	if (ws->broken != NULL)
		return ws->code_sent;
	if (!ws->got_close)
		return WS_ABNORMAL;
	if (!ws->by_peer && (ws->code_got == WS_NORMAL ||
	    ws->code_got == WS_NO_STATUS))
		return ws->code_sent;
	return ws->code_got;
}

/* Why it ended without a closing handshake. */
static void
explain(const struct ws *ws, struct why *why)
{
	if (ws->broken != NULL && ws->code_sent == WS_INTERNAL)
		why_set(why, STATUS_LOST, "%s", ws->broken);
	else if (ws->broken != NULL)
		why_set(why, STATUS_PROTOCOL, "%s (closed with %d): %s",
		    ws->code_sent == WS_TOO_BIG ? "over --max-message" :
		    "the peer broke the protocol", ws->code_sent, ws->broken);
	else if (ws->lost != NULL)
		*why = *ws->lost;
	else if (ws->ended || ws->half_closed)
		why_set(why, STATUS_LOST,
		    "the connection ended without a close frame");
	else
		why_set(why, STATUS_TIMEOUT,
		    "the peer did not close within %lld ms",
		    (long long)ws->close_timeout_ms);
}

void
ws_finish(struct ws *ws)
{
	struct why why;
	struct ws_closed closed = {
		.code = close_code(ws),
		.reason = ws->reason,
		.by_peer = ws->by_peer,
	};

	/* An answer that the peer left in our queue did not go its way. */
	closed.clean = ws->got_close && ws->sent_close &&
	    (ws->ended || stream_queued(ws->stream) == 0);
	if (!ws->got_close || ws->broken != NULL) {
		explain(ws, &why);
		closed.why = &why;
	}
	ws->done = 1;
	if (ws->timer != NULL)
		loop_timer_stop(ws->timer);
	loop_task_cancel(&ws->task);
	ws->user.closed(ws->arg, &closed);
}

void
ws_set_deadline(struct ws *ws)
{
	if (ws->timer == NULL)
		ws->timer = loop_timer_new(ws->loop, ws_on_deadline, ws);
	if (ws->timer != NULL) {
		loop_timer_set(ws->timer, ws->close_timeout_ms);
		return;
	}
	/* Without memory for a timer there is no waiting. */
	ws->expired = 1;
	ws_look_later(ws);
}

void
ws_send_close(struct ws *ws, int code, struct span reason)
{
	ws->code_sent = code;
	if (!ws_may_send(ws))
		return;
	ws->sent_close = 1;
	if (ws_put_close(ws->stream, ws->masks, code, reason) == -1) {
		ws->expired = 1;
		ws_look_later(ws);
	}
}

void
ws_shut(struct ws *ws)
{
	if (ws->shut || ws->ended)
		return;
	ws->shut = 1;
	ws_set_deadline(ws);
	stream_shut(ws->stream, ws->close_timeout_ms);
}

/* The server ends the TCP connection first, so that it is the client's port
 * that has to wait (section 7.1.1). */
void
ws_answer_close(struct ws *ws, const struct ws_got *got)
{
	ws->got_close = 1;
	ws->by_peer = !ws->sent_close;
	ws->code_got = got->code;
	ws->reason = got->msg.body;
	if (!ws->sent_close)
		ws_send_close(ws, got->code, SPAN(""));
	if (ws->side == WS_SERVER)
		ws_shut(ws);
	else
		ws_set_deadline(ws);
}

void
ws_fail(struct ws *ws, int code, const char *what)
{
	ws->broken = what;
	ws_send_close(ws, code, span_str(what));
	ws_shut(ws);
}

/* 1002 and 1003 are the protocol's own, 1004 to 1006 and 1015 are never sent,
 * and 1010 is a client's word on extensions. */
int
ws_may_close_with(int64_t code)
{
	return code == WS_NORMAL || code == WS_GOING_AWAY ||
	    (code >= 1007 && code <= 1014 && code != 1010) ||
	    (code >= 3000 && code <= 4999);
}
