/* news.c - event lines: messages, and with --news what becomes of a
 * connection.
 */
#include "event.h"
#include "session.h"

static void
put(struct session *s, int rc)
{
	if (rc == -1)
		tool_why(s->tool, "an event", &(struct why){ STATUS_SOME,
		    "out of memory" });
	else
		lines_out_put(s->out, buf_span(&s->event));
}

void
news_message(struct conn *c, struct msg m, uint64_t line)
{
	struct buf *b = &c->session->event;

	buf_clear(b);
	put(c->session, event_begin(b, "message", NULL) == -1 ||
	    (c->session->nconns > 1 &&
	    event_any_text(b, "url", span_str(c->url.full)) == -1) ||
	    (line > 0 && event_int(b, "line", (int64_t)line) == -1) ||
	    event_message(b, m) == -1 || event_end(b) == -1 ? -1 : 0);
}

void
news_record(const struct conn *c, const char *direction, struct msg m)
{
	const struct session *s = c->session;

	record_message(s->record, direction,
	    s->nconns > 1 ? c->url.full : NULL, m);
}

/* ---- what becomes of a connection ---- */

static int
is_printed(const struct session *s)
{
	return s->config->news && lines_out_form(s->out) == LINES_EVENTS;
}

static int
is_wanted(const struct session *s)
{
	return s->record != NULL || is_printed(s);
}

static void
tell(struct session *s, int rc)
{
	if (rc == 0)
		record_event(s->record, buf_span(&s->event));
	if (rc == -1 || is_printed(s))
		put(s, rc);
}

static int
begin(struct conn *c, const char *type)
{
	struct buf *b = &c->session->event;

	buf_clear(b);
	return event_begin(b, type, NULL) == -1 ||
	    event_any_text(b, "url", span_str(c->url.full)) == -1 ? -1 : 0;
}

void
news_open(struct conn *c, struct span protocol)
{
	struct buf *b = &c->session->event;

	if (!is_wanted(c->session))
		return;
	tell(c->session, begin(c, "open") == -1 ||
	    event_any_text(b, "remote", span_str(ws_remote(c->ws))) == -1 ||
	    event_any_text(b, "protocol", protocol) == -1 ||
	    event_end(b) == -1 ? -1 : 0);
}

void
news_close(struct conn *c, const struct ws_closed *end)
{
	struct buf *b = &c->session->event;

	if (!is_wanted(c->session))
		return;
	tell(c->session, begin(c, "close") == -1 ||
	    event_int(b, "code", end->code) == -1 ||
	    event_any_text(b, "reason", end->reason) == -1 ||
	    event_bool(b, "clean", end->clean) == -1 ||
	    event_int(b, "sent", (int64_t)c->put_here) == -1 ||
	    event_int(b, "received", (int64_t)c->received_here) == -1 ||
	    event_end(b) == -1 ? -1 : 0);
}

void
news_retry(struct conn *c, const char *why, int64_t wait_ms,
    uint64_t doubtful)
{
	struct buf *b = &c->session->event;

	if (!is_wanted(c->session))
		return;
	tell(c->session, begin(c, "retry") == -1 ||
	    event_int(b, "attempt", c->again.tries) == -1 ||
	    event_int(b, "wait_ms", wait_ms) == -1 ||
	    event_any_text(b, "why", span_str(why)) == -1 ||
	    event_int(b, "unconfirmed", (int64_t)doubtful) == -1 ||
	    event_int(b, "kept", (int64_t)c->keep.n) == -1 ||
	    event_end(b) == -1 ? -1 : 0);
}
