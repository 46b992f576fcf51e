/* client_http.c - the client's requests, against a scripted server on
 * bare sockets.
 */
#include "check.h"
#include "client/http.h"
#include "client_rig.h"

/* ---- a server ---- */

static int
say(int fd, const char *text)
{
	return write(fd, text, strlen(text)) > 0;
}

#define LARGE_SIZE (HTTP_MAX_REPLY / 2)
#define LINE "40\r\n0123456789abcdef0123456789abcdef0123456789abcdef" \
	"0123456789abcdef\r\n"		/* a chunk, too */

/* Until the other side has enough. */
static void
say_on(int fd)
{
	char lines[1000 * (sizeof(LINE) - 1) + 1] = "";
	size_t i;

	for (i = 0; i < 1000; i++)
		strcpy(lines + i * (sizeof(LINE) - 1), LINE);
	while (say(fd, lines))
		;
}

/* Reads a request without a body; its target's number, or -1. */
static int
read_request(int fd)
{
	char b[4096];
	size_t n = 0;
	ssize_t got;

	while (n < sizeof(b) - 1) {
		got = read(fd, b + n, sizeof(b) - 1 - n);
		if (got <= 0)
			return -1;
		n += (size_t)got;
		b[n] = '\0';
		if (strstr(b, "\r\n\r\n") != NULL)
			return atoi(strchr(b, '/') + 1);
	}
	return -1;
}

enum { OK, CUT_HEAD, CUT_BODY, HANG, EARLY, ONLY_EARLY, REPEATS, LARGE, DROP,
    LATER, FOLDED, COUNT, NOT_HTTP, NEW_HTTP, ENDLESS, ENDLESS_500 };

static const char *const replies[] = {
	[OK] = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok",
	[CUT_HEAD] = "HTTP/1.1 200 OK\r\nContent-Le",
	[CUT_BODY] = "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nok",
	[EARLY] = "HTTP/1.1 103 Early\r\nA: 1\r\n\r\n"
	    "HTTP/1.1 201 OK\r\nB: 2\r\nContent-Length: 0\r\n\r\n",
	[ONLY_EARLY] = "HTTP/1.1 100 Continue\r\n\r\n",
	[REPEATS] = "HTTP/1.1 500 No\r\nX-b:1\r\nx-A:  2 \r\nX-B: 3\r\n"
	    "Content-Length: 0\r\n\r\n",
	[LATER] = "HTTP/1.1 503 Later\r\nRetry-After: 7\r\n"
	    "Content-Length: 0\r\n\r\n",
	[FOLDED] = "HTTP/1.1 200 OK\r\nA: b\r\n  c\r\n"
	    "Content-Length: 0\r\n\r\n",
	[NOT_HTTP] = "220 mail.example ESMTP\r\n\r\n",
	[NEW_HTTP] = "HTTP/1.7 200 OK\r\nContent-Length: 0\r\n\r\n",
	[ENDLESS] = "HTTP/1.1 200 OK\r\n\r\n",
	[ENDLESS_500] = "HTTP/1.1 500 No\r\nTransfer-Encoding: chunked"
	    "\r\n\r\n"
};

static void
answer(int fd, int what, int connections)
{
	char head[128];
	size_t i;

	if (what == HANG)
		for (;;)
			pause();
	if (what == COUNT) {
		snprintf(head, sizeof(head), "HTTP/1.1 200 OK\r\n"
		    "Content-Length: 1\r\n\r\n%d", connections);
		say(fd, head);
	} else if (what == LARGE) {
		snprintf(head, sizeof(head), "HTTP/1.1 200 OK\r\n"
		    "Content-Length: %zu\r\n\r\n", LARGE_SIZE);
		say(fd, head);
		for (i = 0; i < LARGE_SIZE / 64; i++)
			say(fd, "0123456789abcdef0123456789abcdef"
			    "0123456789abcdef0123456789abcdef");
	} else if (what == ENDLESS || what == ENDLESS_500) {
		say(fd, replies[what]);
		say_on(fd);
	} else if (what != DROP) {
		say(fd, replies[what]);
	}
}

/* One connection after the other. */
static void
serve_http(int fd)
{
	int connections = 0, what, c;

	while ((c = accept(fd, NULL, NULL)) != -1) {
		connections++;
		while ((what = read_request(c)) >= 0) {
			answer(c, what, connections);
			if (what == CUT_HEAD || what == CUT_BODY ||
			    what == ONLY_EARLY || what == DROP ||
			    what == NOT_HTTP || what == NEW_HTTP)
				break;
		}
		close(c);
	}
}

/* ---- http ---- */

struct got {
	struct loop *loop;
	int calls, status, truncated, blocked;
	enum status why;
	char text[512], headers[512], body[64];
	size_t body_n;
	int64_t retry_after_ms;
};

static void
on_reply(void *arg, const struct http_result *r)
{
	struct got *g = arg;
	size_t i, n = 0;

	g->calls++;
	g->status = r->status;
	g->truncated = r->truncated;
	g->blocked = r->blocked;
	g->retry_after_ms = r->retry_after_ms;
	g->why = r->why != NULL ? r->why->status : STATUS_OK;
	snprintf(g->text, sizeof(g->text), "%s", r->why ? r->why->text : "");
	g->headers[0] = '\0';
	for (i = 0; i < r->nheaders; i++)
		n += (size_t)snprintf(g->headers + n, sizeof(g->headers) - n,
		    "%.*s=%.*s,", (int)r->headers[i].name.n,
		    r->headers[i].name.p, (int)r->headers[i].value.n,
		    r->headers[i].value.p);
	g->body_n = r->body.n;
	snprintf(g->body, sizeof(g->body), "%.*s",
	    (int)(r->body.n < 60 ? r->body.n : 60), r->body.p);
	loop_stop(g->loop);
}

struct client {
	struct loop *loop;
	struct http *http;
	struct server server;
};

static struct client
client(int64_t timeout_ms)
{
	struct http_config config = { .timeout_ms = timeout_ms,
	    .connect_timeout_ms = 5000, .max_reply = 4096,
	    .jobs_per_host = 4 };
	struct client c;
	struct why why;
	int port, fd = listen_on(&port);

	c.server = start(fd, port, serve_http);
	c.loop = loop_new(&why);
	c.http = http_new(c.loop, &config, &why);
	CHECK(c.http != NULL);
	return c;
}

static void
client_done(struct client *c)
{
	http_free(c->http);
	loop_free(c->loop);
	stop(&c->server);
}

static struct http_transfer *
begin(struct client *c, int what, struct got *g, int public_only)
{
	struct http_request r = { .method = "GET",
	    .public_only = public_only };
	char url[96];
	struct http_transfer *t;
	struct why why;

	*g = (struct got){ .loop = c->loop };
	snprintf(url, sizeof(url), "%s%d", c->server.url, what);
	r.url = url;
	t = http_start(c->http, &r, on_reply, g, &why);
	CHECK(t != NULL);
	return t;
}

static struct got
get(struct client *c, int what)
{
	struct got g;

	if (begin(c, what, &g, 0) != NULL)
		loop_run(c->loop);
	CHECK(g.calls == 1);
	return g;
}

static void
test_replies(void)
{
	struct client c = client(5000);
	struct got g = get(&c, OK);

	CHECK(g.status == 200 && g.why == STATUS_OK);
	CHECK_STR(g.body, "ok");
	CHECK_STR(g.headers, "Content-Length=2,");
	g = get(&c, EARLY);
	CHECK(g.status == 201);
	CHECK_STR(g.headers, "B=2,Content-Length=0,");
	g = get(&c, REPEATS);
	CHECK(g.status == 500 && g.why == STATUS_OK);
	CHECK_STR(g.headers, "X-b=1,x-A=2,X-B=3,Content-Length=0,");
	g = get(&c, FOLDED);
	CHECK_STR(g.headers, "A=b c,Content-Length=0,");
	g = get(&c, LATER);
	CHECK(g.status == 503 && g.retry_after_ms == 7000);
	g = get(&c, LARGE);
	CHECK(g.status == 200 && g.truncated && g.body_n == 4096);
	g = get(&c, COUNT);
	CHECK_STR(g.body, "1");		/* all over one connection */
	client_done(&c);
}

/* Who replies for ever has replied, and is read no more. */
static void
test_endless(void)
{
	struct client c = client(10 * 60 * 1000);
	struct got g = get(&c, ENDLESS);

	CHECK(g.status == 200 && g.why == STATUS_OK);
	CHECK(g.truncated && g.body_n == 4096);
	g = get(&c, ENDLESS_500);
	CHECK(g.status == 500 && g.truncated && g.body_n == 4096);
	g = get(&c, COUNT);
	CHECK_STR(g.body, "3");
	client_done(&c);
}

static void
test_failures(void)
{
	struct client c = client(200);
	struct got g = get(&c, CUT_HEAD);

	CHECK(g.status == 0 && g.why == STATUS_PROTOCOL);
	g = get(&c, NOT_HTTP);
	CHECK(g.status == 0 && g.why == STATUS_PROTOCOL);
	g = get(&c, NEW_HTTP);
	CHECK(g.status == 0 && g.why == STATUS_PROTOCOL);
	g = get(&c, ONLY_EARLY);
	CHECK(g.status == 0 && g.why != STATUS_OK);
	g = get(&c, CUT_BODY);
	CHECK(g.status == 0 && g.why == STATUS_LOST);
	g = get(&c, DROP);
	CHECK(g.status == 0 && g.why == STATUS_LOST);
	CHECK(strstr(g.text, "127.0.0.1") != NULL);
	g = get(&c, OK);
	CHECK(g.status == 200);
	g = get(&c, HANG);
	CHECK(g.status == 0 && g.why == STATUS_TIMEOUT);
	client_done(&c);
}

static void
test_refused(void)
{
	struct client c = client(5000);
	struct got g;
	int fd, port = c.server.port;

	close(fd = listen_on(&c.server.port));
	snprintf(c.server.url, sizeof(c.server.url), "http://127.0.0.1:%d/",
	    c.server.port);
	g = get(&c, OK);
	CHECK(g.why == STATUS_UNREACHABLE && !g.blocked);
	CHECK(strstr(g.text, "127.0.0.1") != NULL);
	/* A connection that is open does not help a stranger's URL. */
	snprintf(c.server.url, sizeof(c.server.url), "http://127.0.0.1:%d/",
	    port);
	g = get(&c, OK);
	CHECK(g.status == 200);
	if (begin(&c, OK, &g, 1) != NULL)
		loop_run(c.loop);
	CHECK(g.blocked && g.why == STATUS_REFUSED);
	CHECK_STR(g.text, "127.0.0.1 is not a public address");
	client_done(&c);
}

static void
test_cancel(void)
{
	struct client c = client(5000);
	struct got a, b, g;

	http_cancel(begin(&c, OK, &a, 0));
	begin(&c, HANG, &b, 0);		/* what http_free cancels */
	/* Its connection is the only one that is served: given up, too. */
	if (begin(&c, HANG, &g, 0) != NULL)
		loop_stop(c.loop);
	loop_run(c.loop);
	CHECK(a.calls == 0 && b.calls == 0 && g.calls == 0);
	client_done(&c);
	CHECK(a.calls == 0 && b.calls == 0 && g.calls == 0);
}

/* Frees the client in its own callback. */
static void
on_reply_free(void *arg, const struct http_result *r)
{
	struct client *c = arg;

	CHECK(r->status == 200);
	http_free(c->http);
	c->http = NULL;
	loop_stop(c->loop);
}

static void
test_free_inside(void)
{
	struct client c = client(5000);
	struct http_request r = { .method = "GET", .url = c.server.url };
	struct why why;

	http_start(c.http, &r, on_reply_free, &c, &why);
	loop_run(c.loop);
	CHECK(c.http == NULL);
	client_done(&c);
}

static void
test_refused_requests(void)
{
	struct client c = client(5000);
	const struct http1_field bad[] = {
		{ SPAN("A"), SPAN("b\r\nC: d") }, { SPAN("A"), SPAN("b\nc") },
		{ SPAN("A"), SPAN("b\0c") }, { SPAN("A b"), SPAN("c") },
		{ SPAN("A\r\nB"), SPAN("c") }, { SPAN(""), SPAN("c") },
		{ SPAN("content-length"), SPAN("1") },
		{ SPAN("Transfer-Encoding"), SPAN("chunked") }
	};
	struct http_request r = { .method = "POST", .url = c.server.url,
	    .nheaders = 1 };
	struct why why;
	size_t i;

	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		r.headers = &bad[i];
		CHECK(http_start(c.http, &r, on_reply, NULL, &why) == NULL);
		CHECK(why.status == STATUS_USAGE);
	}
	r.nheaders = 0;
	r.method = "A B";
	CHECK(http_start(c.http, &r, on_reply, NULL, &why) == NULL);
	client_done(&c);
}

int
main(void)
{
	quiet();
	test_replies();
	test_endless();
	test_failures();
	test_refused();
	test_cancel();
	test_free_inside();
	test_refused_requests();
	return CHECK_DONE;
}
