/* receive.c - from bytes to messages, an event at a time.
 *
 * wslay's frame layer takes frames apart.  Its event layer, which would also
 * put messages together, goes on delivering what it has buffered when it is
 * asked to stop, and holds its buffers while nothing happens; so what is
 * above frames is here.  Of the rules wslay 1.1.1 looks at the length of
 * control frames, that they are not fragmented, and at lengths written longer
 * than need be; masking, reserved bits, opcodes, the order of fragments,
 * UTF-8 and close codes are looked at here.
 */
#include <stdint.h>
#include <string.h>

#include <wslay/wslay.h>

#include "own.h"
#include "utf8.h"

#define MASK_KEY_SIZE 4
#define MAX_HEAD (2 + 8 + MASK_KEY_SIZE)

static enum ws_event
broken(struct ws_got *got, int code, const char *what)
{
	got->code = code;
	got->broken = what;
	return WS_BROKEN;
}

static ssize_t
give(uint8_t *to, size_t n, int flags, void *arg)
{
	struct ws_receiver *r = arg;

	(void)flags;
	if (n > r->in->n)
		n = r->in->n;
	if (n == 0)
		return -1;
	memcpy(to, r->in->p, n);
	*r->in = span_from(*r->in, n);
	r->held += n;
	return (ssize_t)n;
}

/* A context is 4 KB: there is one only while bytes are under way. */
static int
need_wslay(struct ws_receiver *r)
{
	static const struct wslay_frame_callbacks calls = {
		.recv_callback = give
	};

	if (r->wslay != NULL)
		return 0;
	return wslay_frame_context_init(&r->wslay, &calls, r) == 0 ? 0 : -1;
}

static void
rest(struct ws_receiver *r)
{
	if (r->in_frame || r->held > 0)
		return;
	wslay_frame_context_free(r->wslay);
	r->wslay = NULL;
	if (r->opcode != 0)
		return;
	buf_done(&r->message);
	if (!r->peer.keeps) {
		inflater_free(r->inflater);
		r->inflater = NULL;
	}
}

/* What wslay took for the head: lengths are in their shortest form, or it
 * would have refused them. */
static size_t
head_size(const struct wslay_frame_iocb *f)
{
	return ws_frame_size((size_t)f->payload_length) -
	    (size_t)f->payload_length + (f->mask ? MASK_KEY_SIZE : 0);
}

static const char *
wrong_order(const struct ws_receiver *r, const struct wslay_frame_iocb *f)
{
	switch (f->opcode) {
	case OP_CONTINUATION:
		return r->opcode == 0 ?
		    "a continuation without a beginning" : NULL;
	case OP_TEXT:
	case OP_BINARY:
		return r->opcode != 0 ?
		    "a message within a fragmented message" : NULL;
	case OP_CLOSE:
	case OP_PING:
	case OP_PONG:
		return NULL;
	default:
		return "an unknown opcode";
	}
}

/* RSV1 alone, on a message's first frame, and only where that was agreed on
 * (RFC 7692 section 6). */
static int
has_wrong_bits(const struct ws_receiver *r, const struct wslay_frame_iocb *f)
{
	if (f->rsv == 0)
		return 0;
	return f->rsv != RSV1 >> 4 || !r->may_deflate ||
	    (f->opcode != OP_TEXT && f->opcode != OP_BINARY);
}

/* Is the frame one of a compressed message?  Then inflating it tells how
 * large that is. */
static int
is_deflated(const struct ws_receiver *r, const struct wslay_frame_iocb *f)
{
	return r->opcode == 0 ? f->rsv != 0 : r->deflated;
}

/* The rules for a frame's head (section 5.2). */
static enum ws_event
check_head(struct ws_receiver *r, const struct wslay_frame_iocb *f,
    struct ws_got *got)
{
	const char *wrong = wrong_order(r, f);

	if (has_wrong_bits(r, f))
		wrong = "a reserved bit is set";
	else if (f->mask && !r->masked)
		wrong = "a masked frame from a server";
	else if (!f->mask && r->masked)
		wrong = "an unmasked frame from a client";
	if (wrong != NULL)
		return broken(got, WS_PROTOCOL_ERROR, wrong);
	if (!wslay_is_ctrl_frame(f->opcode) && !is_deflated(r, f) &&
	    f->payload_length > r->message.max - r->message.n)
		return broken(got, WS_TOO_BIG, "a message over the limit");
	return WS_NOTHING;
}

/* wslay keeps a head to itself until its payload begins: one that came alone
 * is looked at before, but for lengths that wslay itself refuses. */
static enum ws_event
check_lone_head(struct ws_receiver *r, struct span in, struct ws_got *got)
{
	const unsigned char *p = (const unsigned char *)in.p;
	size_t n = (p[1] & 0x7f) == 127 ? 8 : (p[1] & 0x7f) == 126 ? 2 : 0, i;
	struct wslay_frame_iocb f = { .fin = p[0] >> 7,
		.rsv = p[0] >> 4 & 7, .opcode = p[0] & 15, .mask = p[1] >> 7,
		.payload_length = n > 0 ? 0 : p[1] & 0x7f };

	if (in.n != 2 + n + (f.mask ? MASK_KEY_SIZE : 0))
		return WS_NOTHING;
	for (i = 0; i < n; i++)
		f.payload_length = f.payload_length << 8 | p[2 + i];
	if (f.payload_length >> 63 || head_size(&f) != in.n)
		return WS_NOTHING;
	return check_head(r, &f, got);
}

static size_t
size_by_lead(unsigned char c)
{
	return c < 0xc0 ? 1 : c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4;
}

/* How many bytes at the end are a character that is cut off? */
static size_t
cut_off(struct span s)
{
	size_t i;

	for (i = 1; i <= s.n && i < 4; i++) {
		unsigned char c = (unsigned char)s.p[s.n - i];

		if ((c & 0xc0) == 0x80)
			continue;
		return size_by_lead(c) > i ? i : 0;
	}
	return 0;
}

/* Can these bytes be the beginning of a character?  They are if they become
 * one with the least that can follow (RFC 3629 section 4). */
static int
may_begin(struct span s)
{
	char c[4] = { 0, (char)0x80, (char)0x80, (char)0x80 };
	size_t n = size_by_lead((unsigned char)s.p[0]);

	if ((unsigned char)s.p[0] == 0xe0)
		c[1] = (char)0xa0;
	else if ((unsigned char)s.p[0] == 0xf0)
		c[1] = (char)0x90;
	memcpy(c, s.p, s.n);
	return utf8_len(span_of(c, n)) == n;
}

/* What came since the last time must be UTF-8, as far as it goes. */
static int
check_text(struct ws_receiver *r, int last)
{
	struct span s = span_from(buf_span(&r->message), r->checked);
	size_t cut = last ? 0 : cut_off(s);
	struct span tail = span_from(s, s.n - cut);

	s.n -= cut;
	r->checked += s.n;
	return utf8_valid(s) && (cut == 0 || may_begin(tail)) ? 0 : -1;
}

static enum ws_event
message(struct ws_receiver *r, int opcode, struct span body,
    struct ws_got *got)
{
	got->msg.kind = opcode == OP_TEXT ? MSG_TEXT : MSG_BINARY;
	got->msg.body = body;
	r->opcode = 0;
	return WS_MESSAGE;
}

/* Adds to the message what came of it. */
static enum ws_event
add_data(struct ws_receiver *r, struct span data, int last,
    struct ws_got *got)
{
	static const char no_memory[] = "out of memory";

	if (!r->deflated)
		return buf_add(&r->message, data) == 0 ? WS_NOTHING :
		    broken(got, WS_INTERNAL, no_memory);
	if (r->inflater == NULL &&
	    (r->inflater = inflater_new(&r->peer)) == NULL)
		return broken(got, WS_INTERNAL, no_memory);
	switch (inflater_run(r->inflater, data, last, &r->message)) {
	case INFLATE_OK:
		return WS_NOTHING;
	case INFLATE_BAD:
		return broken(got, WS_BAD_DATA,
		    "a compressed message that does not inflate");
	case INFLATE_TOO_BIG:
		return broken(got, WS_TOO_BIG,
		    "a message over the limit once it is inflated");
	default:
		return broken(got, WS_INTERNAL, no_memory);
	}
}

static enum ws_event
take_data(struct ws_receiver *r, const struct wslay_frame_iocb *f,
    struct ws_got *got)
{
	struct span data = span_of(f->data, f->data_length);
	int last = f->fin && r->left == 0;
	static const char not_utf8[] = "text that is not UTF-8";

	/* Most messages are one frame that is there as a whole. */
	if (r->opcode == 0 && last && f->rsv == 0) {
		if (f->opcode == OP_TEXT && !utf8_valid(data))
			return broken(got, WS_BAD_DATA, not_utf8);
		return message(r, f->opcode, data, got);
	}
	if (r->opcode == 0) {
		buf_clear(&r->message);
		r->deflated = f->rsv != 0;
		r->opcode = f->opcode;
		r->checked = 0;
	}
	if (add_data(r, data, last, got) == WS_BROKEN)
		return WS_BROKEN;
	if (r->opcode == OP_TEXT && check_text(r, last) == -1)
		return broken(got, WS_BAD_DATA, not_utf8);
	if (!last)
		return WS_NOTHING;
	return message(r, r->opcode, buf_span(&r->message), got);
}

/* May it be in a close frame (section 7.4, and IANA's registry)? */
static int
is_code(int code)
{
	if (code >= 3000)
		return code <= 4999;
	return code >= 1000 && code <= 1014 && code != 1004 &&
	    code != WS_NO_STATUS && code != WS_ABNORMAL;
}

static enum ws_event
take_close(struct span body, struct ws_got *got)
{
	const unsigned char *p = (const unsigned char *)body.p;

	got->code = WS_NO_STATUS;
	got->msg.body = SPAN("");
	if (body.n == 0)
		return WS_CLOSE;
	if (body.n == 1)
		return broken(got, WS_PROTOCOL_ERROR,
		    "a close frame with half a code");
	got->code = p[0] << 8 | p[1];
	got->msg.body = span_from(body, 2);
	if (!is_code(got->code))
		return broken(got, WS_PROTOCOL_ERROR,
		    "a close code that may not be sent");
	if (!utf8_valid(got->msg.body))
		return broken(got, WS_BAD_DATA,
		    "a close reason that is not UTF-8");
	return WS_CLOSE;
}

static enum ws_event
take_control(struct ws_receiver *r, const struct wslay_frame_iocb *f,
    struct ws_got *got)
{
	if (f->data_length > 0)
		memcpy(r->control + r->ncontrol, f->data, f->data_length);
	r->ncontrol = (unsigned char)(r->ncontrol + f->data_length);
	if (r->left > 0)
		return WS_NOTHING;
	got->msg.body = span_of(r->control, r->ncontrol);
	r->ncontrol = 0;
	if (f->opcode == OP_CLOSE)
		return take_close(got->msg.body, got);
	return f->opcode == OP_PING ? WS_PING : WS_PONG;
}

/* A frame, or a further part of one. */
static enum ws_event
take(struct ws_receiver *r, const struct wslay_frame_iocb *f,
    struct ws_got *got)
{
	if (!r->in_frame) {
		if (check_head(r, f, got) == WS_BROKEN)
			return WS_BROKEN;
		r->held -= head_size(f);
		r->left = f->payload_length;
	}
	r->held -= f->data_length;
	r->left -= f->data_length;
	r->in_frame = r->left > 0;
	if (wslay_is_ctrl_frame(f->opcode))
		return take_control(r, f, got);
	return take_data(r, f, got);
}

void
ws_receiver_init(struct ws_receiver *r, int masked, size_t max_message,
    const struct deflate_params *p)
{
	*r = (struct ws_receiver){ .masked = masked != 0 };
	if (p != NULL) {
		r->peer = masked ? p->client : p->server;
		r->may_deflate = 1;
	}
	buf_init(&r->message, max_message);
}

void
ws_receiver_done(struct ws_receiver *r)
{
	wslay_frame_context_free(r->wslay);
	inflater_free(r->inflater);
	buf_done(&r->message);
}

enum ws_event
ws_receive(struct ws_receiver *r, struct span *in, struct ws_got *got)
{
	struct wslay_frame_iocb f;
	enum ws_event event = WS_NOTHING;
	ssize_t n;

	r->in = in;
	if (r->opcode == 0)
		buf_clear(&r->message);
	if (in->n >= 2 && in->n <= MAX_HEAD && !r->in_frame && r->held == 0)
		event = check_lone_head(r, *in, got);
	while (event == WS_NOTHING) {
		if (in->n == 0 && r->wslay == NULL)
			break;
		if (need_wslay(r) == -1)
			return broken(got, WS_INTERNAL, "out of memory");
		n = wslay_frame_recv(r->wslay, &f);
		/* It also says so having taken some, but not a whole head. */
		if (n == WSLAY_ERR_WANT_READ && in->n > 0)
			continue;
		if (n == WSLAY_ERR_WANT_READ) {
			rest(r);
			break;
		}
		if (n < 0)
			return broken(got, WS_PROTOCOL_ERROR, "a control frame "
			    "too long or in parts, or an overlong length");
		event = take(r, &f, got);
	}
	return event;
}
