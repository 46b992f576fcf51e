/* handshake_client.c - what a client asks, and which answers it takes. */
#include <stdlib.h>

#include "check.h"
#include "fields.h"
#include "handshake.h"

/* RFC 6455 section 1.3 */
#define KEY "dGhlIHNhbXBsZSBub25jZQ=="
#define ACCEPT "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="

#define UP "Upgrade: websocket\r\n"
#define CONN "Connection: Upgrade\r\n"
#define S101 "HTTP/1.1 101 Switching Protocols\r\n"
#define ACC "Sec-WebSocket-Accept: " ACCEPT "\r\n"
#define YES S101 UP CONN ACC
#define P "Sec-WebSocket-Protocol: "

static const struct {
	enum status status;
	const char *head, *protocol;
} answers[] = {
	{ 0, YES, "" },
	{ 0, S101 "upgrade: WebSocket\r\nconnection: upgrade\r\n" ACC, "" },
	{ 0, S101 UP "Connection: keep-alive, Upgrade\r\n" ACC, "" },
	{ 0, "HTTP/1.1 101 \r\n" UP CONN ACC "Server: x\r\n", "" },
	{ 0, YES P "v1\r\n", "v1" },
	{ 0, YES P "v2\r\n", "v2" },
	{ 0, YES "Sec-WebSocket-Extensions:\r\n", "" },
	{ STATUS_PROTOCOL, S101 CONN ACC, NULL },
	{ STATUS_PROTOCOL, S101 UP ACC, NULL },
	{ STATUS_PROTOCOL, S101 UP CONN, NULL },
	{ STATUS_PROTOCOL, S101 UP "Connection: close\r\n" ACC, NULL },
	{ STATUS_PROTOCOL, S101 "Upgrade: h2c\r\n" CONN ACC, NULL },
	{ STATUS_PROTOCOL, S101 UP UP CONN ACC, NULL },
	{ STATUS_PROTOCOL, YES ACC, NULL },
	{ STATUS_PROTOCOL, S101 UP CONN
	    "Sec-WebSocket-Accept: S3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n", NULL },
	{ STATUS_PROTOCOL, S101 UP CONN "Sec-WebSocket-Accept:\r\n", NULL },
	{ STATUS_PROTOCOL, S101 UP CONN
	    "Sec-WebSocket-Accept: " KEY "\r\n", NULL },
	{ STATUS_PROTOCOL, YES
	    "Sec-WebSocket-Extensions: permessage-deflate\r\n", NULL },
	{ STATUS_PROTOCOL, YES P "v3\r\n", NULL },
	{ STATUS_PROTOCOL, YES P "V1\r\n", NULL },
	{ STATUS_PROTOCOL, YES P "v1, v2\r\n", NULL },
	{ STATUS_PROTOCOL, YES P "v1\r\n" P "v1\r\n", NULL },
	{ STATUS_PROTOCOL, YES P "\r\n", NULL },
	{ STATUS_PROTOCOL, "HTTP/1.0 101 Switching\r\n" UP CONN ACC, NULL },
	{ STATUS_REFUSED, "HTTP/1.1 403 Forbidden\r\n", NULL },
	{ STATUS_REFUSED, "HTTP/1.1 200 OK\r\n" UP CONN ACC, NULL },
	{ STATUS_REFUSED, "HTTP/1.1 301 Moved\r\nLocation: /\r\n", NULL },
	{ STATUS_REFUSED, "HTTP/1.1 100 Continue\r\n", NULL },
	{ STATUS_REFUSED, "HTTP/1.0 502 Bad Gateway\r\n", NULL },
};

static const char *const protocols[] = { "v1", "v2" };

static enum status
answer(const char *head, struct span *protocol, struct why *why)
{
	struct handshake_ask ask = { .protocols = protocols,
	    .nprotocols = 2, .key = KEY };
	struct handshake_deflate deflate;
	struct http1_head h;
	struct http1_error e;
	static char text[1024];
	size_t seen = 0;

	snprintf(text, sizeof(text), "%s\r\n", head);
	CHECK(http1_response(span_str(text), &seen, sizeof(text), &h, &e) > 0);
	return handshake_check(&h, &ask, protocol, &deflate, why) == 0 ?
	    STATUS_OK : why->status;
}

static void
client(void)
{
	struct span protocol;
	struct why why;
	size_t i;

	for (i = 0; i < sizeof(answers) / sizeof(*answers); i++) {
		enum status status = answer(answers[i].head, &protocol, &why);

		CHECK(status == answers[i].status);
		if (status != answers[i].status)
			fprintf(stderr, "%s", answers[i].head);
		if (status == STATUS_OK)
			CHECK(span_eq(protocol, span_str(answers[i].protocol)));
	}
	answer("HTTP/1.1 403 Forbidden\r\n", &protocol, &why);
	CHECK_STR(why.text, "the server answered 403 Forbidden");
}

static void
keys(void)
{
	char a[HANDSHAKE_KEY_SIZE], b[HANDSHAKE_KEY_SIZE];

	handshake_key(a);
	handshake_key(b);
	CHECK(strlen(a) == 24 && strlen(b) == 24 && strcmp(a, b) != 0);
}

/* The request, NUL-terminated (free it), or NULL for a usage error. */
static char *
request(const char **headers, size_t n)
{
	struct handshake_ask ask = { SPAN("a.example:81"), SPAN("/c?d"),
	    "http://o.example", protocols, 2, NULL, 0, 0, KEY };
	const struct opt_list list = { headers, n };
	struct fields fields;
	struct buf out;
	struct why why;

	buf_init(&out, 4096);
	if (fields_init(&fields, &list, &why) == -1) {
		CHECK(why.status == STATUS_USAGE);
		return NULL;
	}
	ask.headers = fields.v;
	ask.nheaders = fields.n;
	if (handshake_request(&out, &ask, &why) == 0) {
		fields_done(&fields);
		buf_addc(&out, '\0');
		return out.base;
	}
	fields_done(&fields);
	CHECK(why.status == STATUS_USAGE && out.n == 0);
	buf_done(&out);
	return NULL;
}

static void
requesting(void)
{
	static const char *own[] = { "X-A:  b\tc ", "host: other",
	    "User-Agent: me", "Origin:", "X-None:", "X-Empty;" };
	char *s = request(NULL, 0);

	CHECK_STR(s, "GET /c?d HTTP/1.1\r\nHost: a.example:81\r\n"
	    "User-Agent: hookline/" HOOKLINE_VERSION "\r\n"
	    "Upgrade: websocket\r\nConnection: Upgrade\r\n"
	    "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: " KEY "\r\n"
	    "Origin: http://o.example\r\nSec-WebSocket-Protocol: v1, v2\r\n"
	    "\r\n");
	free(s);
	s = request(own, 6);
	CHECK_STR(s, "GET /c?d HTTP/1.1\r\nUpgrade: websocket\r\n"
	    "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
	    "Sec-WebSocket-Key: " KEY "\r\n"
	    "Sec-WebSocket-Protocol: v1, v2\r\nX-A: b\tc\r\n"
	    "host: other\r\nUser-Agent: me\r\nX-Empty: \r\n\r\n");
	free(s);
}

static void
bad_headers(void)
{
	static const char *bad[] = { "", "no colon", ": no name",
	    "a b: c", "a : b", "a: b\r\nc: d", "a: b\nc", "a: b\rc",
	    "a: \x01", "a: \x7f", "\xc3\xa4: b", "Host:", "Host: ",
	    "Connection: close", "upgrade: x", "Sec-WebSocket-Key: x",
	    "sec-websocket-version: 12", "Sec-WebSocket-Protocol: x",
	    "Sec-WebSocket-Extensions: permessage-deflate",
	    "Content-Length: 1", "Transfer-Encoding: chunked" };
	static const char *twice[] = { "Host: a", "host: b" };
	size_t i;

	for (i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		char *s = request(&bad[i], 1);

		CHECK(s == NULL);
		if (s != NULL)
			fprintf(stderr, "taken: %s\n", bad[i]);
		free(s);
	}
	CHECK(request(twice, 2) == NULL);
}

static void
bad_asks(void)
{
	static const char *const bad_protocols[][2] = {
		{ "a b", "c" }, { "a", "a" }, { "", "a" }, { "a,b", "c" },
	};
	const struct handshake_ask bad[] = {
		{ .host = SPAN("a b"), .target = SPAN("/") },
		{ .host = SPAN("a\r\nX: y"), .target = SPAN("/") },
		{ .host = SPAN(""), .target = SPAN("/") },
		{ .host = SPAN("a"), .target = SPAN("/ HTTP/1.1") },
		{ .host = SPAN("a"), .target = SPAN("/\r\n") },
		{ .host = SPAN("a"), .target = SPAN("") },
		{ .host = SPAN("a"), .target = SPAN("/"), .origin = "a\nb" },
		{ .host = SPAN("a"), .target = SPAN("/"), .origin = "" },
	};
	struct handshake_ask ask = { .host = SPAN("a"), .target = SPAN("/"),
	    .nprotocols = 2 };
	struct buf out;
	struct why why;
	size_t i;

	buf_init(&out, 4096);
	for (i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		CHECK(handshake_request(&out, &bad[i], &why) == -1);
		CHECK(why.status == STATUS_USAGE);
	}
	for (i = 0; i < sizeof(bad_protocols) / sizeof(*bad_protocols); i++) {
		ask.protocols = bad_protocols[i];
		CHECK(handshake_request(&out, &ask, &why) == -1);
		CHECK(why.status == STATUS_USAGE);
	}
	CHECK(out.n == 0);
	buf_done(&out);
}

int
main(void)
{
	client();
	keys();
	requesting();
	bad_headers();
	bad_asks();
	return CHECK_DONE;
}
