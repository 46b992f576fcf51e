/* front_wait.c - the front waiting: for room, and for peers that are slow. */
#include "front_rig.h"

/* ---- waiting ---- */

static void
check_parked(void)
{
	struct rig r;

	set_up(&r, PARK, REPLY);
	say(&r, POST("/a", "Content-Length: 2") "hi");
	LOG(&r, "head /a;");
	front_unpark_all(r.front);
	LOG(&r, "head /a;head /a;");
	r.in_head = ACCEPT;
	front_unpark_all(r.front);
	pass(&r, 0);
	LOG(&r, "head /a;head /a;head /a;body hi;");
	CHECK(SENT(&r, "HTTP/1.1 200"));
	tear_down(&r);
	set_up_for(&r, PARK, REPLY, LIMIT_MS);
	say(&r, GET("/b"));
	pass(&r, 3 * LIMIT_MS);
	CHECK(SENT(&r, "HTTP/1.1 503 ") && SENT(&r, "Retry-After: "));
	LOG(&r, "head /b;gone;");
	tear_down(&r);
}

/* Bodies together have a limit: who comes later waits for room. */
static void
check_crowded(void)
{
	char half[900];
	struct rig r;
	struct stream *first;

	memset(half, 'x', sizeof(half));
	half[sizeof(half) - 1] = '\0';
	set_up(&r, ACCEPT, REPLY);
	first = r.stream;
	say(&r, POST("/a", "Content-Length: 900"));
	say(&r, half);
	peer(&r);
	say(&r, POST("/b", "Content-Length: 900\r\nExpect: 100-continue"));
	LOG(&r, "head /a;head /b;");
	CHECK(!SENT(&r, "100 Continue"));
	stream_received(first, SPAN("y"));
	pass(&r, 0);
	LOG(&r, "head /a;head /b;body 900;");
	CHECK(SENT(&r, "100 Continue"));
	say(&r, half);
	say(&r, "z");
	LOG(&r, "head /a;head /b;body 900;body 900;");
	tear_down(&r);
}

/* Where connections are scarce, one of those that are waited for goes, those
 * that wait for a head before those with a body. */
static void
check_shed(void)
{
	struct rig r, other = { .room = SIZE_MAX };

	set_up_all(&r, ACCEPT, REPLY, LONG_MS, 0);
	front_shed(r.front);
	CHECK(r.dead && r.sent.n == 0 && front_open(r.front) == 0);
	front_shed(r.front);
	peer(&r);
	say(&r, "GET / HT");
	front_shed(r.front);
	pass(&r, 1);
	CHECK(r.dead && SENT(&r, "HTTP/1.1 408 "));
	LOG(&r, "");
	peer(&r);
	say(&r, POST("/a", "Content-Length: 2") "h");
	front_take(r.front, stream_new(r.loop, &carrier, &other, "peer:2",
	    0));
	front_shed(r.front);
	CHECK(other.dead && !r.dead);
	front_shed(r.front);
	pass(&r, 1);
	CHECK(r.dead && count(&r, "HTTP/1.1 408 ") == 2);
	LOG(&r, "head /a;gone;");
	tear_down(&r);
}

/* Nobody goes early, and nobody who waits for us. */
static void
check_not_shed(void)
{
	struct rig r;

	set_up_all(&r, HOLD, REPLY, LONG_MS, LONG_MS);
	front_shed(r.front);
	CHECK(!r.dead);
	tear_down(&r);
	set_up_all(&r, HOLD, REPLY, LONG_MS, 0);
	say(&r, GET("/a"));
	front_shed(r.front);
	pass(&r, 1);
	reply(r.held, "");
	pass(&r, 1);
	CHECK(!r.dead && SENT(&r, "HTTP/1.1 200"));
	tear_down(&r);
}

/* ---- time ---- */

/* What happens to a peer that says just that. */
static void
check_time(const char *text, enum does in_request, const char *status,
    const char *log)
{
	struct rig r;

	set_up_for(&r, ACCEPT, in_request, LIMIT_MS);
	say(&r, text);
	pass(&r, 3 * LIMIT_MS);
	CHECK(r.shut && count(&r, "\r\nDate: ") == (status != NULL));
	CHECK(status == NULL || SENT(&r, status));
	LOG(&r, log);
	tear_down(&r);
}

static void
check_times(void)
{
	struct rig r;

	check_time("", REPLY, NULL, "");
	check_time("GET / HT", REPLY, "HTTP/1.1 408 ", "");
	check_time(POST("/", "Content-Length: 5") "hell", REPLY,
	    "HTTP/1.1 408 ", "head /;gone;");
	check_time(GET("/"), REPLY, "HTTP/1.1 200 ", "head /;body ;");
	set_up_for(&r, ACCEPT, HOLD, LIMIT_MS);
	say(&r, GET("/"));
	pass(&r, 3 * LIMIT_MS);
	CHECK(!r.shut && r.sent.n == 0);	/* the user's time */
	tear_down(&r);
}

int
main(void)
{
	check_parked();
	check_crowded();
	check_shed();
	check_not_shed();
	check_times();
	return CHECK_DONE;
}
