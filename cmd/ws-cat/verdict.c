/* verdict.c - how a session went. */
#include <sys/ioctl.h>

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

#include "say.h"
#include "session.h"

/* As many replies as messages are as good as a barrier, where that is what
 * was asked for. */
int
verdict_is_confirmed(const struct conn *c)
{
	const struct session *s = c->session;

	if (c->cut_off)
		return 0;
	return c->confirmed == c->sent || (c->replies == c->sent &&
	    (s->config->one || s->count > 0));
}

int
verdict_is_satisfied(const struct session *s)
{
	const struct conn *c;

	if (s->count > 0 && s->received >= (uint64_t)s->count)
		return 1;
	if (!s->config->one || !s->input_over || s->in == NULL)
		return 0;
	for EACH_CONN(s, c)
		if (c->replies != c->sent)
			return 0;
	return 1;
}

int
verdict_has_more_input(const struct session *s)
{
	int n = 0;

	if (s->in == NULL || s->input_over)
		return 0;
	return !traffic_has_room(s) ||
	    (ioctl(STDIN_FILENO, FIONREAD, &n) == 0 && n > 0);
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

/* The server closed, and has no complaint: have we any? */
static void
judge_normal(struct conn *c)
{
	const char *early = "the server closed before all was said";
	struct session *s = c->session;

	if (!verdict_is_confirmed(c))
		verdict_report(c, STATUS_LOST, "%s", early);
	else if (s->tool->signum != 0)
		return;
	else if (s->count > 0 && !verdict_is_satisfied(s))
		verdict_report(c, STATUS_LOST, "the server closed after %"
		    PRIu64 " of %" PRId64 " messages", s->received, s->count);
	else if (s->config->one && s->in != NULL && c->replies < c->sent)
		verdict_report(c, STATUS_LOST, "the server closed after %"
		    PRIu64 " of %" PRIu64 " replies", c->replies, c->sent);
	else if (!s->stopping && verdict_has_more_input(s))
		verdict_report(c, STATUS_LOST, "%s: stdin has more", early);
}

static void
judge(struct conn *c, const struct ws_closed *end)
{
	const char *text = end->why != NULL ? end->why->text : "";

	if (end->why != NULL && end->why->status == STATUS_PROTOCOL)
		verdict_report(c, STATUS_PROTOCOL, "%s", text);
	else if (end->why != NULL && c->closing && verdict_is_confirmed(c))
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
verdict_closed(struct conn *c, const struct ws_closed *end)
{
	struct session *s = c->session;

	if (!s->judged)
		judge(c, end);
	if (!verdict_is_confirmed(c) || ((s->count > 0 || s->config->one) &&
	    !verdict_is_satisfied(s)))
		s->tool->undone = 1;
}
