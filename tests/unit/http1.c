/* http1.c - heads: what is right is read, whole or byte by byte,
 * and what could be read in two ways is refused with the right status. */
#include "http1.h"

#include "check.h"

#define MAX_HEAD 1024

struct got {
	long n;
	struct http1_head head;
	struct http1_error error;
};

typedef long (*parse_fn)(struct span, size_t *, size_t, struct http1_head *,
    struct http1_error *);

static void
whole(parse_fn parse, struct span in, struct got *g)
{
	size_t seen = 0;

	memset(g, 0, sizeof(*g));
	g->n = parse(in, &seen, MAX_HEAD, &g->head, &g->error);
}

/* A byte more each time, as a slow peer has it. */
static void
dripped(parse_fn parse, struct span in, struct got *g)
{
	size_t seen = 0, i;

	memset(g, 0, sizeof(*g));
	for (i = 0; i <= in.n && g->n == 0; i++)
		g->n = parse(span_of(in.p, i), &seen, MAX_HEAD, &g->head,
		    &g->error);
}

static void
same(const struct got *a, const struct got *b)
{
	size_t i;

	CHECK(a->n == b->n);
	CHECK(a->error.status == b->error.status);
	if (a->n <= 0)
		return;
	CHECK(span_eq(a->head.method, b->head.method));
	CHECK(span_eq(a->head.target, b->head.target));
	CHECK(a->head.nfields == b->head.nfields);
	CHECK(a->head.length == b->head.length);
	CHECK(a->head.chunked == b->head.chunked);
	CHECK(a->head.keep_alive == b->head.keep_alive);
	for (i = 0; i < a->head.nfields && i < b->head.nfields; i++)
		CHECK(span_eq(a->head.fields[i].value,
		    b->head.fields[i].value));
}

/* ---- what is right ---- */

struct valid {
	const char *text;
	int minor, keep_alive, chunked, expect;
	int64_t length;
	size_t nfields;
};

static const struct valid valids[] = {
	{ "GET / HTTP/1.1\r\nHost: a\r\n\r\n", 1, 1, 0, 0, -1, 1 },
	{ "\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", 1, 1, 0, 0, -1, 1 },
	{ "GET / HTTP/1.1\r\nHost:\r\n\r\n", 1, 1, 0, 0, -1, 1 },
	{ "GET / HTTP/1.1\r\nHOST: [::1]:80\r\n\r\n", 1, 1, 0, 0, -1, 1 },
	{ "GET / HTTP/1.1\r\nhost: a%20b.example:\r\n\r\n", 1, 1, 0, 0, -1, 1 },
	{ "GET / HTTP/1.0\r\n\r\n", 0, 0, 0, 0, -1, 0 },
	{ "GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n",
	    0, 1, 0, 0, -1, 1 },
	{ "GET / HTTP/1.0\r\nConnection: keep-alive, close\r\n\r\n",
	    0, 0, 0, 0, -1, 1 },
	{ "GET / HTTP/1.1\r\nHost: a\r\nConnection: x, ,Close\r\n\r\n",
	    1, 0, 0, 0, -1, 2 },
	{ "POST /a%2Fb/../c?x=1&x=2&y=%C3%A9 HTTP/1.1\r\nHost: a\r\n"
	    "Content-Length: 5\r\n\r\n", 1, 1, 0, 0, 5, 2 },
	{ "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n",
	    1, 1, 0, 0, 0, 2 },
	{ "POST / HTTP/1.1\r\nHost: a\r\nContent-Length:\t0012 \t\r\n\r\n",
	    1, 1, 0, 0, 12, 2 },
	{ "POST / HTTP/1.1\r\nHost: a\r\n"
	    "Content-Length: 999999999999999999\r\n\r\n",
	    1, 1, 0, 0, 999999999999999999, 2 },
	{ "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: Chunked\r\n\r\n",
	    1, 1, 1, 0, -1, 2 },
	{ "POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-Continue\r\n\r\n",
	    1, 1, 0, 1, -1, 2 },
	{ "POST / HTTP/1.0\r\nHost: a\r\nExpect: 100-continue\r\n\r\n",
	    0, 0, 0, 0, -1, 2 },
	{ "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", 1, 1, 0, 0, -1, 1 },
	{ "CONNECT a.example:443 HTTP/1.1\r\nHost: a.example:443\r\n\r\n",
	    1, 1, 0, 0, -1, 1 },
	{ "GET http://a.example/x HTTP/1.1\r\nHost: a\r\n\r\n",
	    1, 1, 0, 0, -1, 1 },
	{ "GET HTTPS://a.example:8?x HTTP/1.1\r\nHost: a\r\n\r\n",
	    1, 1, 0, 0, -1, 1 },
	{ "GET //x HTTP/1.1\r\nHost: a\r\n\r\n", 1, 1, 0, 0, -1, 1 },
	{ "!#$%&'*+-.^_`|~09azAZ / HTTP/1.1\r\nHost: a\r\n\r\n",
	    1, 1, 0, 0, -1, 1 },
	{ "GET / HTTP/1.1\r\nHost: a\r\nX: \r\nX:\r\nx:\ta \t b\t\r\n\r\n",
	    1, 1, 0, 0, -1, 4 },
	{ "GET / HTTP/1.1\r\nHost: a\r\nX: \xc3\xa9\xf0\x9f\x98\x80\r\n\r\n",
	    1, 1, 0, 0, -1, 2 },
	{ "GET / HTTP/1.1\r\nHost: a\r\nContent-Lengt: x\r\n"
	    "X-Content-Length: y\r\n\r\n", 1, 1, 0, 0, -1, 3 },
};

static void
check_valid(const struct valid *v)
{
	struct span in = span_str(v->text);
	struct got a, b;

	whole(http1_request, in, &a);
	dripped(http1_request, in, &b);
	if (a.n != (long)in.n)
		fprintf(stderr, "%s: %d %s\n", v->text, a.error.status,
		    a.error.reason);
	CHECK(a.n == (long)in.n);
	same(&a, &b);
	CHECK(a.head.minor == v->minor);
	CHECK(a.head.keep_alive == v->keep_alive);
	CHECK(a.head.chunked == v->chunked);
	CHECK(a.head.expect_continue == v->expect);
	CHECK(a.head.length == v->length);
	CHECK(a.head.nfields == v->nfields);
}

/* ---- what is not ---- */

struct invalid {
	int status;
	struct span in;
};

#define H "GET / HTTP/1.1\r\nHost: a\r\n"
#define P "POST / HTTP/1.1\r\nHost: a\r\n"
#define E "\r\n\r\n"
#define BAD(status, lit) { status, { lit, sizeof(lit) - 1 } }

static const struct invalid invalids[] = {
	/* not HTTP */
	BAD(400, "\n"), BAD(400, " "), BAD(400, "\t"), BAD(400, "\0"),
	BAD(400, "\x16\x03\x01"), BAD(400, "{\"a\":1}"), BAD(400, "\r\r"),
	BAD(400, "\r\n\r\n"), BAD(400, "\rG"), BAD(400, "\r\n\n"),
	BAD(400, "\x80"), BAD(400, ":"),
	/* request lines */
	BAD(400, "GET\x01"), BAD(400, "GET / HTTP/1.1\n"), BAD(400, "G\0T"),
	BAD(400, "GET /\x7f"), BAD(400, "GET /\r "),
	BAD(400, "GET\r\n"), BAD(400, "GET /\r\n"), BAD(400, "GET / \r\n"),
	BAD(400, "hello world\r\n"),
	BAD(400, "GET  / HTTP/1.1\r\n"), BAD(400, "GET /  HTTP/1.1\r\n"),
	BAD(400, "GET / HTTP/1.1 \r\n"), BAD(400, " GET / HTTP/1.1\r\n"),
	BAD(400, "GET\t/ HTTP/1.1\r\n"), BAD(400, "GET /\tHTTP/1.1\r\n"),
	BAD(400, "GET / x HTTP/1.1\r\n"), BAD(400, "G@T / HTTP/1.1\r\n"),
	BAD(400, "GET / http/1.1\r\n"), BAD(400, "GET / HTTP/1\r\n"),
	BAD(400, "GET / HTTP/1.10\r\n"), BAD(400, "GET / HTTP/11\r\n"),
	BAD(400, "GET / HTTP/1,1\r\n"), BAD(400, "GET / HTTP/a.b\r\n"),
	BAD(400, "GET / HTTPS/1.1\r\n"), BAD(400, "GET / ICY/1.1\r\n"),
	BAD(505, "GET / HTTP/1.2\r\n"), BAD(505, "GET / HTTP/0.9\r\n"),
	BAD(505, "GET / HTTP/2.0\r\n"),
	BAD(505, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
	/* targets */
	BAD(400, "GET * HTTP/1.1\r\n"), BAD(400, "GET a HTTP/1.1\r\n"),
	BAD(400, "GET ?x HTTP/1.1\r\n"), BAD(400, "OPTIONS ** HTTP/1.1\r\n"),
	BAD(400, "GET /\xc3\xa9 HTTP/1.1\r\n"),
	BAD(400, "GET /a#b HTTP/1.1\r\n"),
	BAD(400, "GET http://a/?b#c HTTP/1.1\r\n"),
	BAD(400, "GET http:// HTTP/1.1\r\n"),
	BAD(400, "GET http:///x HTTP/1.1\r\n"),
	BAD(400, "GET http://u@a/ HTTP/1.1\r\n"),
	BAD(400, "GET ftp://a/ HTTP/1.1\r\n"),
	BAD(400, "GET a.example:443 HTTP/1.1\r\n"),
	BAD(400, "CONNECT / HTTP/1.1\r\n"), BAD(400, "CONNECT a HTTP/1.1\r\n"),
	BAD(400, "CONNECT a: HTTP/1.1\r\n"),
	BAD(400, "CONNECT http://a/ HTTP/1.1\r\n"),
	/* field lines */
	BAD(400, H "X : y" E), BAD(400, H " X: y" E), BAD(400, H "X\r\n\r\n"),
	BAD(400, H ": y" E), BAD(400, H "X y: z" E), BAD(400, H "X\t: y" E),
	BAD(400, H "X: y\r\n z" E), BAD(400, H "X: y\r\n\tz" E),
	BAD(400, H "X: y\n"), BAD(400, H "X: y\r\n\n"), BAD(400, H "\n"),
	BAD(400, H "X: y\rZ: z" E), BAD(400, H "X: \r\r\n\r\n"),
	BAD(400, H "X: a\0b" E), BAD(400, H "X: a\x7f" E),
	BAD(400, H "X: a\x0b" E), BAD(400, H "X\0: a" E),
	BAD(400, H "X: \x80" E), BAD(400, H "X: \xc3" E),
	BAD(400, H "X: \xed\xa0\x80" E), BAD(400, H "X: \xc0\xaf" E),
	BAD(400, H "X\xc3\xa9: a" E), BAD(400, H "\"X\": a" E),
	BAD(400, H "Connection: a b" E), BAD(400, H "Connection: close;" E),
	/* Host */
	BAD(400, "GET / HTTP/1.1\r\n\r\n"),
	BAD(400, "GET / HTTP/1.1\r\nHos: a\r\n\r\n"),
	BAD(400, H "Host: a" E), BAD(400, H "host: b" E),
	BAD(400, "GET / HTTP/1.0\r\nHost: a\r\nHost: a\r\n\r\n"),
	BAD(400, "GET / HTTP/1.1\r\nHost: a b\r\n\r\n"),
	BAD(400, "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n"),
	BAD(400, "GET / HTTP/1.1\r\nHost: u@a\r\n\r\n"),
	BAD(400, "GET / HTTP/1.1\r\nHost: a:b\r\n\r\n"),
	BAD(400, "GET / HTTP/1.1\r\nHost: a, b\r\n\r\n"),
	BAD(400, "GET / HTTP/1.1\r\nHost: :80\r\n\r\n"),
	BAD(400, "GET / HTTP/1.1\r\nHost: [::1\r\n\r\n"),
	BAD(400, "GET / HTTP/1.1\r\nHost: []\r\n\r\n"),
	BAD(400, "GET / HTTP/1.1\r\nHost: [::1]x\r\n\r\n"),
	BAD(400, "GET / HTTP/1.1\r\nHost: %zz\r\n\r\n"),
	BAD(400, "GET / HTTP/1.1\r\nHost: a\x80\r\n\r\n"),
	/* framing */
	BAD(400, P "Content-Length:" E), BAD(400, P "Content-Length: +5" E),
	BAD(400, P "Content-Length: -5" E), BAD(400, P "Content-Length: 5 5" E),
	BAD(400, P "Content-Length: 5, 5" E),
	BAD(400, P "Content-Length: 0x5" E),
	BAD(400, P "Content-Length: 5.0" E),
	BAD(400, P "Content-Length: \"5\"" E),
	BAD(400, P "Content-Length: 1234567890123456789" E),
	BAD(400, P "Content-Length: 5\r\nContent-Length: 5" E),
	BAD(400, P "Content-Length: 5\r\nContent-Length: 6" E),
	BAD(400, P "Content-Length: 5\r\nTransfer-Encoding: chunked" E),
	BAD(400, P "Transfer-Encoding: chunked\r\nContent-Length: 5" E),
	BAD(400, P "Transfer-Encoding: gzip\r\nContent-Length: 5" E),
	BAD(400, P "Transfer-Encoding: chunked\r\n"
	    "Transfer-Encoding: chunked" E),
	BAD(400, P "Transfer-Encoding: chunked\r\nTransfer-Encoding: x" E),
	BAD(400, P "Transfer-Encoding: chunked, chunked" E),
	BAD(400, P "Transfer-Encoding: \x0b" "chunked" E),
	BAD(400, P "Transfer-Encoding:" E),
	BAD(400, P "Transfer-Encoding: \"chunked\"" E),
	BAD(400, "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n"),
	BAD(501, P "Transfer-Encoding: gzip" E),
	BAD(501, P "Transfer-Encoding: identity" E),
	BAD(501, P "Transfer-Encoding: xchunked" E),
	BAD(501, P "Transfer-Encoding: gzip, chunked" E),
};

static void
check_invalid(const struct invalid *v)
{
	struct got a, b;

	whole(http1_request, v->in, &a);
	dripped(http1_request, v->in, &b);
	if (a.n != HTTP1_BAD || a.error.status != v->status)
		fprintf(stderr, "%.*s: %ld, %d\n", (int)v->in.n, v->in.p,
		    a.n, a.error.status);
	CHECK(a.n == HTTP1_BAD);
	CHECK(a.error.status == v->status);
	same(&a, &b);
}

/* ---- limits ---- */

static void
check_long(const char *start, const char *piece, size_t times,
    const char *end, long n, int status)
{
	char text[16384];
	size_t i, len = strlen(start);
	struct got a, b;

	memcpy(text, start, len);
	for (i = 0; i < times; i++) {
		memcpy(text + len, piece, strlen(piece));
		len += strlen(piece);
	}
	memcpy(text + len, end, strlen(end));
	len += strlen(end);
	whole(http1_request, span_of(text, len), &a);
	dripped(http1_request, span_of(text, len), &b);
	CHECK(a.n == (n > 0 ? (long)len : n));
	CHECK(a.error.status == status);
	same(&a, &b);
}

static void
check_limits(void)
{
	check_long(H "X: ", "x", MAX_HEAD - 32, E, 1, 0);
	check_long(H "X: ", "x", MAX_HEAD - 31, E, HTTP1_BAD, 431);
	check_long(H "X: ", "x", 9000, "", HTTP1_BAD, 431);
	check_long("GET /", "x", 9000, "", HTTP1_BAD, 414);
	check_long("GET /", "x", MAX_HEAD, " HTTP/1.1\r\nHost: a\r\n\r\n",
	    HTTP1_BAD, 414);
	check_long("", "G", MAX_HEAD - 1, "", HTTP1_MORE, 0);
	check_long("", "G", MAX_HEAD, "", HTTP1_BAD, 414);
	check_long(H, "X:\r\n", HTTP1_MAX_FIELDS - 1, "\r\n", 1, 0);
	check_long(H, "X:\r\n", HTTP1_MAX_FIELDS, "\r\n", HTTP1_BAD, 431);
}

/* ---- what is asked of a head ---- */

static void
check_fields(void)
{
	static const struct { const char *in, *path, *query; } targets[] = {
		{ "/", "/", NULL }, { "/a?b?c", "/a", "b?c" },
		{ "/?", "/", "" },
		{ "*", "*", NULL }, { "http://a", "/", NULL },
		{ "http://a?x", "/", "x" }, { "HTTPS://a:1/b?c", "/b", "c" },
		{ "//a/b", "//a/b", NULL }, { "a:443", "a:443", NULL },
		{ "/http://x/y", "/http://x/y", NULL },
	};
	struct span v = SPAN(""), path, query;
	struct got g;
	size_t i;

	whole(http1_request, span_str(H "X-A: 1\r\nAccept: a, b ,\r\n"
	    "x-a:  2 \r\nACCEPT: C\r\n\r\n"), &g);
	CHECK(http1_field(&g.head, "x-A", &v) == 2);
	CHECK(span_eq(v, SPAN("1")));
	CHECK(http1_field(&g.head, "x-b", &v) == 0);
	CHECK(http1_has_token(&g.head, "accept", "B"));
	CHECK(http1_has_token(&g.head, "accept", "c"));
	CHECK(!http1_has_token(&g.head, "accept", "a,"));
	CHECK(!http1_has_token(&g.head, "accept", "d"));
	CHECK(span_eq(g.head.fields[3].value, SPAN("2")));
	CHECK(http1_is_token(SPAN("a-b")) && !http1_is_token(SPAN("a b")));
	CHECK(!http1_is_token(SPAN("")));
	CHECK_STR(http1_reason(204), "No Content");
	CHECK_STR(http1_reason(299), "");
	for (i = 0; i < sizeof(targets) / sizeof(targets[0]); i++) {
		http1_target(span_str(targets[i].in), &path, &query);
		CHECK(span_eq(path, span_str(targets[i].path)));
		CHECK((query.p == NULL) == (targets[i].query == NULL));
		CHECK(span_eq(query, span_str(targets[i].query)));
	}
}

static void
check_responses(void)
{
	struct got a, b;
	struct span in = SPAN("HTTP/1.1 101 Switching Protocols\r\n"
	    "X: \xe9\r\nContent-Length: 3\r\nContent-Length: 3\r\n\r\nabc");

	whole(http1_response, in, &a);
	dripped(http1_response, in, &b);
	same(&a, &b);
	CHECK(a.n == (long)in.n - 3 && a.head.status == 101);
	CHECK(span_eq(a.head.reason, SPAN("Switching Protocols")));
	CHECK(a.head.length == 3 && a.head.keep_alive);
	whole(http1_response, SPAN("HTTP/1.0 200\r\n\r\n"), &a);
	CHECK(a.n == 16 && a.head.status == 200 && a.head.reason.n == 0);
	whole(http1_response, SPAN("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n"
	    "Transfer-Encoding: gzip, chunked\r\n\r\n"), &a);
	CHECK(a.n > 0 && a.head.chunked && a.head.length == -1);
	whole(http1_response, SPAN("HTTP/1.1 20 OK\r\n"), &a);
	CHECK(a.n == HTTP1_BAD);
	whole(http1_response, SPAN("HTTP/2.0 200 OK\r\n"), &a);
	CHECK(a.n == HTTP1_BAD);
	whole(http1_response, SPAN("HTTP/1.1 200 OK\nX"), &a);
	CHECK(a.n == HTTP1_BAD);
	whole(http1_response, SPAN("HTTP/1.1 200 OK\r\nX"), &a);
	CHECK(a.n == HTTP1_MORE);
}

int
main(void)
{
	size_t i;

	for (i = 0; i < sizeof(valids) / sizeof(valids[0]); i++)
		check_valid(&valids[i]);
	for (i = 0; i < sizeof(invalids) / sizeof(invalids[0]); i++)
		check_invalid(&invalids[i]);
	check_limits();
	check_fields();
	check_responses();
	return CHECK_DONE;
}
