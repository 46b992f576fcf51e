/* ws_flow.c - a websocket's flow control and pings. */
#include "check.h"
#include "ws_rig.h"

#define MAX (8 * 1024 * 1024)

/* Messages 0 to n-1, small and larger, some in parts with a ping between. */
static void
many(struct buf *in, struct buf *want, int n)
{
	char body[400];
	int i, size;

	for (i = 0; i < n; i++) {
		size = snprintf(body, sizeof(body), "%d-%0*d", i,
		    i % 7 == 0 ? 300 : 3, i);
		if (i % 3 == 0) {
			rig_frame(in, 0x01, 1, span_of(body, 2));
			rig_frame(in, 0x89, 1, SPAN("p"));
			rig_frame(in, 0x80, 1,
			    span_of(body + 2, (size_t)size - 2));
		} else {
			rig_frame(in, 0x81, 1, span_of(body, (size_t)size));
		}
		buf_addf(want, "t:%s;", body);
	}
}

/* After each FULL nothing more comes, however much was read with it; after
 * each ws_resume the next message, and in the end every one, in order. */
static void
full(size_t chunk, int as_first)
{
	struct rig r;
	struct buf in, want;
	size_t i;

	buf_init(&in, MAX);
	buf_init(&want, MAX);
	many(&in, &want, 200);
	rig_init(&r, WS_SERVER, MAX, as_first ? buf_span(&in) : SPAN(""));
	r.full_after = 1;
	CHECK(r.messages == 0);
	if (as_first)
		rig_turn(&r);
	else
		rig_feed(&r, buf_span(&in), chunk);
	CHECK(r.messages == 1 && !r.reading);
	rig_turn(&r);
	CHECK(r.messages == 1);
	for (i = 2; i <= 200; i++) {
		ws_resume(r.ws);
		CHECK(r.messages == i - 1);
		rig_turn(&r);
		CHECK(r.messages == i && !r.reading);
	}
	CHECK(span_eq(buf_span(&r.got), buf_span(&want)));
	ws_resume(r.ws);
	rig_turn(&r);
	CHECK(r.reading && r.messages == 200 && r.sent.n == 67 * 3);
	rig_done(&r);
	buf_done(&in);
	buf_done(&want);
}

/* What had come before the end is given before the end is told. */
static void
end_while_full(void)
{
	struct rig r;

	rig_init(&r, WS_SERVER, MAX, SPAN(""));
	r.full_after = 1;
	rig_feed_frame(&r, WS_SERVER, 0x81, SPAN("one"));
	rig_feed_frame(&r, WS_SERVER, 0x81, SPAN("two"));
	rig_feed_frame(&r, WS_SERVER, 0x88, SPAN("\x0f\xa1""bye"));
	rig_end(&r);
	CHECK(r.messages == 1 && r.closes == 0);
	ws_resume(r.ws);
	rig_turn(&r);
	CHECK(r.messages == 2 && r.closes == 0);
	ws_resume(r.ws);
	rig_turn(&r);
	CHECK(r.messages == 2 && r.closes == 1);
	CHECK(r.code == 4001 && r.by_peer);
	CHECK_STR(r.reason, "bye");
	rig_done(&r);
}

static void
pausing(void)
{
	struct rig r;

	rig_init(&r, WS_CLIENT, MAX, SPAN("\x81\x01""a"));
	ws_pause(r.ws);
	rig_turn(&r);
	CHECK(r.messages == 0 && !r.reading);
	rig_feed_frame(&r, WS_CLIENT, 0x81, SPAN("b"));
	CHECK(r.messages == 0);
	ws_resume(r.ws);
	ws_pause(r.ws);
	ws_resume(r.ws);
	rig_turn(&r);
	CHECK(r.reading && rig_got(&r, "t:a;t:b;"));
	rig_done(&r);
}

static void
barrier(enum ws_side side)
{
	struct rig r;
	char nonce[8];

	rig_init(&r, side, MAX, SPAN(""));
	CHECK(ws_send(r.ws, (struct msg){ MSG_TEXT, SPAN("m") }) == 0);
	CHECK(ws_barrier(r.ws, rig_pong) == 0);
	CHECK(ws_barrier(r.ws, rig_pong) == -1);
	rig_turn(&r);
	CHECK(r.drains == 1 && rig_said(&r, side, "text:m;ping:"));
	memcpy(nonce, r.sent.p + r.sent.n - 8, 8);
	if (side == WS_CLIENT) {
		size_t i;

		for (i = 0; i < 8; i++)
			nonce[i] ^= r.sent.p[r.sent.n - 12 + i % 4];
	}
	rig_feed_frame(&r, side, 0x8a, SPAN(""));
	rig_feed_frame(&r, side, 0x8a, SPAN("12345678"));
	CHECK(r.pongs == 0);
	rig_feed_frame(&r, side, 0x8a, span_of(nonce, 8));
	rig_feed_frame(&r, side, 0x8a, span_of(nonce, 8));
	CHECK(r.pongs == 1);
	CHECK(ws_barrier(r.ws, rig_pong) == 0);
	rig_done(&r);
}

/* A peer may answer the newest ping alone. */
static void
ping_behind_barrier(void)
{
	struct rig r;

	rig_init(&r, WS_SERVER, MAX, SPAN(""));
	CHECK(ws_ping(r.ws, SPAN("hello")) == 0);
	rig_turn(&r);
	CHECK(rig_said(&r, WS_SERVER, "ping:hello;"));
	CHECK(ws_barrier(r.ws, rig_pong) == 0);
	CHECK(ws_ping(r.ws, SPAN("hello")) == 0);
	rig_turn(&r);
	rig_feed_frame(&r, WS_SERVER, 0x8a, SPAN("hello"));
	CHECK(r.pongs == 0);
	rig_feed_frame(&r, WS_SERVER, 0x8a,
	    span_of(r.sent.p + r.sent.n - 8, 8));
	CHECK(r.pongs == 1);
	rig_done(&r);
}

/* A peer that pings and does not read is not read; when it reads again, it is
 * read again, and all is answered. */
static void
ping_flood(void)
{
	struct rig r;
	struct buf in;
	char body[125];
	int i;

	memset(body, 'p', sizeof(body));
	buf_init(&in, MAX);
	for (i = 0; i < 10000; i++)
		rig_frame(&in, 0x89, 1, span_of(body, sizeof(body)));
	rig_init(&r, WS_SERVER, MAX, SPAN(""));
	r.room = 1000;
	stream_received(r.stream, buf_span(&in));
	rig_turn(&r);
	CHECK(!r.reading && ws_queued(r.ws) < 80 * 1024);
	for (i = 0; i < 100 && !r.reading; i++) {
		r.room = 64 * 1024;
		stream_writable(r.stream);
		rig_turn(&r);
		CHECK(ws_queued(r.ws) < 80 * 1024);
	}
	r.room = SIZE_MAX;
	stream_writable(r.stream);
	rig_turn(&r);
	rig_turn(&r);
	CHECK(r.reading && r.sent.n == 10000 * 127);
	rig_done(&r);
	buf_done(&in);
}

/* 4 MB in frames of 64 bytes: each byte is moved a few times, not more. */
static void
small_parts(void)
{
	struct rig r;
	struct buf in;
	char body[64];
	int i;

	memset(body, 'x', sizeof(body));
	buf_init(&in, MAX);
	for (i = 0; i < 65536; i++)
		rig_frame(&in, i == 0 ? 0x01 : i == 65535 ? 0x80 : 0, 1,
		    span_of(body, sizeof(body)));
	rig_init(&r, WS_SERVER, MAX, SPAN(""));
	rig_feed(&r, buf_span(&in), 16384);
	CHECK(r.messages == 1 && r.got.n == 4 * 1024 * 1024 + 3);
	rig_done(&r);
	buf_done(&in);
}

static void
shared(void)
{
	struct rig r;
	struct block *b = block_new(100);

	ws_frame(b, (struct msg){ MSG_TEXT, SPAN("one") }, 0);
	ws_frame(b, (struct msg){ MSG_BINARY, SPAN("two") }, 0);
	CHECK(b->n == 2 * ws_frame_size(3));
	rig_init(&r, WS_SERVER, MAX, SPAN(""));
	CHECK(ws_send_frames(r.ws, b, 0, b->n) == 0);
	CHECK(ws_send_frames(r.ws, b, 5, 5) == 0);
	CHECK(ws_queued(r.ws) == 15);
	rig_turn(&r);
	CHECK(rig_said(&r, WS_SERVER, "text:one;binary:two;binary:two;"));
	CHECK_STR(ws_remote(r.ws), "peer");
	rig_done(&r);
	CHECK(b->refs == 1);
	block_unref(b);
}

int
main(void)
{
	full(MAX, 0);
	full(5000, 0);
	full(1, 0);
	full(MAX, 1);
	end_while_full();
	pausing();
	barrier(WS_CLIENT);
	barrier(WS_SERVER);
	ping_behind_barrier();
	ping_flood();
	small_parts();
	shared();
	return CHECK_DONE;
}
