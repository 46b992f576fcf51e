/* ws.c - the rules of RFC 6455 sections 5, 7.4 and 8, as either side; every
 * case whole, byte by byte and in between. */
#include "check.h"
#include "ws_rig.h"

#define MAX (1024 * 1024)

/* Frames are written 81:hello - the first byte in hex, a `u` for the wrong
 * masking, a colon, the payload - and stand a blank apart. */
static const struct {
	const char *in, *got, *said;
} cases[] = {
	/* messages and opcodes */
	{ "81:hello", "t:hello;", "" },
	{ "82:\xff\xfe", "b:\xff\xfe;", "" },
	{ "81: 82:", "t:;b:;", "" },
	{ "81:a 82:b 81:c", "t:a;b:b;t:c;", "" },
	{ "83:x", "", "close:1002 an unknown opcode;" },
	{ "84:", "", "close:1002 an unknown opcode;" },
	{ "87:", "", "close:1002 an unknown opcode;" },
	{ "8b:", "", "close:1002 an unknown opcode;" },
	{ "8f:x", "", "close:1002 an unknown opcode;" },
	{ "81:a 83: 81:b", "t:a;", "close:1002 an unknown opcode;" },
	/* reserved bits */
	{ "c1:x", "", "close:1002 a reserved bit is set;" },
	{ "a1:x", "", "close:1002 a reserved bit is set;" },
	{ "91:x", "", "close:1002 a reserved bit is set;" },
	{ "f1:", "", "close:1002 a reserved bit is set;" },
	{ "c9:x", "", "close:1002 a reserved bit is set;" },
	{ "81:a a2:b", "t:a;", "close:1002 a reserved bit is set;" },
	{ "01:a c0:b", "", "close:1002 a reserved bit is set;" },
	/* fragments */
	{ "01:hel 80:lo", "t:hello;", "" },
	{ "02:a 00:b 00:c 80:d", "b:abcd;", "" },
	{ "01: 00: 80:", "t:;", "" },
	{ "01: 00:x 80:", "t:x;", "" },
	{ "01:a 80:b 02:c 80:d", "t:ab;b:cd;", "" },
	{ "01:a 89:p 00:b 89:q 80:c", "t:abc;", "pong:p;pong:q;" },
	{ "01:a 8a:p 80:b", "t:ab;", "" },
	{ "80:x", "", "close:1002 a continuation without a beginning;" },
	{ "00:x", "", "close:1002 a continuation without a beginning;" },
	{ "81:a 80:b", "t:a;",
	    "close:1002 a continuation without a beginning;" },
	{ "01:a 81:b", "",
	    "close:1002 a message within a fragmented message;" },
	{ "01:a 02:b", "",
	    "close:1002 a message within a fragmented message;" },
	{ "01:a 80:b 80:c", "t:ab;",
	    "close:1002 a continuation without a beginning;" },
	/* control frames */
	{ "89:", "", "pong:;" },
	{ "89:\x01\xff", "", "pong:\x01\xff;" },
	{ "89:1 89:2 89:3", "", "pong:1;pong:2;pong:3;" },
	{ "8a:", "", "" },
	{ "8a:unasked 81:a", "t:a;", "" },
	{ "09:x", "", "close:1002 a control frame too long or in parts, or "
	    "an overlong length;" },
	{ "08:", "", "close:1002 a control frame too long or in parts, or "
	    "an overlong length;" },
	/* close */
	{ "88:", "", "close:;" },
	{ "88:\x03\xe8", "", "close:1000 ;" },
	{ "88:\x03\xe8""bye", "", "close:1000 ;" },
	{ "88:\x03", "", "close:1002 a close frame with half a code;" },
	{ "88:\x03\xe8\xff", "",
	    "close:1007 a close reason that is not UTF-8;" },
	{ "88:\x03\xe8\xc3", "",
	    "close:1007 a close reason that is not UTF-8;" },
	{ "81:a 88:\x03\xe8 81:b 89:p", "t:a;", "close:1000 ;" },
	{ "01:a 88:\x03\xe8", "", "close:1000 ;" },
	/* UTF-8 */
	{ "81:\xce\xba\xe1\xbd\xb9", "t:\xce\xba\xe1\xbd\xb9;", "" },
	{ "01:\xce 80:\xba", "t:\xce\xba;", "" },
	{ "01:\xf0\x9f 00:\x98 80:\x80", "t:\xf0\x9f\x98\x80;", "" },
	{ "81:\xff", "", "close:1007 text that is not UTF-8;" },
	{ "01:\xff", "", "close:1007 text that is not UTF-8;" },
	{ "01:\xed\xa0", "", "close:1007 text that is not UTF-8;" },
	{ "01:\xf4\x90", "", "close:1007 text that is not UTF-8;" },
	{ "01:\xe0\x9f", "", "close:1007 text that is not UTF-8;" },
	{ "01:\xf5", "", "close:1007 text that is not UTF-8;" },
	{ "01:\xc0", "", "close:1007 text that is not UTF-8;" },
	{ "01:a 00:\x80", "", "close:1007 text that is not UTF-8;" },
	{ "01:\xce 80:", "", "close:1007 text that is not UTF-8;" },
	{ "81:\xce 81:\xba", "", "close:1007 text that is not UTF-8;" },
	{ "02:\xff 80:\xce", "b:\xff\xce;", "" },
	/* masking */
	{ "81u:x", "", "close:1002 MASK;" },
	{ "82u:", "", "close:1002 MASK;" },
	{ "81:a 89u:x", "t:a;", "close:1002 MASK;" },
	{ "01:a 80u:b", "", "close:1002 MASK;" },
};

static void
script(struct buf *out, const char *s, int masked)
{
	while (*s != '\0') {
		int head = (int)strtol(s, (char **)&s, 16);
		int wrong = *s == 'u';
		const char *p = s + wrong + 1;

		s = p + strcspn(p, " ");
		rig_frame(out, head, masked != wrong,
		    span_of(p, (size_t)(s - p)));
		s += *s == ' ';
	}
}

/* What is expected to be said, with the side's own words on masking. */
static void
expected(char *out, size_t size, const char *said, enum ws_side side)
{
	const char *mask = strstr(said, "MASK");

	if (mask == NULL)
		snprintf(out, size, "%s", said);
	else
		snprintf(out, size, "%.*s%s;", (int)(mask - said), said,
		    side == WS_SERVER ? "an unmasked frame from a client" :
		    "a masked frame from a server");
}

static void
run(size_t i, enum ws_side side, size_t chunk)
{
	struct rig r;
	struct buf in;
	char said[256];
	int before = check_failed;

	buf_init(&in, MAX);
	script(&in, cases[i].in, side == WS_SERVER);
	expected(said, sizeof(said), cases[i].said, side);
	rig_init(&r, side, MAX, SPAN(""));
	rig_feed(&r, buf_span(&in), chunk);
	rig_turn(&r);
	CHECK(rig_got(&r, cases[i].got));
	CHECK(rig_said(&r, side, said));
	if (strncmp(said, "close", 5) != 0)
		CHECK(r.closes == 0 && !r.shut);
	rig_end(&r);
	CHECK(r.closes == 1);
	CHECK((r.status == STATUS_PROTOCOL) == (strlen(said) > 12 &&
	    strncmp(said, "close:10", 8) == 0));
	if (check_failed != before)
		fprintf(stderr, "in: %s, side %d, by %zu bytes\n",
		    cases[i].in, (int)side, chunk);
	rig_done(&r);
	buf_done(&in);
}

static void
rules(void)
{
	static const size_t chunks[] = { 1, 2, 3, 7, MAX };
	size_t i, j;

	for (i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		for (j = 0; j < sizeof(chunks) / sizeof(*chunks); j++) {
			run(i, WS_SERVER, chunks[j]);
			run(i, WS_CLIENT, chunks[j]);
		}
	}
}

/* A server's or client's frame of that length, received in pieces and sent
 * as it should be. */
static void
length(size_t n, enum ws_side side)
{
	struct rig r;
	struct buf in, told;
	char *body = malloc(n + 1);
	size_t i;

	for (i = 0; i < n; i++)
		body[i] = (char)('a' + i % 26);
	buf_init(&in, 2 * MAX);
	buf_init(&told, 2 * MAX);
	rig_frame(&in, 0x82, side == WS_SERVER, span_of(body, n));
	rig_init(&r, side, MAX, SPAN(""));
	rig_feed(&r, span_of(in.p, 9 < in.n ? 9 : in.n), 1);
	if (in.n > 9)
		rig_feed(&r, span_from(buf_span(&in), 9), 1000);
	CHECK(r.messages == 1 && r.got.n == n + 3);
	CHECK(memcmp(r.got.p + 2, body, n) == 0);
	CHECK(ws_send(r.ws, (struct msg){ MSG_TEXT,
	    span_of(body, n) }) == 0);
	CHECK(ws_queued(r.ws) >= n);
	rig_turn(&r);
	CHECK(ws_queued(r.ws) == 0);
	rig_told(&r, side, &told);
	CHECK(told.n == n + 6 && memcmp(told.p, "text:", 5) == 0 &&
	    memcmp(told.p + 5, body, n) == 0);
	CHECK(r.sent.n == ws_frame_size(n) + (side == WS_CLIENT ? 4 : 0));
	rig_done(&r);
	buf_done(&in);
	buf_done(&told);
	free(body);
}

static void
lengths(void)
{
	static const size_t at[] = { 0, 1, 124, 125, 126, 127, 128, 4081, 4082,
	    4083, 4095, 4096, 4097, 65534, 65535, 65536, 65537, 300000 };
	size_t i;

	for (i = 0; i < sizeof(at) / sizeof(*at); i++) {
		length(at[i], WS_SERVER);
		length(at[i], WS_CLIENT);
	}
}

/* A frame head of these bytes, to a client, is refused. */
static void
refused(struct span head, int code)
{
	struct rig r;

	rig_init(&r, WS_CLIENT, MAX, SPAN(""));
	rig_feed(&r, head, MAX);
	rig_turn(&r);
	rig_end(&r);
	CHECK(r.messages == 0 && r.closes == 1 && r.code == code);
	CHECK(r.status == STATUS_PROTOCOL && !r.clean);
	rig_done(&r);
}

static void
bad_lengths(void)
{
	refused(SPAN("\x82\x7e\x00\x7d"), WS_PROTOCOL_ERROR);
	refused(SPAN("\x82\x7e\x00\x00"), WS_PROTOCOL_ERROR);
	refused(SPAN("\x82\x7f\0\0\0\0\0\0\xff\xff"), WS_PROTOCOL_ERROR);
	refused(SPAN("\x82\x7f\0\0\0\0\0\0\0\x05"), WS_PROTOCOL_ERROR);
	refused(SPAN("\x82\x7f\x80\0\0\0\0\1\0\0"), WS_PROTOCOL_ERROR);
	refused(SPAN("\x89\x7e\x00\x7e"), WS_PROTOCOL_ERROR);
	refused(SPAN("\x8a\x7f\0\0\0\0\0\1\0\0"), WS_PROTOCOL_ERROR);
	refused(SPAN("\x88\x7e\x00\x7e"), WS_PROTOCOL_ERROR);
	/* over the limit: before it has come */
	refused(SPAN("\x82\x7f\0\0\0\0\0\x10\0\1a"), WS_TOO_BIG);
	refused(SPAN("\x82\x7f\0\0\0\0\0\x10\0\1"), WS_TOO_BIG);
	refused(SPAN("\x82\x7f\x7f\xff\xff\xff\xff\xff\xff\xff""a"),
	    WS_TOO_BIG);
}

/* The limit holds for a message in parts as well; at it, all is well. */
static void
limit(void)
{
	struct rig r;
	struct buf in;
	int over;

	for (over = 0; over < 2; over++) {
		buf_init(&in, MAX);
		rig_frame(&in, 0x02, 1, SPAN("12345"));
		rig_frame(&in, 0x00, 1, SPAN("6789"));
		rig_frame(&in, 0x80, 1, over ? SPAN("ab") : SPAN("a"));
		rig_frame(&in, 0x82, 1, SPAN("0123456789"));
		rig_init(&r, WS_SERVER, 10, SPAN(""));
		rig_feed(&r, buf_span(&in), 3);
		CHECK(rig_got(&r, over ? "" : "b:123456789a;b:0123456789;"));
		CHECK(rig_said(&r, WS_SERVER, over ?
		    "close:1009 a message over the limit;" : ""));
		rig_done(&r);
		buf_done(&in);
	}
}

static int
code_is_valid(int code)
{
	return (code >= 1000 && code <= 1003) ||
	    (code >= 1007 && code <= 1014) || (code >= 3000 && code <= 4999);
}

static void
close_code(int code)
{
	struct rig r;
	struct buf in;
	char body[2] = { (char)(code >> 8), (char)code };

	buf_init(&in, MAX);
	rig_frame(&in, 0x88, 1, span_of(body, 2));
	rig_init(&r, WS_SERVER, MAX, SPAN(""));
	rig_feed(&r, buf_span(&in), MAX);
	rig_turn(&r);
	rig_end(&r);
	CHECK(r.closes == 1 && r.clean == code_is_valid(code));
	CHECK(r.code == (r.clean ? code : WS_PROTOCOL_ERROR));
	CHECK(r.by_peer || !r.clean);
	rig_done(&r);
	buf_done(&in);
}

static void
close_codes(void)
{
	static const int beside[] = { 0, 1, 999, 1100, 1999, 2000, 2999, 3000,
	    3001, 3999, 4000, 4999, 5000, 9999, 65535 };
	size_t i;
	int code;

	for (code = 1000; code < 1020; code++)
		close_code(code);
	for (i = 0; i < sizeof(beside) / sizeof(*beside); i++)
		close_code(beside[i]);
}

/* Split at every byte into frames and into reads, text is what it was; and
 * what is not UTF-8 is refused as soon as no end could make it right. */
static void
utf8(void)
{
	static const char good[] = "a\xc2\xa9\xe2\x82\xac\xf0\x9f\x99\x82"
	    "\xed\x9f\xbf\xee\x80\x80\xf4\x8f\xbf\xbf\xe0\xa0\x80z";
	size_t i, j, n = sizeof(good) - 1;
	char want[64];

	snprintf(want, sizeof(want), "t:%s;", good);
	for (i = 0; i <= n; i++) {
		for (j = 1; j < 5; j++) {
			struct rig r;
			struct buf in;

			buf_init(&in, MAX);
			rig_frame(&in, 0x01, 1, span_of(good, i));
			rig_frame(&in, 0x80, 1, span_of(good + i, n - i));
			rig_init(&r, WS_SERVER, MAX, SPAN(""));
			rig_feed(&r, buf_span(&in), j);
			CHECK(rig_got(&r, want) && r.sent.n == 0);
			rig_done(&r);
			buf_done(&in);
		}
	}
}

int
main(void)
{
	rules();
	lengths();
	bad_lengths();
	limit();
	close_codes();
	utf8();
	return CHECK_DONE;
}
