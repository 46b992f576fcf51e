/* ws.c - fuzz target: whatever a peer sends, a websocket neither crashes nor
 * depends on how the bytes were cut up and when its user paused.
 *
 * The first byte is the side (bit 0), whether a ws_free comes in the middle
 * (1), whether cuts are small (2), whether the peer ends while the user
 * pauses (3), whether messages may be compressed (4), and the seed of the
 * cuts; then comes what the peer sends.
 * The bytes are run through twice, at once and cut up, and compared.
 *
 * clang -g -O1 -fsanitize=fuzzer,address,undefined -Ilib tests/fuzz/ws.c \
 *     lib/ws/[a-z]*.c lib/deflate.c lib/b[lu]*.c lib/utf8.c lib/why.c \
 *     lib/sendq.c \
 *     lib/loop/[a-z]*.c lib/digest.c lib/stream.c -luv -lwslay -lcrypto -lz
 */
#include "../unit/ws_rig.h"

#define MAX 4096

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static void
must(int so)
{
	if (!so)
		abort();
}

static void
start(struct rig *r, uint8_t how)
{
	static struct deflaters deflaters;
	static const struct deflate_params deflate = { { 1, 15 }, { 1, 15 } };
	const struct ws_config config = {
		.side = how & 1 ? WS_SERVER : WS_CLIENT, .max_message = MAX,
		.close_timeout_ms = RIG_TIMEOUT_MS,
		.deflate = how & 16 ? &deflate : NULL,
		.deflaters = &deflaters
	};

	rig_init_with(r, &config, SPAN(""));
	must(ws_barrier(r->ws, rig_pong) == 0);
	rig_turn(r);
	buf_clear(&r->sent);		/* its nonce is never the same */
	r->drains = 0;
}

static void
finish(struct rig *r)
{
	if (!r->dead)
		rig_end(r);
	while (r->ws != NULL && r->closes == 0) {
		ws_resume(r->ws);
		rig_turn(r);
	}
	must(r->closes <= 1);
}

/* Cut up by a small generator; each message may be answered FULL. */
static void
in_parts(struct rig *r, struct span s, uint8_t how)
{
	uint32_t x = how + 1u;

	while (s.n > 0 && !r->dead) {
		size_t n;

		x = x * 1664525 + 1013904223;
		n = 1 + (x >> 16) % (how & 4 ? 3 : 200);
		n = n < s.n ? n : s.n;
		r->full_after = x >> 30 == 0;
		if (x >> 30 == 1 && r->ws != NULL)
			ws_pause(r->ws);
		stream_received(r->stream, span_of(s.p, n));
		s = span_from(s, n);
		if (x >> 29 & 1)
			rig_turn(r);
		if (x >> 28 & 1 && r->ws != NULL)
			ws_resume(r->ws);
		if (how & 2 && s.n < 9 && r->ws != NULL)
			r->free_in_message = 1;
	}
	r->full_after = 0;
	/* Else the peer's end comes first, and nothing can be said to it. */
	if ((how & 8) == 0 && r->ws != NULL)
		ws_resume(r->ws);
}

static void
compare(const struct rig *a, const struct rig *b, uint8_t how)
{
	enum ws_side side = how & 1 ? WS_SERVER : WS_CLIENT;
	struct buf said_a, said_b;

	must(span_eq(buf_span(&a->got), buf_span(&b->got)));
	must(a->messages == b->messages && a->pongs == b->pongs);
	must(a->code == b->code && a->by_peer == b->by_peer);
	must(strcmp(a->reason, b->reason) == 0);
	must(strcmp(a->why, b->why) == 0);
	if (how & 8)
		return;
	buf_init(&said_a, SIZE_MAX / 4);
	buf_init(&said_b, SIZE_MAX / 4);
	rig_told(a, side, &said_a);
	rig_told(b, side, &said_b);
	must(span_eq(buf_span(&said_a), buf_span(&said_b)));
	buf_done(&said_a);
	buf_done(&said_b);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct span bytes;
	struct rig a, b;

	if (n == 0)
		return 0;
	bytes = span_of(data + 1, n - 1);
	start(&a, data[0]);
	if (bytes.n > 0)
		stream_received(a.stream, bytes);
	rig_turn(&a);
	finish(&a);
	start(&b, data[0]);
	in_parts(&b, bytes, data[0]);
	rig_turn(&b);
	finish(&b);
	if ((data[0] & 2) == 0)
		compare(&a, &b, data[0]);
	rig_done(&a);
	rig_done(&b);
	return 0;
}
