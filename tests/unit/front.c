/* front.c - requests in and answers out, whatever peer and user do. */
#include "front_rig.h"

/* ---- requests ---- */

static void
check_simple(void)
{
	struct rig r;

	set_up(&r, ACCEPT, REPLY);
	say(&r, POST("/a", "Content-Length: 5") "hello");
	LOG(&r, "head /a;body hello;");
	CHECK(strncmp(text_of(&r.sent), "HTTP/1.1 200 OK\r\nDate: ", 23) == 0);
	CHECK(SENT(&r, " GMT\r\nX-A: b\r\nContent-Length: 2\r\n\r\nok"));
	CHECK(!SENT(&r, "Connection"));
	say(&r, "HEAD /b HTTP/1.1\r\nHost: a\r\n\r\n");
	CHECK(count(&r, "Content-Length: 2\r\n\r\n") == 2);
	CHECK(count(&r, "\r\n\r\nok") == 1);
	say(&r, "GET /c HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
	CHECK(SENT(&r, "Connection: keep-alive\r\n\r\nok"));
	CHECK(!r.shut);
	say(&r, "GET /d HTTP/1.0\r\n\r\n");
	CHECK(SENT(&r, "Connection: close\r\n\r\nok"));
	CHECK(r.shut && front_open(r.front) == 1);
	CHECK_STR(text_of(&r.replies), "/a 200;/b 200;/c 200;/d 200;");
	stream_failed(r.stream, NULL);
	pass(&r, 0);
	CHECK(r.dead && front_open(r.front) == 0);
	tear_down(&r);
}

/* One byte at a time, and all at once, come to the same. */
static void
check_cuts(void)
{
	static const char text[] = GET("/a")
	    POST("/b", "Transfer-Encoding: chunked")
	    "3;x\r\nhel\r\n2\r\nlo\r\n0\r\nX: y\r\n\r\n\r\n"
	    POST("/c", "Content-Length: 3") "abc" GET("/d");
	static const char want[] = "head /a;body ;head /b;body hello;"
	    "head /c;body abc;head /d;body ;";
	struct rig r;
	size_t i;

	set_up(&r, ACCEPT, REPLY);
	say(&r, text);
	LOG(&r, want);
	CHECK(count(&r, "HTTP/1.1 200") == 4);
	buf_clear(&r.log);
	for (i = 0; i < sizeof(text) - 1; i++)
		stream_received(r.stream, span_of(text + i, 1));
	pass(&r, 0);
	LOG(&r, want);
	CHECK(count(&r, "HTTP/1.1 200") == 8);
	tear_down(&r);
}

static void
check_pipelined(void)
{
	struct rig r;

	set_up(&r, ACCEPT, HOLD);
	say(&r, GET("/a") GET("/b") GET("/c"));
	LOG(&r, "head /a;body ;");
	reply(r.held, "one");
	pass(&r, 0);
	LOG(&r, "head /a;body ;head /b;body ;");
	say(&r, GET("/d"));
	r.in_request = REPLY;
	reply(r.held, "two");
	pass(&r, 0);
	LOG(&r, "head /a;body ;head /b;body ;head /c;body ;head /d;body ;");
	CHECK(strstr(text_of(&r.sent), "one") < strstr(r.sent.p, "two"));
	CHECK(count(&r, "HTTP/1.1 200") == 4);
	tear_down(&r);
}

/* Neither memory nor the socket is filled by one who doesn't wait. */
static void
check_early_bytes(void)
{
	struct rig r;
	int i;

	set_up(&r, ACCEPT, HOLD);
	for (i = 0; i < 1000 && r.reading; i++)
		say(&r, GET("/a"));
	CHECK(i < 1000 && !r.reading);
	r.in_request = REPLY;
	reply(r.held, "");
	pass(&r, 0);
	CHECK(r.reading && count(&r, "HTTP/1.1 200") == i);
	tear_down(&r);
}

static void
check_unread_replies(void)
{
	struct rig r;
	int i;

	set_up(&r, ACCEPT, REPLY);
	r.room = 0;
	for (i = 0; i < 5000 && r.reading; i++)
		say(&r, GET("/a"));
	r.room = SIZE_MAX;
	stream_writable(r.stream);
	pass(&r, 0);
	CHECK(i < 5000 && r.reading && count(&r, "HTTP/1.1 200") == i);
	tear_down(&r);
	set_up_for(&r, ACCEPT, REPLY, LIMIT_MS);
	r.room = 0;
	say(&r, GET("/a"));
	pass(&r, 3 * LIMIT_MS);
	CHECK(r.dead);		/* it never read */
	tear_down(&r);
}

/* ---- bodies ---- */

static void
check_continue(void)
{
	struct rig r;

	set_up(&r, ACCEPT, REPLY);
	say(&r, POST("/", "Expect: 100-continue\r\nContent-Length: 2"));
	CHECK_STR(text_of(&r.sent), "HTTP/1.1 100 Continue\r\n\r\n");
	say(&r, "hi");
	LOG(&r, "head /;body hi;");
	say(&r, POST("/", "Expect: 100-continue\r\nContent-Length: 2") "hi");
	CHECK(count(&r, "100 Continue") == 1);
	say(&r, POST("/", "Expect: 99\r\nContent-Length: 2"));
	CHECK(SENT(&r, "HTTP/1.1 417 ") && r.shut);
	tear_down(&r);
	set_up(&r, REPLY, HOLD);
	say(&r, POST("/", "Expect: 100-continue\r\nContent-Length: 2"));
	CHECK(SENT(&r, "Connection: close\r\n\r\nok") && r.shut);
	CHECK(!SENT(&r, "100 Continue"));
	tear_down(&r);
}

static void
refused(const char *text, const char *status, const char *log)
{
	struct rig r;

	set_up(&r, ACCEPT, REPLY);
	say(&r, text);
	CHECK(SENT(&r, status) && SENT(&r, "Connection: close\r\n"));
	CHECK(count(&r, "\r\nDate: ") == 1 && r.shut);
	LOG(&r, log);
	CHECK(r.replies.n == 0);	/* none of these was the user's */
	tear_down(&r);
}

static void
check_refused(void)
{
	refused("\x16\x03\x01", "HTTP/1.1 400 ", "");
	refused("GET / HTTP/2.0\r\n", "HTTP/1.1 505 ", "");
	refused("CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\n\r\n",
	    "HTTP/1.1 501 ", "");
	refused(POST("/", "Transfer-Encoding: gzip"), "HTTP/1.1 501 ", "");
	refused(POST("/", "Content-Length: 1001") GET("/x"),
	    "HTTP/1.1 413 ", "");
	refused(POST("/", "Content-Length: 1\r\nContent-Length: 1")
	    GET("/x"), "HTTP/1.1 400 ", "");
	refused(POST("/", "Transfer-Encoding: chunked") "3 \r\nabc"
	    GET("/x"), "HTTP/1.1 400 ", "head /;gone;");
	refused(POST("/", "Transfer-Encoding: chunked\r\nContent-Length: 4")
	    "0\r\n\r\n" GET("/x"), "HTTP/1.1 400 ", "");
}

static void
check_growing(void)
{
	char big[1200];
	struct rig r;

	memset(big, 'x', sizeof(big));
	memcpy(big, "44c\r\n", 5);
	big[sizeof(big) - 1] = '\0';
	set_up(&r, ACCEPT, REPLY);
	say(&r, POST("/", "Transfer-Encoding: chunked"));
	say(&r, big);
	CHECK(SENT(&r, "HTTP/1.1 413 ") && r.shut);
	LOG(&r, "head /;gone;");
	tear_down(&r);
}

/* ---- ends ---- */

static void
check_gone(void)
{
	enum does heads[] = { HOLD, PARK, ACCEPT };
	size_t i;
	struct rig r;

	for (i = 0; i < 3; i++) {
		set_up(&r, heads[i], HOLD);
		say(&r, GET("/"));
		stream_failed(r.stream, NULL);
		LOG(&r, i < 2 ? "head /;gone;" : "head /;body ;gone;");
		CHECK(front_open(r.front) == 0 && r.dead);
		pass(&r, 0);
		front_unpark_all(r.front);
		tear_down(&r);
	}
}

/* The peer has said all it wants to; it still gets its answers. */
static void
check_half_closed(void)
{
	struct rig r;

	set_up(&r, ACCEPT, HOLD);
	stream_received(r.stream, SPAN(GET("/a") GET("/b")));
	stream_half_closed(r.stream);
	pass(&r, 0);
	CHECK(!r.shut && !r.dead);
	reply(r.held, "one");
	pass(&r, 0);
	CHECK(!r.shut);
	reply(r.held, "two");
	pass(&r, 0);
	CHECK(r.shut && SENT(&r, "one") && SENT(&r, "two"));
	tear_down(&r);
	set_up(&r, ACCEPT, REPLY);
	say(&r, POST("/", "Content-Length: 5") "hell");
	stream_half_closed(r.stream);
	pass(&r, 0);
	CHECK(SENT(&r, "HTTP/1.1 400 "));
	LOG(&r, "head /;gone;");
	tear_down(&r);
}

static void
check_stop(void)
{
	struct rig r;

	set_up(&r, ACCEPT, REPLY);
	front_stop(r.front);
	pass(&r, 0);
	CHECK(r.shut);
	tear_down(&r);
	set_up(&r, ACCEPT, HOLD);
	say(&r, GET("/") GET("/b"));
	front_stop(r.front);
	pass(&r, 0);
	CHECK(!r.shut);
	reply(r.held, "x");
	pass(&r, 0);
	CHECK(SENT(&r, "Connection: close\r\n") && r.shut);
	LOG(&r, "head /;body ;");
	tear_down(&r);
}

/* The user may do anything in its callbacks. */
static void
check_from_within(void)
{
	enum does what[] = { REPLY, CLOSE, FREE, UPGRADE, PARK, HOLD };
	size_t i, k;
	struct rig r;

	for (i = 0; i < sizeof(what) / sizeof(what[0]); i++)
		for (k = 0; k < 2; k++) {
			set_up(&r, k ? ACCEPT : what[i],
			    k && what[i] != PARK ? what[i] : REPLY);
			stream_received(r.stream, SPAN("\r\nGET "));
			say(&r, "/ HTTP/1.1\r\nHost: a\r\n\r\n" GET("/b"));
			CHECK(r.log.n > 0);
			tear_down(&r);
		}
}

static void
check_upgrade(void)
{
	struct rig r;

	set_up(&r, UPGRADE, HOLD);
	say(&r, GET("/ws") "frames");
	CHECK(r.upgraded == r.stream && !r.dead);
	CHECK_STR(text_of(&r.rest), "frames");
	CHECK(front_open(r.front) == 0);
	tear_down(&r);
	CHECK(r.dead);
}

int
main(void)
{
	check_simple();
	check_cuts();
	check_pipelined();
	check_early_bytes();
	check_unread_replies();
	check_continue();
	check_refused();
	check_growing();
	check_gone();
	check_half_closed();
	check_stop();
	check_from_within();
	check_upgrade();
	return CHECK_DONE;
}
