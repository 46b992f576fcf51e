/* reply.c - answers, the user's and ours. */
#include <stdio.h>
#include <time.h>

#include "clock.h"
#include "own.h"

struct answer {
	int status;
	const struct front_field *fields;
	size_t nfields;
	struct span body;
	struct block *shared;	/* that the body lies in, or NULL */
	int minor;		/* of the request */
	int is_head;		/* the method */
	int keep_alive;
	int aside;		/* not to be counted */
};

/* RFC 9110 section 5.6.7; once a second, and free of the locale. */
static void
update_date(struct front *f)
{
	static const char days[] = "SunMonTueWedThuFriSat";
	static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	time_t now = (time_t)(clock_wall_us() / 1000000);
	struct tm tm;

	if (now == f->date_s || gmtime_r(&now, &tm) == NULL)
		return;
	f->date_s = now;
	snprintf(f->date, sizeof(f->date),
	    "%.3s, %02d %.3s %04d %02d:%02d:%02d GMT", days + 3 * tm.tm_wday,
	    tm.tm_mday % 100, months + 3 * tm.tm_mon,
	    (tm.tm_year + 1900) % 10000, tm.tm_hour % 100, tm.tm_min % 100,
	    tm.tm_sec % 100);
}

static int
add_status_line(struct buf *out, int status)
{
	char code[3] = { (char)('0' + status / 100 % 10),
	    (char)('0' + status / 10 % 10), (char)('0' + status % 10) };

	return buf_adds(out, "HTTP/1.1 ") != 0 ||
	    buf_add(out, span_of(code, sizeof(code))) != 0 ||
	    buf_addc(out, ' ') != 0 ||
	    buf_adds(out, http1_reason(status)) != 0 ||
	    buf_adds(out, "\r\nDate: ") != 0 ? -1 : 0;
}

static int
add_fields(struct buf *out, const struct answer *a)
{
	size_t i;

	for (i = 0; i < a->nfields; i++)
		if (buf_adds(out, a->fields[i].name) != 0 ||
		    buf_adds(out, ": ") != 0 ||
		    buf_add(out, a->fields[i].value) != 0 ||
		    buf_adds(out, "\r\n") != 0)
			return -1;
	return 0;
}

/* RFC 9110 section 8.6: these have no length, and no body. */
static int
is_bare(int status)
{
	return status < 200 || status == 204 || status == 304;
}

static int
add_framing(struct buf *out, const struct answer *a)
{
	int bare = is_bare(a->status);

	if (!bare && buf_addf(out, "Content-Length: %zu\r\n", a->body.n) != 0)
		return -1;
	if (!a->keep_alive)
		return buf_adds(out, "Connection: close\r\n\r\n");
	return buf_adds(out, a->minor == 0 ?
	    "Connection: keep-alive\r\n\r\n" : "\r\n");
}

void
reply_count(struct front *f, int status)
{
	if (status >= 0 && status < STATUSES)
		f->answered[status]++;
}

/* The last of this turn goes at once, without a copy; those that are pipelined
 * leave together. */
static int
send_bytes(struct conn *c, struct span s, int more)
{
	return more || c->in.n > 0 || (c->running && c->now.n > 0) ?
	    stream_put(c->stream, s) : stream_send(c->stream, s);
}

/* One contiguous piece, but for a shared body.  Without memory the connection
 * just ends. */
static int
send_answer(struct conn *c, const struct answer *a)
{
	struct front *f = c->front;
	struct buf *out = &f->out;
	int with_body = !a->is_head && !is_bare(a->status);
	int shared = with_body && a->shared != NULL && a->body.n > 0;

	if (!a->aside)
		reply_count(f, a->status);
	buf_clear(out);
	update_date(f);
	if (add_status_line(out, a->status) != 0 ||
	    buf_adds(out, f->date) != 0 || buf_adds(out, "\r\n") != 0 ||
	    add_fields(out, a) != 0 || add_framing(out, a) != 0)
		return -1;
	if (with_body && a->shared == NULL && buf_add(out, a->body) != 0)
		return -1;
	if (send_bytes(c, buf_span(out), shared) != 0)
		return -1;
	return shared ? stream_share(c->stream, a->shared, 0, a->body.n) : 0;
}

/* What the connection does behind the answer. */
static void
after_answer(struct conn *c, int keep_alive)
{
	struct front *f = c->front;

	if (!keep_alive) {
		conn_shut(c, f->stopped ? LINGER_STOPPED_MS : LINGER_MS);
		return;
	}
	conn_become(c, CONN_HEAD);
	conn_deadline(c, f->config.idle_timeout_ms);
	if (c->in.n > 0 || c->eof)
		conn_run_later(c);
}

static void
error_and_shut(struct conn *c, int status, const char *reason,
    int64_t linger_ms)
{
	struct exchange *x = c->exchange;
	struct front_field fields[2] = {
		{ "Content-Type", SPAN("text/plain; charset=utf-8") },
		{ "Retry-After", SPAN("1") }
	};
	struct answer a = { .status = status, .fields = fields,
		.nfields = status == 503 ? 2 : 1, .minor = 1 };
	char text[128];
	int told = c->state != CONN_HEAD;

	snprintf(text, sizeof(text), "%s\n", reason);
	a.body = span_str(text);
	if (x != NULL)
		a.is_head = span_eq(x->head.method, SPAN("HEAD"));
	/* Where it can't be sent the connection ends all the same. */
	(void)send_answer(c, &a);
	conn_end_exchange(c, told);
	if (c->state != CONN_DEAD)
		conn_shut(c, linger_ms);
}

void
reply_error(struct conn *c, int status, const char *reason)
{
	error_and_shut(c, status, reason, LINGER_MS);
}

void
reply_error_at_once(struct conn *c, int status, const char *reason)
{
	error_and_shut(c, status, reason, 0);
}

static void
reply(struct exchange *x, struct answer *a)
{
	struct conn *c = x->conn;
	const struct http1_head *head = &x->head;
	int read = c->state == CONN_ASKED ||
	    (!head->chunked && head->length <= 0), sent;

	if (c->front->user.replied != NULL && !a->aside)
		c->front->user.replied(c->front->arg, x, a->status);
	a->minor = head->minor;
	a->is_head = span_eq(head->method, SPAN("HEAD"));
	a->keep_alive = head->keep_alive && read && !c->front->stopped;
	sent = send_answer(c, a);
	conn_end_exchange(c, 0);
	if (sent != 0)
		conn_free(c);
	else
		after_answer(c, a->keep_alive);
}

void
front_reply(struct exchange *x, int status, const struct front_field *fields,
    size_t nfields, struct span body)
{
	struct answer a = { .status = status, .fields = fields,
		.nfields = nfields, .body = body };

	reply(x, &a);
}

void
reply_aside(struct exchange *x, int status, const struct front_field *fields,
    size_t nfields, struct span body)
{
	struct answer a = { .status = status, .fields = fields,
		.nfields = nfields, .body = body, .aside = 1 };

	reply(x, &a);
}

void
front_reply_shared(struct exchange *x, int status,
    const struct front_field *fields, size_t nfields, struct block *body)
{
	struct answer a = { .status = status, .fields = fields,
		.nfields = nfields, .shared = body,
		.body = span_of(body->data, body->n) };

	reply(x, &a);
}
