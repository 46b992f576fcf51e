/* read.c - heads and bodies out of what has come. */
#include "own.h"

#define UNREAD ((size_t)64 * 1024)	/* replies that wait for the peer */

/* ---- bodies ---- */

void
conn_body(struct conn *c)
{
	struct exchange *x = c->exchange;
	size_t here = c->running ? c->now.n : c->in.n;

	conn_become(c, CONN_BODY);
	conn_deadline(c, c->front->config.body_timeout_ms);
	http1_body_init(&x->feed, &x->head);
	if (x->head.expect_continue && !x->feed.done && here == 0)
		stream_put(c->stream,
		    SPAN("HTTP/1.1 100 Continue\r\n\r\n"));
}

static void
ask(struct conn *c, struct span body)
{
	struct front *f = c->front;

	conn_become(c, CONN_ASKED);
	conn_deadline(c, NEVER);
	f->body_bytes += body.n;
	f->user.request(f->arg, c->exchange, body);
}

/* Keeps a piece of the body: 0, or the status to answer with. */
static int
keep_body(struct conn *c, struct span data)
{
	struct front *f = c->front;
	struct exchange *x = c->exchange;

	if (data.n == 0)
		return 0;
	if (data.n > (size_t)f->config.max_body - x->body.n)
		return 413;
	if (f->buffered + data.n > (size_t)f->config.max_buffered ||
	    buf_add(&x->body, data) != 0)
		return 503;
	f->buffered += data.n;
	return 0;
}

/* 1, or 0 when more has to come first. */
static int
read_body(struct conn *c)
{
	struct exchange *x = c->exchange;
	struct http1_error error;
	struct span data = SPAN("");
	long n = 1;
	int status;

	while (!x->feed.done && n > 0) {
		n = http1_body_feed(&x->feed, c->now, &data, &error);
		if (n < 0) {
			reply_error(c, error.status, error.reason);
			return 0;
		}
		c->now = span_from(c->now, (size_t)n);
		if (x->feed.done && x->body.n == 0 && !x->feed.chunked)
			break;		/* in one piece: no copy */
		status = keep_body(c, data);
		if (status != 0) {
			reply_error(c, status, status == 413 ?
			    "body too large" : "too many bodies at once");
			return 0;
		}
		if (x->body.n > 0)
			data = buf_span(&x->body);
	}
	if (!x->feed.done)
		return 0;
	ask(c, data);
	return 1;
}

/* ---- heads ---- */

void
conn_head(struct conn *c)
{
	struct front *f = c->front;

	conn_become(c, CONN_HELD);
	if (!probe_answer(c->exchange))
		f->user.head(f->arg, c->exchange);
}

/* What no user has to see: 0, or the status and a reason. */
static int
refusal(const struct front *f, const struct http1_head *head,
    const char **reason)
{
	struct span value;

	if (span_eq(head->method, SPAN("CONNECT"))) {
		*reason = "this is no proxy";
		return 501;
	}
	if (head->minor > 0 && !head->expect_continue &&
	    http1_field(head, "Expect", &value) > 0) {
		*reason = "only 100-continue can be expected";
		return 417;
	}
	if (head->length > f->config.max_body) {
		*reason = "body too large";
		return 413;
	}
	return 0;
}

/* The head of n bytes is there. */
static void
begin(struct conn *c, struct exchange *x, size_t n)
{
	const char *reason;
	int status;

	c->exchange = x;
	x->conn = c;
	c->front->nopen++;
	c->seen = 0;
	c->begun = 0;
	if (exchange_keep(x, span_of(c->now.p, n)) != 0) {
		reply_error(c, 503, "out of memory");
		return;
	}
	c->now = span_from(c->now, n);
	status = refusal(c->front, &x->head, &reason);
	if (status != 0) {
		reply_error(c, status, reason);
		return;
	}
	conn_deadline(c, NEVER);
	conn_head(c);
}

/* 1, or 0 when more has to come first. */
static int
read_head(struct conn *c)
{
	struct front *f = c->front;
	struct exchange *x;
	struct http1_error error;
	long n;

	if (c->now.n == 0)
		return 0;
	x = exchange_new(f);
	if (x == NULL) {
		conn_free(c);
		return 0;
	}
	n = http1_request(c->now, &c->seen, (size_t)f->config.max_header,
	    &x->head, &error);
	if (n > 0) {
		begin(c, x, (size_t)n);
		return 1;
	}
	exchange_free(f, x);
	if (n < 0) {
		reply_error(c, error.status, error.reason);
	} else if (!c->begun) {
		c->begun = 1;
		conn_deadline(c, f->config.header_timeout_ms);
	}
	return 0;
}

/* ---- both ---- */

/* Is there anything to do with what has come? */
static int
may_read(struct conn *c)
{
	if (c->state == CONN_BODY)
		return 1;
	if (c->state != CONN_HEAD)
		return 0;
	if (stream_queued(c->stream) < UNREAD)
		return 1;
	c->full = 1;
	conn_deadline(c, c->front->config.idle_timeout_ms);
	return 0;
}

void
conn_read(struct conn *c)
{
	c->running = 1;
	while (may_read(c) &&
	    (c->state == CONN_BODY ? read_body(c) : read_head(c)))
		;
	c->running = 0;
}
