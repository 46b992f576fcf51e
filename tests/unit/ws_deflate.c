/* ws_deflate.c - compressed messages on a websocket (RFC 7692). */
#include "check.h"
#include "ws_rig.h"

#define MAX 100000
#define HELLO "\xf2\x48\xcd\xc9\xc9\x07\x00"	/* section 7.2.3.1 */
#define AGAIN "\xf2\x00\x11\x00\x00"		/* 7.2.3.2 */

static struct deflaters deflaters;

static void
start(struct rig *r, enum ws_side side, int keeps)
{
	const struct deflate_params params = { { keeps, 15 }, { keeps, 15 } };
	const struct ws_config config = { .side = side, .max_message = MAX,
		.close_timeout_ms = RIG_TIMEOUT_MS, .deflate = &params,
		.deflaters = &deflaters };

	rig_init_with(r, &config, SPAN(""));
	rig_turn(r);
}

struct piece {
	int head;
	struct span body;
};

/* What a server makes of these frames, fed whole and byte by byte: the
 * messages, or the code it closes with. */
static void
frames(const struct piece *p, size_t n, int keeps, const char *got, int code)
{
	size_t i, chunk;

	for (chunk = 1; chunk <= 100000; chunk += 99999) {
		struct rig r;
		struct buf in;

		buf_init(&in, SIZE_MAX / 4);
		for (i = 0; i < n; i++)
			rig_frame(&in, p[i].head, 1, p[i].body);
		start(&r, WS_SERVER, keeps);
		rig_feed(&r, buf_span(&in), chunk);
		buf_addc(&r.got, '\0');
		CHECK_STR(r.got.p, got);
		if (code != 0)
			rig_wait(&r);
		CHECK(code == 0 ? r.closes == 0 : r.code == code);
		rig_done(&r);
		buf_done(&in);
	}
}

#define FRAMES(keeps, got, code, ...) \
	frames((const struct piece[]){ __VA_ARGS__ }, \
	    sizeof((const struct piece[]){ __VA_ARGS__ }) / \
	    sizeof(struct piece), keeps, got, code)

static void
receiving(void)
{
	FRAMES(1, "t:Hello;b:Hello;", 0, { 0xc1, SPAN(HELLO) },
	    { 0xc2, SPAN(AGAIN) });
	/* Plain ones in between; parts, with a ping between them. */
	FRAMES(1, "t:Hello;t:plain;t:Hello;", 0, { 0xc1, SPAN(HELLO) },
	    { 0x81, SPAN("plain") }, { 0xc1, SPAN(AGAIN) });
	FRAMES(0, "t:Hello;t:Hello;", 0, { 0x41, SPAN("\xf2\x48") },
	    { 0x89, SPAN("p") }, { 0x00, SPAN("\xcd\xc9") },
	    { 0x80, SPAN("\xc9\x07\x00") }, { 0xc1, SPAN(HELLO) });
	FRAMES(0, "t:;t:Hello;", 0, { 0xc1, SPAN("\x00") },
	    { 0xc1, SPAN(HELLO) });
	FRAMES(0, "t:;t:Hello;", 0, { 0x41, SPAN("") }, { 0x80, SPAN("") },
	    { 0xc1, SPAN(HELLO) });
}

static void
refusing(void)
{
	FRAMES(0, "t:Hello;", WS_BAD_DATA, { 0xc1, SPAN(HELLO) },
	    { 0xc1, SPAN(AGAIN) });
	FRAMES(1, "", WS_BAD_DATA, { 0xc1, SPAN("\xff\xff\xff\xff") });
	/* RSV1 belongs on a message's first frame; the others nowhere. */
	FRAMES(1, "", WS_PROTOCOL_ERROR, { 0x41, SPAN("\xf2\x48") },
	    { 0xc0, SPAN("\xcd\xc9\xc9\x07\x00") });
	FRAMES(1, "", WS_PROTOCOL_ERROR, { 0xc9, SPAN("p") });
	FRAMES(1, "", WS_PROTOCOL_ERROR, { 0xa1, SPAN("x") });
	FRAMES(1, "", WS_PROTOCOL_ERROR, { 0xe1, SPAN(HELLO) });
	/* ff, compressed, is no UTF-8; as a binary message it may be. */
	FRAMES(1, "", WS_BAD_DATA, { 0xc1, SPAN("\xfa\x0f\x00") });
	FRAMES(1, "b:\xff;", 0, { 0xc2, SPAN("\xfa\x0f\x00") });
}

static void
not_agreed(void)
{
	struct rig r;
	struct buf in;

	buf_init(&in, 1000);
	rig_frame(&in, 0xc1, 1, SPAN(HELLO));
	rig_init(&r, WS_SERVER, MAX, buf_span(&in));
	rig_turn(&r);
	rig_wait(&r);
	CHECK(r.code == WS_PROTOCOL_ERROR && r.messages == 0);
	rig_done(&r);
	buf_done(&in);
}

/* A message of zeros, as it inflates: at the limit and one more. */
static void
limit(size_t n)
{
	struct deflater *d = deflater_new(&(struct deflate_side){ 0, 15 });
	char *zeros = calloc(1, n);
	struct buf in;
	struct rig r;

	buf_init(&in, SIZE_MAX / 4);
	rig_frame(&in, 0xc2, 1, deflater_run(d, span_of(zeros, n)));
	start(&r, WS_SERVER, 0);
	rig_feed(&r, buf_span(&in), 1000);
	CHECK(r.messages == (n <= MAX));
	if (n > MAX) {
		rig_wait(&r);
		CHECK(r.code == WS_TOO_BIG);
	}
	rig_done(&r);
	buf_done(&in);
	deflater_free(d);
	free(zeros);
}

/* What one sends the other reads; and it is smaller. */
static void
sending(enum ws_side side, int keeps)
{
	struct rig from, to;
	struct buf want;
	char body[3000];
	size_t i, plain = 0;

	buf_init(&want, SIZE_MAX / 4);
	start(&from, side, keeps);
	start(&to, side == WS_SERVER ? WS_CLIENT : WS_SERVER, keeps);
	for (i = 0; i < 300; i++) {
		struct span s = { body, i * 10 };

		memset(body, 'a' + (int)(i % 26), s.n);
		ws_send(from.ws, (struct msg){ MSG_TEXT, s });
		buf_addf(&want, "t:%.*s;", (int)s.n, body);
		plain += s.n;
	}
	rig_turn(&from);
	CHECK(from.sent.n < plain / 10);
	rig_feed(&to, buf_span(&from.sent), 777);
	CHECK(to.messages == 300);
	CHECK(span_eq(buf_span(&to.got), buf_span(&want)));
	rig_done(&from);
	rig_done(&to);
	buf_done(&want);
}

int
main(void)
{
	receiving();
	refusing();
	not_agreed();
	limit(MAX);
	limit(MAX + 1);
	limit(50 * (size_t)MAX);
	sending(WS_SERVER, 0);
	sending(WS_CLIENT, 0);
	sending(WS_CLIENT, 1);
	deflaters_done(&deflaters);
	return CHECK_DONE;
}
