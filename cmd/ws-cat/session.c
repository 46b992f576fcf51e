/* session.c - a session's beginning, and what it leaves behind. */
#include <string.h>

#include "say.h"
#include "session.h"

static int
reading(void *arg)
{
	return traffic_can_take(arg);
}

/* The connection is up: from here on stdin is read. */
static int
start_ws(struct session *s, struct stream *stream, struct span first,
    const struct handshake_deflate *deflate)
{
	static const struct ws_user user = {
		traffic_message, traffic_drained, end_closed
	};
	static const struct pulse_user pulse_user = { reading, end_dead };
	const struct config *c = s->config;
	const struct ws_config config = {
		.side = WS_CLIENT,
		.max_message = (size_t)c->max_message,
		.close_timeout_ms = c->close_timeout_ms,
		.deflate = deflate->is_agreed ? &deflate->params : NULL
	};

	s->ws = ws_new(s->tool->loop, stream, first, &config, &user, s);
	if (s->ws == NULL)
		return -1;
	if (c->ping_ms == 0)
		return 0;
	s->pulse = pulse_new(s->tool->loop, s->ws, c->ping_ms,
	    c->ping_timeout_ms, &pulse_user, s);
	return s->pulse == NULL ? -1 : 0;
}

static void
on_open(void *arg, struct stream *stream, struct span first,
    struct span protocol, const struct handshake_deflate *deflate,
    const struct why *why)
{
	struct session *s = arg;

	s->opening = NULL;
	if (stream == NULL) {
		tool_why(s->tool, s->url.full, why);
		s->tool->undone = 1;
		end_now(s);
		return;
	}
	say_detail("connected to %s (%s)%s%s%.*s", s->url.full,
	    stream_remote(stream), deflate->is_agreed ? ", compressing" : "",
	    protocol.n > 0 ? ", subprotocol " : "",
	    (int)protocol.n, protocol.n > 0 ? protocol.p : "");
	if (start_ws(s, stream, first, deflate) == -1) {
		tool_why(s->tool, s->url.full, &(struct why){ STATUS_LOST,
		    "out of memory" });
		end_now(s);
		return;
	}
	traffic_start(s);
	end_look(s);
}

int
session_init(struct session *s, const struct config *config,
    struct tool *tool, const char *url, struct why *why)
{
	memset(s, 0, sizeof(*s));
	s->config = config;
	s->tool = tool;
	s->close_code = WS_NORMAL;
	if (url_parse(&s->url, url, "ws", why) == -1 ||
	    traffic_init(s, why) == -1)
		return -1;
	if (end_init(s) == -1)
		return why_set(why, STATUS_SOME, "out of memory");
	return 0;
}

void
session_done(struct session *s)
{
	opening_cancel(s->opening);
	pulse_free(s->pulse);
	ws_free(s->ws);
	end_done(s);
	traffic_done(s);
	url_done(&s->url);
}

int
session_start(struct session *s, struct why *why)
{
	s->opening = opening_start(s->tool->loop, s->config, &s->url,
	    on_open, s, why);
	return s->opening == NULL ? -1 : 0;
}

void
session_metrics(const struct session *s, struct metrics *m)
{
	metrics_gauge(m, "connected", "Is the connection up (1)?",
	    s->ws != NULL && !s->over);
	metrics_counter(m, "messages_sent", "Messages to the server", s->sent);
	metrics_counter(m, "messages_confirmed",
	    "Messages that the server is known to have", s->confirmed);
	metrics_counter(m, "messages_received", "Messages from the server",
	    s->received);
	metrics_gauge(m, "sent_waiting_bytes",
	    "Bytes that the server has yet to take",
	    s->ws != NULL && !s->over ? ws_queued(s->ws) : 0);
	metrics_gauge(m, "output_waiting_bytes",
	    "Bytes that stdout has yet to take",
	    output_position(s->output) - output_taken(s->output));
}
