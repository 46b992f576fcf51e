/* front.c - fuzz target: whatever a peer sends, the front answers each request
 * once and in order, ends where it has said so, and does the same however the
 * bytes were cut up.
 *
 * The first byte is what its user does with a head (bits 0 and 1: accepts,
 * parks first, replies at once, holds it), whether cuts are small (2), whether
 * the peer ends its direction (3), whether it is slow to read (4), whether
 * connections are shed meanwhile (5) or the front freed (6), and the seed of
 * the cuts; then comes what the peer sends.  It is run through twice, at once
 * and cut up, and unless shed or freed the outcomes are compared.
 */
#include <stdlib.h>

#include "../unit/front_rig.h"

enum { SMALL = 4, ENDS = 8, SLOW = 16, SHED = 32, FREES = 64 };

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static void
must(int so)
{
	if (!so)
		abort();
}

/* What was put off goes on, until nothing is.  (In the rig, only who holds
 * exchanges owes an answer to the one that is held.) */
static void
settle(struct rig *r)
{
	for (;;) {
		struct exchange *x = r->in_head == HOLD ? r->held : NULL;

		r->room = SIZE_MAX;
		if (!r->dead)
			stream_writable(r->stream);
		pass(r, 0);
		if (r->front != NULL && r->in_head == PARK) {
			r->in_head = ACCEPT;
			front_unpark_all(r->front);
		} else if (x != NULL && x == r->held && r->front != NULL) {
			reply(x, "held");
			r->held = NULL;
		} else if (r->held == NULL || r->in_head != HOLD) {
			return;
		}
	}
}

static void
disturb(struct rig *r, uint8_t how, size_t left)
{
	if (how & SHED && left % 7 == 0 && r->front != NULL)
		front_shed(r->front);
	if (how & FREES && left < 9) {
		front_free(r->front);
		r->front = NULL;
		r->held = NULL;
	}
}

static void
in_parts(struct rig *r, struct span s, uint8_t how)
{
	uint32_t x = how + 1u;

	while (s.n > 0 && !r->dead) {
		size_t n;

		x = x * 1664525 + 1013904223;
		n = 1 + (x >> 16) % (how & SMALL ? 3 : 200);
		n = n < s.n ? n : s.n;
		if (how & SLOW)
			r->room = x >> 28;
		stream_received(r->stream, span_of(s.p, n));
		s = span_from(s, n);
		if (x >> 29 & 1)
			pass(r, 0);
		disturb(r, how, s.n);
	}
}

/* The statuses of what was sent, "200 400 ", but for 100, which is only said
 * where a body waits for it; a connection that is said to close says no
 * more. */
static void
outcome(struct rig *r, struct buf *out)
{
	const char *p = text_of(&r->sent), *last = p;

	for (; (p = strstr(p, "HTTP/1.1 ")) != NULL; p += 9) {
		if (p[9] < '0' || p[9] > '9')	/* in a reason */
			continue;
		last = p;
		if (memcmp(p + 9, "100", 3) != 0)
			buf_add(out, span_of(p + 9, 4));
	}
	p = strstr(text_of(&r->sent), "Connection: close");
	must(p == NULL || p > last);
}

static void
run(struct span s, uint8_t how, int cut, struct buf *out)
{
	static const enum does does[] = { ACCEPT, PARK, REPLY, HOLD };
	struct rig r;

	set_up_all(&r, does[how & 3], REPLY, LONG_MS, 0);
	if (cut)
		in_parts(&r, s, how);
	else
		stream_received(r.stream, s);
	settle(&r);
	if (how & ENDS && !r.dead)
		stream_half_closed(r.stream);
	settle(&r);
	outcome(&r, out);
	buf_addc(out, r.shut ? '.' : '+');
	tear_down(&r);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct buf whole, cut;
	struct span s;

	if (n == 0)
		return 0;
	buf_init(&whole, SIZE_MAX);
	buf_init(&cut, SIZE_MAX);
	s = span_of((const char *)data + 1, n - 1);
	run(s, data[0], 0, &whole);
	run(s, data[0], 1, &cut);
	must(data[0] & (SHED | FREES) ||
	    span_eq(buf_span(&whole), buf_span(&cut)));
	buf_done(&whole);
	buf_done(&cut);
	return 0;
}
