/* ws_close.c - every way in which a websocket ends, and what is told. */
#include "check.h"
#include "ws_rig.h"

#define MAX 4096

/* The server answers, and ends the connection; it is told when the client
 * has ended it too. */
static void
peer_closes_server(void)
{
	struct rig r;

	rig_init(&r, WS_SERVER, MAX, SPAN(""));
	rig_feed_frame(&r, WS_SERVER, 0x88, SPAN("\x0f\xa0over"));
	rig_turn(&r);
	CHECK(rig_said(&r, WS_SERVER, "close:4000 ;"));
	CHECK(r.shut && r.closes == 0);
	CHECK(ws_send(r.ws, (struct msg){ MSG_TEXT, SPAN("x") }) == -1);
	CHECK(ws_barrier(r.ws, rig_pong) == -1);
	CHECK(ws_ping(r.ws, SPAN("")) == -1);
	ws_close(r.ws, 1000, SPAN(""));
	rig_end(&r);
	CHECK(r.closes == 1 && r.code == 4000 && r.clean && r.by_peer);
	CHECK_STR(r.reason, "over");
	CHECK_STR(r.why, "");
	rig_done(&r);
}

/* The client answers, and waits for the server to end the connection. */
static void
peer_closes_client(int server_ends)
{
	struct rig r;

	rig_init(&r, WS_CLIENT, MAX, SPAN(""));
	rig_feed_frame(&r, WS_CLIENT, 0x88, SPAN(""));
	rig_turn(&r);
	CHECK(rig_said(&r, WS_CLIENT, "close:;"));
	CHECK(!r.shut && r.closes == 0 && r.reading);
	if (server_ends)
		rig_end(&r);
	else
		rig_wait(&r);
	CHECK(r.closes == 1 && r.code == WS_NO_STATUS && r.clean);
	rig_done(&r);
}

/* answer: what the peer's close holds; want: the code that is told. */
static void
we_close(enum ws_side side, struct span answer, int want)
{
	struct rig r;

	rig_init(&r, side, MAX, SPAN(""));
	ws_send(r.ws, (struct msg){ MSG_TEXT, SPAN("last") });
	ws_close(r.ws, WS_GOING_AWAY, SPAN("done"));
	ws_close(r.ws, WS_NORMAL, SPAN("again"));
	CHECK(ws_send(r.ws, (struct msg){ MSG_TEXT, SPAN("x") }) == -1);
	rig_turn(&r);
	CHECK(rig_said(&r, side, "text:last;close:1001 done;"));
	rig_feed_frame(&r, side, 0x81, SPAN("was on its way"));
	CHECK(rig_got(&r, "t:was on its way;"));
	rig_feed_frame(&r, side, 0x88, answer);
	rig_turn(&r);
	CHECK(r.shut == (side == WS_SERVER) && r.closes == 0);
	rig_end(&r);
	CHECK(r.closes == 1 && r.code == want && r.clean && !r.by_peer);
	rig_done(&r);
}

static void
no_answer(void)
{
	struct rig r;

	rig_init(&r, WS_SERVER, MAX, SPAN(""));
	ws_close(r.ws, WS_GOING_AWAY, SPAN(""));
	rig_wait(&r);
	CHECK(r.closes == 1 && r.code == WS_ABNORMAL && !r.clean);
	CHECK(r.status == STATUS_TIMEOUT);
	rig_done(&r);

	/* nor does it take what we sent */
	rig_init(&r, WS_SERVER, MAX, SPAN(""));
	r.room = 0;
	rig_feed_frame(&r, WS_SERVER, 0x88, SPAN("\x03\xe8"));
	rig_wait(&r);
	CHECK(r.closes == 1 && r.code == WS_NORMAL && !r.clean);
	rig_done(&r);

	/* nor are we reading, and so can't see it */
	rig_init(&r, WS_SERVER, MAX, SPAN(""));
	ws_pause(r.ws);
	ws_close(r.ws, WS_GOING_AWAY, SPAN(""));
	rig_wait(&r);
	CHECK(r.closes == 1 && r.code == WS_ABNORMAL);
	rig_done(&r);
}

/* A peer that has ended its own direction is still told what is due. */
static void
half_closed(void)
{
	struct rig r;

	rig_init(&r, WS_SERVER, MAX, SPAN(""));
	rig_feed_frame(&r, WS_SERVER, 0x81, SPAN("last"));
	r.room = 3;
	ws_send(r.ws, (struct msg){ MSG_TEXT, SPAN("answer") });
	stream_half_closed(r.stream);
	rig_turn(&r);
	CHECK(r.closes == 0 && !r.shut);
	r.room = SIZE_MAX;
	stream_writable(r.stream);
	rig_turn(&r);
	CHECK(rig_said(&r, WS_SERVER, "text:answer;") && r.shut);
	CHECK(r.closes == 1 && r.code == WS_ABNORMAL);
	CHECK(r.status == STATUS_LOST);
	rig_done(&r);

	/* nor does it end while the user has yet to read */
	rig_init(&r, WS_SERVER, MAX, SPAN(""));
	rig_turn(&r);
	ws_pause(r.ws);
	rig_feed_frame(&r, WS_SERVER, 0x81, SPAN("last"));
	stream_half_closed(r.stream);
	rig_turn(&r);
	CHECK(r.closes == 0 && r.messages == 0);
	ws_resume(r.ws);
	rig_turn(&r);
	rig_turn(&r);
	CHECK(r.closes == 1 && r.messages == 1);
	rig_done(&r);
}

static void
connection_ends(void)
{
	struct rig r;
	struct why why;

	rig_init(&r, WS_CLIENT, MAX, SPAN(""));
	rig_feed_frame(&r, WS_CLIENT, 0x01, SPAN("half"));
	rig_end(&r);
	CHECK(r.closes == 1 && r.code == WS_ABNORMAL && !r.clean);
	CHECK(r.status == STATUS_LOST && r.messages == 0);
	rig_done(&r);

	why_set(&why, STATUS_TLS, "damaged");
	rig_init(&r, WS_SERVER, MAX, SPAN(""));
	rig_turn(&r);
	stream_failed(r.stream, &why);
	rig_turn(&r);
	CHECK(r.closes == 1 && r.status == STATUS_TLS);
	CHECK_STR(r.why, "damaged");
	CHECK(ws_send(r.ws, (struct msg){ MSG_TEXT, SPAN("x") }) == -1);
	rig_done(&r);
}

/* While the user does not read, an end is told at once if he closes. */
static void
close_of_an_ended(void)
{
	struct rig r;

	rig_init(&r, WS_CLIENT, MAX, SPAN(""));
	ws_pause(r.ws);
	rig_turn(&r);
	rig_end(&r);
	CHECK(r.closes == 0);
	ws_close(r.ws, WS_NORMAL, SPAN(""));
	CHECK(r.closes == 0);
	rig_turn(&r);
	CHECK(r.closes == 1 && r.code == WS_ABNORMAL);
	rig_done(&r);
}

/* A peer that broke a rule is closed, and not listened to any more. */
static void
broken(enum ws_side side)
{
	struct rig r;

	rig_init(&r, side, MAX, SPAN(""));
	rig_feed_frame(&r, side, 0x83, SPAN(""));
	rig_feed_frame(&r, side, 0x81, SPAN("x"));
	rig_feed_frame(&r, side, 0x88, SPAN("\x03\xe8"));
	rig_wait(&r);
	CHECK(r.shut && r.messages == 0);
	CHECK(r.closes == 1 && r.code == WS_PROTOCOL_ERROR && !r.clean);
	CHECK(r.status == STATUS_PROTOCOL);
	rig_done(&r);
}

static void
long_reason(void)
{
	struct rig r;
	char reason[200];

	memset(reason, 'r', sizeof(reason));
	memcpy(reason + 121, "\xe2\x82\xac", 3);
	rig_init(&r, WS_SERVER, MAX, SPAN(""));
	ws_close(r.ws, 4999, span_of(reason, sizeof(reason)));
	rig_turn(&r);
	CHECK(r.sent.n == 2 + 2 + 121);
	rig_done(&r);
}

static void
freed_in_callbacks(void)
{
	struct rig r;
	struct buf in;

	buf_init(&in, MAX);
	rig_frame(&in, 0x81, 1, SPAN("a"));
	rig_frame(&in, 0x81, 1, SPAN("b"));
	rig_init(&r, WS_SERVER, MAX, SPAN(""));
	r.free_in_message = 1;
	rig_feed(&r, buf_span(&in), MAX);
	CHECK(r.dead && r.closes == 0 && rig_got(&r, "t:a;"));
	rig_done(&r);

	rig_init(&r, WS_SERVER, MAX, buf_span(&in));
	r.free_in_message = 1;
	rig_turn(&r);
	CHECK(r.dead && rig_got(&r, "t:a;"));
	rig_done(&r);

	rig_init(&r, WS_CLIENT, MAX, SPAN("\x88\x00"));
	r.free_in_closed = 1;
	rig_turn(&r);
	rig_end(&r);
	CHECK(r.dead && r.closes == 1);
	rig_done(&r);
	buf_done(&in);
}

int
main(void)
{
	peer_closes_server();
	peer_closes_client(1);
	peer_closes_client(0);
	we_close(WS_SERVER, SPAN("\x03\xe9"), WS_GOING_AWAY);
	we_close(WS_SERVER, SPAN(""), WS_GOING_AWAY);
	we_close(WS_CLIENT, SPAN("\x03\xe8"), WS_GOING_AWAY);
	we_close(WS_CLIENT, SPAN("\x03\xf3"), WS_INTERNAL);
	no_answer();
	half_closed();
	connection_ends();
	close_of_an_ended();
	broken(WS_SERVER);
	broken(WS_CLIENT);
	long_reason();
	freed_in_callbacks();
	return CHECK_DONE;
}
