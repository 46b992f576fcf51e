/* dead.c - dead letters. */
#include "clock.h"
#include "dead.h"
#include "event.h"
#include "json.h"

/* Is it none of a letter's? */
static int
goes(struct span key)
{
	return json_key_is(key, "failed") || json_key_is(key, "not_before") ||
	    json_key_is(key, "deadline");
}

/* The object without its closing brace, and without those members. */
static int
copy(struct buf *out, struct span event)
{
	struct json_iter it = json_iter(event);
	int bad = buf_addc(out, '{'), n = 0;

	while (json_next(&it))
		if (!goes(it.key))
			bad |= (n++ > 0 && buf_addc(out, ',') == -1) ||
			    buf_add(out, it.key) == -1 ||
			    buf_addc(out, ':') == -1 ||
			    buf_add(out, it.value) == -1;
	return bad;
}

static int
comma(struct buf *out)
{
	return out->p[out->n - 1] == '{' ? 0 : buf_addc(out, ',');
}

/* A member, if the event doesn't have it. */
static int
add(struct buf *out, struct span event, const char *name, const char *text)
{
	struct span value;

	if (text == NULL || (json_member(event, name, &value) &&
	    json_type(value) != JSON_NULL))
		return 0;
	return comma(out) == -1 || buf_addc(out, '"') == -1 ||
	    buf_adds(out, name) == -1 || buf_adds(out, "\":") == -1 ||
	    json_quote(out, span_str(text)) == -1 ? -1 : 0;
}

int
dead_print(struct buf *out, struct span event, int request,
    const struct job *j, int outcome, const struct http_result *r,
    const struct why *why)
{
	char now[CLOCK_RFC3339_SIZE];
	size_t before = out->n;
	int bad = copy(out, event);

	if (bad == 0 && request)
		bad = add(out, event, "url", j->deliver.url) == -1 ||
		    add(out, event, "method", j->method) == -1;
	if (bad == 0)
		bad = comma(out);
	clock_rfc3339(now, clock_wall_us());
	bad |= buf_adds(out, "\"failed\":{\"time\":\"") == -1 ||
	    buf_adds(out, now) == -1 || buf_addc(out, '"') == -1;
	bad |= event_text(out, "outcome", span_str(outcome_name(outcome)));
	if (r != NULL && r->why == NULL)
		bad |= event_int(out, "status", r->status);
	bad |= event_int(out, "attempts", j->deliver.attempts);
	if (why != NULL)
		bad |= event_any_text(out, "error", span_str(why->text));
	bad |= buf_adds(out, "}}");
	if (bad == 0)
		return 0;
	buf_trim(out, before);
	return -1;
}
