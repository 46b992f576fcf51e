/* verdict.c - how a session went. */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

#include "say.h"
#include "session.h"

/* As many replies as messages are as good as a barrier, where that is what
 * was asked for. */
static int
is_confirmed(const struct conn *c)
{
	const struct session *s = c->session;

	if (c->cut_off || c->unproven)
		return 0;
	return c->confirmed == c->sent || (c->replies == c->sent &&
	    (s->config->one || s->count > 0));
}

static int
has_all_replies(const struct session *s)
{
	const struct conn *c;

	for EACH_CONN(s, c)
		if (c->replies != c->requests)
			return 0;
	return 1;
}

int
verdict_is_satisfied(const struct session *s)
{
	if (s->met || (s->count > 0 && s->received >= (uint64_t)s->count))
		return 1;
	return s->config->one && s->input_over && s->in != NULL &&
	    has_all_replies(s);
}

/* Was something asked for that did not come? */
static int
is_wanting(const struct session *s)
{
	if (verdict_is_satisfied(s))
		return 0;
	return s->count > 0 || s->wants.until != NULL ||
	    (s->config->one && !has_all_replies(s));
}

/* What did come of it. */
static void
tell_wanting(const struct conn *c, char *text, size_t size)
{
	const struct session *s = c->session;

	if (s->count > 0)
		snprintf(text, size, "%" PRIu64 " of %" PRId64 " messages",
		    s->received, s->count);
	else if (s->config->one && s->in != NULL)
		snprintf(text, size, "%" PRIu64 " of %" PRIu64 " replies",
		    c->replies, c->requests);
	else
		snprintf(text, size, "%" PRIu64 " messages, --until was "
		    "true of none", s->received);
}

void
verdict_report(struct conn *c, enum status status, const char *fmt, ...)
{
	char text[400];
	va_list ap;

	va_start(ap, fmt);
	if (vsnprintf(text, sizeof(text), fmt, ap) < 0)
		text[0] = '\0';
	va_end(ap);
	if (c->confirmed != c->sent)
		say_err("%s: %s (%" PRIu64 " of %" PRIu64
		    " messages sent were not confirmed)", c->url.full, text,
		    c->sent - c->confirmed, c->sent);
	else
		say_err("%s: %s", c->url.full, text);
	tool_fail(c->session->tool, status);
}

static void
report_wanting(struct conn *c)
{
	const struct session *s = c->session;
	char text[80];

	tell_wanting(c, text, sizeof(text));
	if (s->was_quiet)
		verdict_report(c, STATUS_TIMEOUT, "quiet for %" PRId64
		    " ms after %s", s->config->linger_ms, text);
	else
		verdict_report(c, STATUS_LOST, "the server closed after %s",
		    text);
}

void
verdict_timeout(struct conn *c)
{
	const int64_t ms = c->session->config->timeout_ms;
	char text[80];

	tell_wanting(c, text, sizeof(text));
	if (is_wanting(c->session))
		verdict_report(c, STATUS_TIMEOUT, "timed out after %" PRId64
		    " ms, %s", ms, text);
	else
		verdict_report(c, STATUS_TIMEOUT, "timed out after %" PRId64
		    " ms", ms);
}

/* Is there another that may still say what is wanted? */
static int
has_others(const struct conn *c)
{
	const struct session *s = c->session;
	const struct conn *other;

	for EACH_CONN(s, other)
		if (other != c && !other->over)
			return 1;
	return 0;
}

/* The server closed, and has no complaint: have we any? */
static void
judge_normal(struct conn *c)
{
	const char *early = "the server closed before all was said";
	struct session *s = c->session;

	if (!is_confirmed(c))
		verdict_report(c, STATUS_LOST, "%s", early);
	else if (s->tool->signum != 0)
		return;
	else if (is_wanting(s) && !has_others(c))
		report_wanting(c);
	/* What else is on stdin, the others are told. */
	else if (!s->stopping && !has_others(c) && orders_has_more(s))
		verdict_report(c, STATUS_LOST, "%s: %s has more", early,
		    s->replay != NULL ? "the recording" : "stdin");
}

static void
judge(struct conn *c, const struct ws_closed *end)
{
	const char *text = end->why != NULL ? end->why->text : "";

	if (end->why != NULL && end->why->status == STATUS_PROTOCOL)
		verdict_report(c, STATUS_PROTOCOL, "%s", text);
	else if (end->why != NULL && c->closing && is_confirmed(c))
		say_detail("%s: %s", c->url.full, text);
	else if (end->why != NULL)
		verdict_report(c, STATUS_LOST, "%s", text);
	else if (end->code != WS_NORMAL && end->code != WS_GOING_AWAY &&
	    end->code != WS_NO_STATUS && (end->by_peer ||
	    end->code != c->session->close_code))
		verdict_report(c, STATUS_CLOSED,
		    "the server closed with %d%s%.*s", end->code,
		    end->reason.n > 0 ? ": " : "", (int)end->reason.n,
		    end->reason.n > 0 ? end->reason.p : "");
	else
		judge_normal(c);
}

void
verdict_doubtful(struct conn *c)
{
	if (c->doubtful == 0)
		return;
	say_err("%s: %" PRIu64 " of %" PRIu64 " messages may be lost: their "
	    "connection was before they were confirmed", c->url.full,
	    c->doubtful, c->sent);
	tool_fail(c->session->tool, STATUS_LOST);
	c->session->tool->undone = 1;
}

void
verdict_closed(struct conn *c, const struct ws_closed *end)
{
	struct session *s = c->session;

	if (!s->judged && !c->judged)
		judge(c, end);
	if (!is_confirmed(c) || (is_wanting(s) && !has_others(c)) ||
	    (s->config->one && !verdict_is_satisfied(s)))
		s->tool->undone = 1;
}
