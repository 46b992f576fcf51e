/* handshake.c - shapes of a client's request, and how they are answered. */
#include "check.h"
#include "handshake.h"

/* RFC 6455 section 1.3 */
#define KEY "dGhlIHNhbXBsZSBub25jZQ=="
#define ACCEPT "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="

#define GET "GET /chat HTTP/1.1\r\n"
#define HOST "Host: a.example\r\n"
#define UP "Upgrade: websocket\r\n"
#define CONN "Connection: Upgrade\r\n"
#define KEYED "Sec-WebSocket-Key: " KEY "\r\n"
#define V13 "Sec-WebSocket-Version: 13\r\n"
#define K(key) GET HOST UP CONN "Sec-WebSocket-Key: " key "\r\n" V13
#define V(version) GET HOST UP CONN KEYED "Sec-WebSocket-Version: " \
	version "\r\n"
#define GOOD GET HOST UP CONN KEYED V13

/* status: 0 accepted, 1 not asked for, -1 not even HTTP. */
static const struct {
	int status;
	const char *head;
} requests[] = {
	{ 0, GOOD },
	{ 0, GOOD "Origin: http://a.example\r\n" },
	{ 0, "GET /a?b=c HTTP/1.1\r\n" HOST UP CONN KEYED V13 },
	{ 0, "GET http://a.example/c HTTP/1.1\r\n" HOST UP CONN KEYED V13 },
	{ 0, GET HOST "Upgrade: WebSocket\r\n" CONN KEYED V13 },
	{ 0, GET HOST "UPGRADE: WEBSOCKET\r\n" CONN KEYED V13 },
	{ 0, GET HOST "Upgrade: h2c, websocket\r\n" CONN KEYED V13 },
	{ 0, GET HOST "Upgrade: h2c\r\n" UP CONN KEYED V13 },
	{ 0, GET HOST UP "Connection: upgrade\r\n" KEYED V13 },
	{ 0, GET HOST UP "Connection: keep-alive, Upgrade\r\n" KEYED V13 },
	{ 0, GET HOST UP "Connection: Upgrade,keep-alive\r\n" KEYED V13 },
	{ 0, GET HOST UP "Connection: keep-alive\r\n" CONN KEYED V13 },
	{ 0, GOOD "Content-Length: 0\r\n" },
	{ 0, GOOD "Sec-WebSocket-Protocol: a\r\n" },
	{ 0, GOOD "Sec-WebSocket-Protocol: a, b,c\r\n" },
	{ 0, GOOD "Sec-WebSocket-Protocol: a\r\n"
	    "Sec-WebSocket-Protocol: b\r\n" },
	{ 0, GOOD "Sec-WebSocket-Extensions: permessage-deflate; "
	    "client_max_window_bits\r\n" },
	{ 0, K("  " KEY "  ") },
	{ 0, K("AAAAAAAAAAAAAAAAAAAAAA==") },
	{ 0, K("/////////////////////w==") },
	/* not a websocket at all */
	{ 1, GET HOST },
	{ 1, GET HOST "Connection: Upgrade\r\nUpgrade: h2c\r\n" },
	{ 1, "POST / HTTP/1.1\r\n" HOST "Content-Length: 3\r\n" },
	{ 1, GET HOST "Upgrade: websockets\r\n" CONN },
	/* the method and the version of HTTP */
	{ 405, "POST /chat HTTP/1.1\r\n" HOST UP CONN KEYED V13 },
	{ 405, "HEAD /chat HTTP/1.1\r\n" HOST UP CONN KEYED V13 },
	{ 405, "OPTIONS /chat HTTP/1.1\r\n" HOST UP CONN KEYED V13 },
	{ 405, "get /chat HTTP/1.1\r\n" HOST UP CONN KEYED V13 },
	{ 405, "PUT /chat HTTP/1.1\r\n" HOST UP CONN KEYED V13
	    "Content-Length: 2\r\n" },
	{ 400, "GET /chat HTTP/1.0\r\n" HOST UP CONN KEYED V13 },
	{ -1, "GET /chat HTTP/2.0\r\n" HOST UP CONN KEYED V13 },
	{ -1, "GET /chat\r\n" HOST UP CONN KEYED V13 },
	/* Host */
	{ -1, GET UP CONN KEYED V13 },
	{ -1, GET HOST HOST UP CONN KEYED V13 },
	/* Upgrade and Connection */
	{ 400, GET HOST CONN KEYED V13 },
	{ 400, GET HOST "Upgrade: h2c\r\n" CONN KEYED V13 },
	{ 400, GET HOST "Upgrade: websocket/13\r\n" CONN KEYED V13 },
	{ 400, GET HOST "Upgrade:\r\n" CONN KEYED V13 },
	{ 400, GET HOST UP KEYED V13 },
	{ 400, GET HOST UP "Connection: close\r\n" KEYED V13 },
	{ 400, GET HOST UP "Connection: keep-alive\r\n" KEYED V13 },
	{ 400, GET HOST UP "Connection: Upgraded\r\n" KEYED V13 },
	{ 400, GET HOST UP "Connection:\r\n" KEYED V13 },
	/* the version */
	{ 426, GET HOST UP CONN KEYED },
	{ 426, V("12") }, { 426, V("14") }, { 426, V("8") }, { 426, V("0") },
	{ 426, V("013") }, { 426, V("13.0") }, { 426, V("+13") },
	{ 426, V("13, 8") }, { 426, V("") }, { 426, V("1 3") },
	{ 426, V("0x0d") }, { 426, GOOD V13 },
	{ 426, GOOD "Sec-WebSocket-Version: 8\r\n" },
	/* the key */
	{ 400, GET HOST UP CONN V13 },
	{ 400, GOOD KEYED },
	{ 400, K("") },
	{ 400, K("x") },
	{ 400, K("dGhlIHNhbXBsZSBub25jZQ=") },
	{ 400, K("dGhlIHNhbXBsZSBub25jZQ") },
	{ 400, K("dGhlIHNhbXBsZSBub25jZR==") },	/* bits behind the end */
	{ 400, K("dGhlIHNhbXBsZSBub25jZQ==, x") },
	{ 400, K("dGhlIHNhbXBsZSBub25j") },		/* 15 bytes */
	{ 400, K("dGhlIHNhbXBsZSBub25jZWE=") },	/* 17 bytes */
	{ 400, K("dGhlIHNhbXBsZSBub25jZWFi") },	/* 18 bytes */
	{ 400, K("dGhlIHNhbXBsZS-ub25jZQ==") },
	{ 400, K("dGhlIHNhbXBsZSB ub25jZQ=") },
	{ 400, K("dGhlIHNhbXBsZSBub25jZQ=A") },
	{ 400, K("========================") },
	/* a body */
	{ 400, GOOD "Content-Length: 1\r\n" },
	{ 400, GOOD "Transfer-Encoding: chunked\r\n" },
	/* subprotocols that are none */
	{ 400, GOOD "Sec-WebSocket-Protocol: a b\r\n" },
	{ 400, GOOD "Sec-WebSocket-Protocol: a, {b}\r\n" },
	/* not to be read two ways */
	{ -1, GOOD "Sec-WebSocket-Protocol : a\r\n" },
	{ -1, GOOD " folded\r\n" },
};

static int
status_of(const char *head)
{
	struct http1_head h;
	struct http1_error e;
	struct span key;
	const char *reason = NULL;
	char text[1024];
	size_t seen = 0;
	int status;

	snprintf(text, sizeof(text), "%s\r\n", head);
	if (http1_request(span_str(text), &seen, sizeof(text), &h, &e) <= 0)
		return -1;
	if (!handshake_wanted(&h))
		return 1;
	status = handshake_refusal(&h, &key, &reason);
	CHECK((status == 0) == (reason == NULL));
	if (status == 0)
		CHECK(key.n == 24);
	return status;
}

static void
server(void)
{
	size_t i;

	for (i = 0; i < sizeof(requests) / sizeof(*requests); i++) {
		int status = status_of(requests[i].head);

		CHECK(status == requests[i].status);
		if (status != requests[i].status)
			fprintf(stderr, "%d, not %d: %s\n", status,
			    requests[i].status, requests[i].head);
	}
}

static void
accepting(void)
{
	struct buf out;

	buf_init(&out, 4096);
	CHECK(handshake_accept(&out, SPAN(KEY), SPAN(""), NULL) == 0);
	buf_addc(&out, '\0');
	CHECK_STR(out.p, "HTTP/1.1 101 Switching Protocols\r\n"
	    "Upgrade: websocket\r\nConnection: Upgrade\r\n"
	    "Sec-WebSocket-Accept: " ACCEPT "\r\n\r\n");
	buf_clear(&out);
	CHECK(handshake_accept(&out, SPAN(KEY), SPAN("v1"), NULL) == 0);
	buf_addc(&out, '\0');
	CHECK(strstr(out.p, "\r\nSec-WebSocket-Protocol: v1\r\n\r\n") != NULL);
	buf_done(&out);
	buf_init(&out, 100);
	CHECK(handshake_accept(&out, SPAN(KEY), SPAN(""), NULL) == -1);
	CHECK(out.n == 0);
	buf_done(&out);
}

static void
origin(const char *host, const char *origin_fields, int same)
{
	struct http1_head h;
	struct http1_error e;
	char text[1024];
	size_t seen = 0;

	snprintf(text, sizeof(text), "GET / HTTP/1.1\r\nHost: %s\r\n%s\r\n",
	    host, origin_fields);
	CHECK(http1_request(span_str(text), &seen, sizeof(text), &h, &e) > 0);
	CHECK(handshake_same_origin(&h) == same);
	if (handshake_same_origin(&h) != same)
		fprintf(stderr, "%s and %s\n", host, origin_fields);
}

static void
origins(void)
{
	origin("a.example", "", 1);
	origin("a.example", "Origin: http://a.example\r\n", 1);
	origin("a.example", "Origin: https://a.example\r\n", 1);
	origin("A.Example", "Origin: HTTP://a.eXAMPLE\r\n", 1);
	origin("a.example:80", "Origin: http://a.example\r\n", 1);
	origin("a.example:443", "Origin: https://a.example\r\n", 1);
	origin("a.example:8080", "Origin: http://a.example:8080\r\n", 1);
	origin("[::1]:8080", "Origin: http://[::1]:8080\r\n", 1);
	origin("localhost", "Origin: http://127.0.0.1\r\n", 0);
	origin("a.example:8080", "Origin: http://a.example\r\n", 0);
	origin("a.example", "Origin: http://a.example:8080\r\n", 0);
	origin("a.example:443", "Origin: http://a.example\r\n", 0);
	origin("a.example", "Origin: http://b.example\r\n", 0);
	origin("a.example", "Origin: http://a.example.evil.example\r\n", 0);
	origin("a.example", "Origin: http://evil.example/a.example\r\n", 0);
	origin("a.example", "Origin: http://x@a.example\r\n", 0);
	origin("a.example", "Origin: null\r\n", 0);
	origin("a.example", "Origin:\r\n", 0);
	origin("a.example", "Origin: file://\r\n", 0);
	origin("a.example", "Origin: a.example\r\n", 0);
	origin("a.example", "Origin: http://a.example\r\n"
	    "Origin: http://b.example\r\n", 0);
}

int
main(void)
{
	server();
	accepting();
	origins();
	return CHECK_DONE;
}
