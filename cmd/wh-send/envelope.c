/* envelope.c - a line as an event that holds all of it. */
#include "clock.h"
#include "envelope.h"
#include "event.h"
#include "json.h"
#include "utf8.h"

#define TEXT_TYPE "[[\"Content-Type\",\"text/plain; charset=utf-8\"]]"
#define BYTES_TYPE "[[\"Content-Type\",\"application/octet-stream\"]]"

static int
no_memory(struct why *why)
{
	return why_set(why, STATUS_SOME, "out of memory");
}

/* headers: as JSON, where the body alone would not tell its type; or NULL. */
static int
wrap(struct buf *out, struct msg m, const struct envelope *v,
    const char *headers)
{
	char now[CLOCK_RFC3339_SIZE];
	size_t before = out->n;

	clock_rfc3339(now, clock_wall_us());
	if (buf_adds(out, "{\"type\":\"message\"") == 0 &&
	    event_text(out, "id", v->id) == 0 &&
	    event_text(out, "time", span_str(now)) == 0 &&
	    (v->key.p == NULL || event_raw(out, "key", v->key) == 0) &&
	    (headers == NULL ||
	    event_raw(out, "headers", span_str(headers)) == 0) &&
	    event_message(out, m) == 0 && event_end(out) == 0)
		return 0;
	buf_trim(out, before);
	return -1;
}

static int
has_id(struct span event)
{
	struct span id;

	return json_member(event, "id", &id) && json_type(id) != JSON_NULL;
}

/* The value's bytes, an id where there is none, and the key. */
static int
copy(struct buf *out, struct span value, const struct envelope *v)
{
	struct json_iter it = json_iter(value);
	size_t before = out->n;
	int comma = json_next(&it), bad;

	if (has_id(value) && v->key.p == NULL)
		return buf_add(out, value);
	bad = buf_add(out, span_of(value.p, value.n - 1));
	if (!has_id(value)) {
		bad |= buf_adds(out, comma ? ",\"id\":" : "\"id\":") == -1 ||
		    json_quote(out, v->id) == -1;
		comma = 1;
	}
	if (v->key.p != NULL)
		bad |= buf_adds(out, comma ? ",\"key\":" :
		    "\"key\":") == -1 || buf_add(out, v->key) == -1;
	bad |= buf_addc(out, '}');
	if (bad == 0)
		return 0;
	buf_trim(out, before);
	return -1;
}

static int
add_event(struct buf *out, struct span line, const struct envelope *v,
    struct why *why)
{
	struct event e;
	struct json j;

	if (json_check(line, &j, why) == -1 ||
	    event_read(line, &e, why) == -1)
		return -1;
	if (event_is_news(&e))
		return 1;
	return copy(out, j.value, v) == 0 ? 0 : no_memory(why);
}

int
envelope_line(struct buf *out, const struct lines_record *r, int events,
    const struct envelope *v, struct why *why)
{
	struct msg m = { MSG_TEXT, r->line };

	if (events && !r->is_text)
		return add_event(out, r->line, v, why);
	if (!r->is_text && json_check(r->line, NULL, why) == -1)
		return -1;
	return wrap(out, m, v, r->is_text ? TEXT_TYPE : NULL) == 0 ? 0 :
	    no_memory(why);
}

int
envelope_whole(struct buf *out, struct span body, const struct envelope *v)
{
	struct msg m = { utf8_valid(body) ? MSG_TEXT : MSG_BINARY, body };

	return wrap(out, m, v, json_check(body, NULL, NULL) == 0 ? NULL :
	    BYTES_TYPE);
}
