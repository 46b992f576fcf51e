/* ws_rig.h - a ws over a carrier that is the test itself: what it sends is
 * kept and can be told as text, what it receives is handed in. */
#ifndef HOOKLINE_TESTS_WS_RIG_H
#define HOOKLINE_TESTS_WS_RIG_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "flow.h"
#include "loop.h"
#include "ws.h"

#define RIG_TIMEOUT_MS 200

struct rig {
	struct loop *loop;
	struct stream *stream;
	struct ws *ws;
	struct buf sent;	/* by the ws, as frames */
	size_t room;		/* what the carrier still takes of it */
	int reading, shut, dead;	/* as the carrier was told */
	struct buf got;		/* messages: "t:hello;b:x;" */
	size_t messages;
	size_t full_after;	/* answer FULL from this message on, or 0 */
	int free_in_message, free_in_closed;
	int pongs, drains, closes;
	int code, clean, by_peer;
	char reason[128], why[512];
	enum status status;
};

static struct loop_task rig_stop;

static inline ssize_t
rig_send(void *arg, struct span s)
{
	struct rig *r = arg;

	if (s.n > r->room)
		s.n = r->room;
	r->room -= s.n;
	buf_add(&r->sent, s);
	return (ssize_t)s.n;
}

static inline void
rig_read(void *arg, int on)
{
	((struct rig *)arg)->reading = on;
}

static inline void
rig_shut(void *arg)
{
	((struct rig *)arg)->shut = 1;
}

static inline void
rig_dead(void *arg)
{
	((struct rig *)arg)->dead = 1;
}

static inline int
rig_message(void *arg, struct msg m)
{
	struct rig *r = arg;

	r->messages++;
	buf_adds(&r->got, m.kind == MSG_TEXT ? "t:" : "b:");
	buf_add(&r->got, m.body);
	buf_addc(&r->got, ';');
	if (r->free_in_message) {
		ws_free(r->ws);
		r->ws = NULL;
	}
	return r->full_after > 0 && r->messages >= r->full_after ? FULL : 0;
}

static inline void
rig_drained(void *arg)
{
	((struct rig *)arg)->drains++;
}

static inline void
rig_pong(void *arg)
{
	((struct rig *)arg)->pongs++;
}

static inline void
rig_closed(void *arg, const struct ws_closed *c)
{
	struct rig *r = arg;

	r->closes++;
	r->code = c->code;
	r->clean = c->clean;
	r->by_peer = c->by_peer;
	snprintf(r->reason, sizeof(r->reason), "%.*s", (int)c->reason.n,
	    c->reason.p != NULL ? c->reason.p : "");
	snprintf(r->why, sizeof(r->why), "%s", c->why ? c->why->text : "");
	r->status = c->why ? c->why->status : STATUS_OK;
	if (r->free_in_closed) {
		ws_free(r->ws);
		r->ws = NULL;
	}
	loop_stop(r->loop);
}

static inline void
rig_on_stop(void *loop)
{
	loop_stop(loop);
}

/* One turn of the loop. */
static inline void
rig_turn(struct rig *r)
{
	loop_task_init(&rig_stop, rig_on_stop, r->loop);
	loop_task_schedule(r->loop, &rig_stop);
	loop_run(r->loop);
}

static inline void
rig_init_with(struct rig *r, const struct ws_config *config,
    struct span first)
{
	static const struct stream_carrier carrier = {
		rig_send, rig_read, rig_shut, rig_dead
	};
	static const struct ws_user user = {
		rig_message, rig_drained, rig_closed
	};

	*r = (struct rig){ .room = SIZE_MAX, .reading = 1 };
	buf_init(&r->sent, SIZE_MAX / 4);
	buf_init(&r->got, SIZE_MAX / 4);
	r->loop = loop_new(NULL);
	r->stream = stream_new(r->loop, &carrier, r, "peer", 0);
	r->ws = ws_new(r->loop, r->stream, first, config, &user, r);
}

static inline void
rig_init(struct rig *r, enum ws_side side, size_t max_message,
    struct span first)
{
	const struct ws_config config = { .side = side,
		.max_message = max_message,
		.close_timeout_ms = RIG_TIMEOUT_MS };

	rig_init_with(r, &config, first);
}

static inline void
rig_done(struct rig *r)
{
	ws_free(r->ws);
	loop_free(r->loop);
	buf_done(&r->sent);
	buf_done(&r->got);
}

/* Hands bytes in, so many at a time; a turn after each. */
static inline void
rig_feed(struct rig *r, struct span s, size_t chunk)
{
	while (s.n > 0 && !r->dead) {
		size_t n = s.n < chunk ? s.n : chunk;

		stream_received(r->stream, span_of(s.p, n));
		s = span_from(s, n);
		rig_turn(r);
	}
}

/* Turns until closed was told: a deadline is RIG_TIMEOUT_MS. */
static inline void
rig_wait(struct rig *r)
{
	struct loop_timer *t = loop_timer_new(r->loop, rig_on_stop, r->loop);

	loop_timer_set(t, 4 * RIG_TIMEOUT_MS);
	while (r->closes == 0 && loop_timer_active(t))
		loop_run(r->loop);
	loop_timer_free(t);
}

/* The peer's FIN, and a turn. */
static inline void
rig_end(struct rig *r)
{
	if (!r->dead)
		stream_failed(r->stream, NULL);
	rig_turn(r);
}

/* Appends a frame as a peer would send it.  head: FIN, RSV and opcode. */
static inline void
rig_frame(struct buf *out, int head, int masked, struct span body)
{
	static const char key[4] = { 0x37, (char)0xfa, 0x21, 0x3d };
	size_t i, bytes = body.n < 126 ? 0 : body.n < 65536 ? 2 : 8;
	int first = bytes == 0 ? (int)body.n : bytes == 2 ? 126 : 127;

	buf_addc(out, (char)head);
	buf_addc(out, (char)(first | (masked ? 0x80 : 0)));
	for (i = bytes; i > 0; i--)
		buf_addc(out, (char)((uint64_t)body.n >> (8 * (i - 1))));
	if (masked)
		buf_add(out, span_of(key, 4));
	for (i = 0; i < body.n; i++)
		buf_addc(out, (char)(masked ? body.p[i] ^ key[i % 4] :
		    body.p[i]));
}

/* One frame to r's ws, whole, and a turn. */
static inline void
rig_feed_frame(struct rig *r, enum ws_side side, int head, struct span body)
{
	struct buf in;

	buf_init(&in, 4096);
	rig_frame(&in, head, side == WS_SERVER, body);
	rig_feed(r, buf_span(&in), SIZE_MAX);
	buf_done(&in);
}

/* The length of a frame's payload; what is sent is taken to be right. */
static inline size_t
rig_length(const unsigned char **p)
{
	size_t n = *(*p)++ & 0x7f, bytes = n < 126 ? 0 : n == 126 ? 2 : 8;

	if (bytes > 0)
		n = 0;
	for (; bytes > 0; bytes--)
		n = n << 8 | *(*p)++;
	return n;
}

/* What the ws sent, as text: "text:hello;close:1000 bye;", with a `!` before
 * each frame that is masked where it must not be, or the other way. */
static inline void
rig_told(const struct rig *r, enum ws_side side, struct buf *out)
{
	const unsigned char *p = (const unsigned char *)r->sent.p;
	const unsigned char *end = r->sent.n > 0 ? p + r->sent.n : p, *key;
	static const char *const names[16] = {
		"more", "text", "binary", [8] = "close", "ping", "pong"
	};
	size_t i, n, from;
	int op, masked;

	while (p < end) {
		op = *p++ & 0x0f;
		masked = *p >> 7;
		n = rig_length(&p);
		key = masked ? p : NULL;
		p += masked ? 4 : 0;
		if (masked != (side == WS_CLIENT))
			buf_addc(out, '!');
		buf_addf(out, "%s:", names[op] ? names[op] : "?");
		from = out->n;
		for (i = 0; i < n; i++)
			buf_addc(out, (char)(key ? p[i] ^ key[i % 4] : p[i]));
		p += n;
		if (op == 8 && n >= 2) {
			int code = (unsigned char)out->p[from] << 8 |
			    (unsigned char)out->p[from + 1];
			char *reason = strndup(out->p + from + 2, n - 2);

			buf_trim(out, from);
			buf_addf(out, "%d %s", code, reason);
			free(reason);
		}
		buf_addc(out, ';');
	}
}

/* Does what was sent begin with that text? */
static inline int
rig_said(const struct rig *r, enum ws_side side, const char *want)
{
	struct buf told;
	size_t n = strlen(want);
	int so;

	buf_init(&told, SIZE_MAX / 4);
	rig_told(r, side, &told);
	so = told.n >= n && memcmp(told.p ? told.p : "", want, n) == 0 &&
	    (told.n == n) >= (n == 0);
	if (!so)
		fprintf(stderr, "said %.*s\n", (int)told.n,
		    told.p ? told.p : "");
	buf_done(&told);
	return so;
}

static inline int
rig_got(const struct rig *r, const char *want)
{
	int so = span_eq(buf_span(&r->got), span_str(want));

	if (!so)
		fprintf(stderr, "got %.*s\n", (int)r->got.n,
		    r->got.p ? r->got.p : "");
	return so;
}

#endif
