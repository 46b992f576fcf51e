/* conn.c - one URL's connection. */
#include "say.h"
#include "session.h"

static int
reading(void *arg)
{
	return traffic_can_take(arg);
}

static int
start_ws(struct conn *c, struct stream *stream, struct span first,
    const struct handshake_deflate *deflate)
{
	static const struct ws_user user = {
		traffic_message, traffic_drained, end_closed
	};
	static const struct pulse_user pulse_user = { reading, end_dead };
	const struct config *config = c->session->config;
	struct loop *loop = c->session->tool->loop;
	const struct ws_config ws = {
		.side = WS_CLIENT,
		.max_message = (size_t)config->max_message,
		.close_timeout_ms = config->close_timeout_ms,
		.deflate = deflate->is_agreed ? &deflate->params : NULL
	};

	c->ws = ws_new(loop, stream, first, &ws, &user, c);
	if (c->ws == NULL)
		return -1;
	if (config->ping_ms == 0)
		return 0;
	c->pulse = pulse_new(loop, c->ws, config->ping_ms,
	    config->ping_timeout_ms, &pulse_user, c);
	return c->pulse == NULL ? -1 : 0;
}

static void
fail(struct conn *c, const struct why *why)
{
	tool_why(c->session->tool, c->url.full, why);
	c->session->tool->undone = 1;
	end_conn(c);
}

/* The connection is up: from here on stdin is read. */
static void
on_open(void *arg, struct stream *stream, struct span first,
    struct span protocol, const struct handshake_deflate *deflate,
    const struct why *why)
{
	struct conn *c = arg;

	c->opening = NULL;
	if (stream == NULL) {
		fail(c, why);
		return;
	}
	say_detail("connected to %s (%s)%s%s%.*s", c->url.full,
	    stream_remote(stream), deflate->is_agreed ? ", compressing" : "",
	    protocol.n > 0 ? ", subprotocol " : "",
	    (int)protocol.n, protocol.n > 0 ? protocol.p : "");
	if (start_ws(c, stream, first, deflate) == -1) {
		fail(c, &(struct why){ STATUS_LOST, "out of memory" });
		return;
	}
	traffic_flow(c->session);
	end_look(c->session);
}

int
conn_init(struct conn *c, struct session *s, const char *url, struct why *why)
{
	c->session = s;
	return url_parse(&c->url, url, "ws", why);
}

void
conn_done(struct conn *c)
{
	opening_cancel(c->opening);
	pulse_free(c->pulse);
	ws_free(c->ws);
	loop_timer_free(c->confirm);
	pairs_done(&c->pairs);
	url_done(&c->url);
}

int
conn_start(struct conn *c, struct why *why)
{
	c->opening = opening_start(c->session->tool->loop, c->session->config,
	    &c->url, on_open, c, why);
	return c->opening == NULL ? -1 : 0;
}

void
conn_close(struct conn *c, int code, const char *reason)
{
	c->closing = 1;
	ws_close(c->ws, code, span_str(reason));
}

void
conn_end(struct conn *c)
{
	c->over = 1;
	opening_cancel(c->opening);
	c->opening = NULL;
	pulse_free(c->pulse);
	c->pulse = NULL;
	loop_timer_stop(c->confirm);
}
