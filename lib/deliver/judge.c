/* deliver/judge.c - what an answer, or none, means. */
#include "deliver/own.h"
#include "fields.h"

static int
is_passing(int status)
{
	return status == 408 || status == 425 || status == 429 ||
	    (status >= 500 && status < 600);
}

/* A gateway's words for "nobody is there". */
static int
is_away(int status)
{
	return status >= 502 && status <= 504;
}

static struct verdict
judge_failure(const struct http_result *r)
{
	if (r->blocked)
		return (struct verdict){ 0, DELIVER_BLOCKED, HOST_UNKNOWN, 0 };
	switch (r->why->status) {
	case STATUS_USAGE:
		return (struct verdict){ 0, DELIVER_INVALID, HOST_UNKNOWN, 0 };
	case STATUS_TLS:
		/* A certificate or protocol that doesn't fit will not fit
		 * the next time.  A handshake that was cut off is
		 * STATUS_LOST. */
		return (struct verdict){ 0, DELIVER_FAILED, HOST_UNKNOWN, 0 };
	default:
		return (struct verdict){ 1, DELIVER_EXHAUSTED,
		    r->connected ? HOST_ILL : HOST_AWAY, 0 };
	}
}

struct verdict
deliver_judge(const struct http_result *r)
{
	if (r->why != NULL)
		return judge_failure(r);
	if (is_passing(r->status))
		return (struct verdict){ 1, DELIVER_EXHAUSTED,
		    is_away(r->status) ? HOST_AWAY : HOST_ILL, 1 };
	return (struct verdict){ 0, r->status / 100 == 2 ? DELIVER_DELIVERED :
	    r->status == 410 ? DELIVER_GONE : DELIVER_FAILED, HOST_WELL, 1 };
}

const struct why *
deliver_explain(const struct http_result *r, struct why *why)
{
	struct span to;

	if (r->why != NULL || r->status / 100 != 3)
		return r->why;
	to = fields_value(r->headers, r->nheaders, SPAN("Location"));
	if (to.n == 0)
		return NULL;
	why_set(why, STATUS_SOME, "redirected to %.*s, which is not followed",
	    to.n < 400 ? (int)to.n : 400, to.p);
	return why;
}
