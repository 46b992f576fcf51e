/* result.c - what became of a line. */
#include <string.h>

#include "clock.h"
#include "event.h"
#include "json.h"
#include "result.h"
#include "utf8.h"

/* A string member of text that a peer may have had its hands in: bytes that
 * are not UTF-8 are shown as the Latin-1 characters that header fields once
 * were (RFC 9110 section 5.5). */
static int
quote_any(struct buf *out, struct span text)
{
	struct buf utf8;
	size_t i;
	int ret = 0;

	if (utf8_valid(text))
		return json_quote(out, text);
	buf_init(&utf8, 2 * text.n);
	for (i = 0; i < text.n && ret == 0; i++) {
		unsigned char c = (unsigned char)text.p[i];

		if (c < 0x80)
			ret = buf_addc(&utf8, (char)c);
		else
			ret = buf_addc(&utf8, (char)(0xc0 | c >> 6)) == -1 ?
			    -1 : buf_addc(&utf8, (char)(0x80 | (c & 0x3f)));
	}
	if (ret == 0)
		ret = json_quote(out, buf_span(&utf8));
	buf_done(&utf8);
	return ret;
}

static int
print_headers(struct buf *out, const struct http_result *r)
{
	size_t i;
	int bad = buf_adds(out, "\"headers\":[");

	for (i = 0; i < r->nheaders && bad == 0; i++) {
		bad |= buf_adds(out, i == 0 ? "[" : ",[");
		bad |= quote_any(out, r->headers[i].name);
		bad |= buf_addc(out, ',');
		bad |= quote_any(out, r->headers[i].value);
		bad |= buf_addc(out, ']');
	}
	return bad | buf_addc(out, ']');
}

static int
print_reply(struct buf *out, const struct http_result *r)
{
	int bad = buf_adds(out, ",\"reply\":{");

	bad |= print_headers(out, r);
	bad |= event_body(out, r->body);
	if (r->truncated)
		bad |= event_bool(out, "truncated", 1);
	return bad | buf_addc(out, '}');
}

static int
print_head(struct buf *out, const struct job *j, enum outcome outcome)
{
	char now[CLOCK_RFC3339_SIZE];
	int bad = buf_adds(out, "{\"type\":\"result\"");

	clock_rfc3339(now, clock_wall_us());
	bad |= event_text(out, "id", j->id);
	bad |= event_text(out, "time", span_str(now));
	if (j->line > 0)
		bad |= event_int(out, "line", (int64_t)j->line);
	if (j->shown != NULL)
		bad |= event_text(out, "url", span_str(j->shown));
	return bad |
	    event_text(out, "outcome", span_str(outcome_name(outcome)));
}

int
result_print(struct buf *out, const struct job *j, enum outcome outcome,
    const struct http_result *r, const struct why *why, int with_reply)
{
	int answered = r != NULL && r->why == NULL;
	int bad = print_head(out, j, outcome);

	if (answered)
		bad |= event_int(out, "status", r->status);
	bad |= event_int(out, "attempts", j->attempts);
	if (j->attempts > 0)
		bad |= event_int(out, "ms", j->ms);
	if (why != NULL) {
		bad |= buf_adds(out, ",\"error\":");
		bad |= quote_any(out, span_str(why->text));
	}
	if (answered && with_reply)
		bad |= print_reply(out, r);
	return (bad | event_end(out)) == 0 ? 0 : -1;
}

const char *
outcome_name(enum outcome outcome)
{
	static const char *const names[] = { "delivered", "failed",
	    "exhausted", "gone", "blocked", "invalid" };

	return names[outcome];
}
