/* front_rig.h - a front whose carrier and user are the test itself. */
#ifndef HOOKLINE_TESTS_FRONT_RIG_H
#define HOOKLINE_TESTS_FRONT_RIG_H

#include <stdint.h>
#include <string.h>

#include "buf.h"
#include "front.h"

#include "check.h"

#define LIMIT_MS 20		/* where the test is about time */
#define LONG_MS 60000

enum does { ACCEPT, PARK, REPLY, CLOSE, HOLD, FREE, UPGRADE };

struct rig {
	struct loop *loop;
	struct front *front;
	struct stream *stream;
	struct loop_timer *stop;
	struct buf sent;
	size_t room;		/* what the carrier still takes */
	int reading, shut, dead;
	enum does in_head, in_request;
	struct exchange *held;
	struct buf log;		/* "head /a;body hello;gone;" */
	struct buf replies;	/* as the user is told: "/a 200;" */
	struct stream *upgraded;
	struct buf rest;
};

/* ---- the carrier ---- */

static inline ssize_t
carrier_send(void *arg, struct span s)
{
	struct rig *r = arg;

	if (s.n > r->room)
		s.n = r->room;
	r->room -= s.n;
	buf_add(&r->sent, s);
	return (ssize_t)s.n;
}

static inline void
carrier_read(void *arg, int on)
{
	((struct rig *)arg)->reading = on;
}

static inline void
carrier_shut(void *arg)
{
	((struct rig *)arg)->shut = 1;
}

static inline void
carrier_free(void *arg)
{
	((struct rig *)arg)->dead = 1;
}

static const struct stream_carrier carrier = { carrier_send, carrier_read,
    carrier_shut, carrier_free };

/* ---- the user ---- */

static inline void
reply(struct exchange *x, const char *body)
{
	static const struct front_field field = { "X-A", { "b", 1 } };

	front_reply(x, 200, &field, 1, span_str(body));
}

static inline void
act(struct rig *r, enum does what, struct exchange *x)
{
	struct span rest;

	r->held = x;
	switch (what) {
	case ACCEPT:
		front_accept(x);
		break;
	case PARK:
		front_park(x);
		break;
	case REPLY:
		reply(x, "ok");
		break;
	case CLOSE:
		front_stop(r->front);
		reply(x, "ok");
		break;
	case FREE:
		front_free(r->front);
		r->front = NULL;
		break;
	case UPGRADE:
		r->upgraded = front_upgrade(x, &rest);
		buf_add(&r->rest, rest);
		break;
	case HOLD:
		break;
	}
}

static inline void
on_head(void *arg, struct exchange *x)
{
	struct rig *r = arg;

	buf_adds(&r->log, "head ");
	buf_add(&r->log, exchange_head(x)->target);
	buf_addc(&r->log, ';');
	act(r, r->in_head, x);
}

static inline void
on_request(void *arg, struct exchange *x, struct span body)
{
	struct rig *r = arg;

	buf_adds(&r->log, "body ");
	if (body.n > 100)
		buf_addf(&r->log, "%zu", body.n);
	else
		buf_add(&r->log, body);
	buf_addc(&r->log, ';');
	act(r, r->in_request, x);
}

static inline void
on_replied(void *arg, struct exchange *x, int status)
{
	struct rig *r = arg;

	CHECK(r->held == x && exchange_get(x) == NULL);
	buf_add(&r->replies, exchange_head(x)->target);
	buf_addf(&r->replies, " %d;", status);
}

static inline void
on_gone(void *arg, struct exchange *x)
{
	struct rig *r = arg;

	CHECK(r->held == x);
	CHECK_STR(exchange_remote(x), "peer:1");
	r->held = NULL;
	buf_adds(&r->log, "gone;");
}

/* ---- the rig ---- */

static inline void
on_stop(void *arg)
{
	loop_stop(arg);
}

static inline void
pass(struct rig *r, int64_t ms)
{
	loop_timer_set(r->stop, ms);
	loop_run(r->loop);
}

static inline void
peer(struct rig *r)
{
	r->reading = 1;
	r->shut = r->dead = 0;
	r->room = SIZE_MAX;
	r->stream = stream_new(r->loop, &carrier, r, "peer:1", 0);
	front_take(r->front, r->stream);
}

static inline void
set_up_all(struct rig *r, enum does in_head, enum does in_request,
    int64_t limit_ms, int64_t shed_ms)
{
	static const struct front_user user = { .head = on_head,
		.request = on_request, .replied = on_replied,
		.gone = on_gone };
	struct front_config config = { .max_body = 1000, .max_header = 500,
		.max_buffered = 1500, .header_timeout_ms = limit_ms,
		.body_timeout_ms = limit_ms, .idle_timeout_ms = limit_ms,
		.park_ms = limit_ms,
		.shed_ms = shed_ms };

	*r = (struct rig){ .in_head = in_head, .in_request = in_request };
	buf_init(&r->sent, SIZE_MAX);
	buf_init(&r->log, SIZE_MAX);
	buf_init(&r->replies, SIZE_MAX);
	buf_init(&r->rest, SIZE_MAX);
	r->loop = loop_new(NULL);
	r->stop = loop_timer_new(r->loop, on_stop, r->loop);
	r->front = front_new(r->loop, &config, &user, r);
	peer(r);
}

static inline void
set_up_for(struct rig *r, enum does in_head, enum does in_request,
    int64_t limit_ms)
{
	set_up_all(r, in_head, in_request, limit_ms, LONG_MS);
}

static inline void
set_up(struct rig *r, enum does in_head, enum does in_request)
{
	set_up_for(r, in_head, in_request, LONG_MS);
}

static inline void
tear_down(struct rig *r)
{
	front_free(r->front);
	stream_free(r->upgraded);
	loop_timer_free(r->stop);
	loop_free(r->loop);
	buf_done(&r->sent);
	buf_done(&r->log);
	buf_done(&r->replies);
	buf_done(&r->rest);
}

static inline void
say(struct rig *r, const char *text)
{
	if (!r->dead)
		stream_received(r->stream, span_str(text));
	pass(r, 0);
}

static const char *
text_of(struct buf *b)
{
	buf_addc(b, '\0');
	b->n--;
	return b->p;
}

/* How often it was sent. */
static inline int
count(struct rig *r, const char *what)
{
	const char *p = text_of(&r->sent);
	int n = 0;

	for (; (p = strstr(p, what)) != NULL; p++)
		n++;
	return n;
}

#define SENT(r, what) (count((r), (what)) > 0)
#define LOG(r, want) CHECK_STR(text_of(&(r)->log), (want))

#define GET(path) "GET " path " HTTP/1.1\r\nHost: a\r\n\r\n"
#define POST(path, more) "POST " path " HTTP/1.1\r\nHost: a\r\n" more "\r\n\r\n"

#endif
