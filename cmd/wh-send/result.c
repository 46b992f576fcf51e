/* result.c - what became of a line. */
#include <string.h>

#include "clock.h"
#include "event.h"
#include "result.h"
#include "utf8.h"

/* Text that was cut within a character ends before it. */
static struct span
whole_text(struct span body)
{
	size_t less;

	for (less = 0; less < 4 && less <= body.n; less++)
		if (utf8_valid(span_of(body.p, body.n - less)))
			return span_of(body.p, body.n - less);
	return body;
}

static int
print_reply(struct buf *out, const struct http_result *r)
{
	int bad = buf_adds(out, ",\"reply\":{\"headers\":");

	bad |= event_fields(out, r->headers, r->nheaders);
	bad |= event_body(out, r->truncated ? whole_text(r->body) : r->body);
	if (r->truncated)
		bad |= event_bool(out, "truncated", 1);
	return bad | buf_addc(out, '}');
}

static int
print_head(struct buf *out, const struct job *j, int outcome)
{
	char now[CLOCK_RFC3339_SIZE];
	int bad = buf_adds(out, "{\"type\":\"result\"");

	clock_rfc3339(now, clock_wall_us());
	bad |= event_text(out, "id", j->id);
	bad |= event_text(out, "time", span_str(now));
	if (j->line > 0)
		bad |= event_int(out, "line", (int64_t)j->line);
	if (j->deliver.url != NULL)
		bad |= event_text(out, "url", span_str(j->deliver.url));
	return bad |
	    event_text(out, "outcome", span_str(outcome_name(outcome)));
}

int
result_print(struct buf *out, const struct job *j, int outcome,
    const struct http_result *r, const struct why *why, int with_reply)
{
	int answered = r != NULL && r->why == NULL;
	int bad = print_head(out, j, outcome);

	if (answered)
		bad |= event_int(out, "status", r->status);
	bad |= event_int(out, "attempts", j->deliver.attempts);
	if (j->deliver.attempts > 0)
		bad |= event_int(out, "ms", j->ms);
	if (why != NULL)
		bad |= event_any_text(out, "error", span_str(why->text));
	if (answered && with_reply)
		bad |= print_reply(out, r);
	return (bad | event_end(out)) == 0 ? 0 : -1;
}
