/* event.c - event lines: a message in an envelope. */
#include <stddef.h>
#include <string.h>

#include "base64.h"
#include "clock.h"
#include "event.h"
#include "filter.h"
#include "id.h"
#include "json.h"
#include "utf8.h"

/* A value this deep still fits into an event, and that into the json member
 * of a second one. */
#define MAX_DEPTH (JSON_MAX_DEPTH - 2)

/* ---- writing ---- */

int
event_begin(struct buf *out, const char *type, char *id_out)
{
	char id[ID_SIZE], now[CLOCK_RFC3339_SIZE];
	int64_t us = clock_wall_us();

	id_uuid7(id, us);
	clock_rfc3339(now, us);
	if (id_out != NULL)
		memcpy(id_out, id, sizeof(id));
	return buf_adds(out, "{\"type\":\"") != 0 ||
	    buf_adds(out, type) != 0 || buf_adds(out, "\",\"id\":\"") != 0 ||
	    buf_add(out, span_of(id, ID_SIZE - 1)) != 0 ||
	    buf_adds(out, "\",\"time\":\"") != 0 ||
	    buf_add(out, span_of(now, CLOCK_RFC3339_SIZE - 1)) != 0 ||
	    buf_addc(out, '"') != 0 ? -1 : 0;
}

int
event_end(struct buf *out)
{
	return buf_addc(out, '}');
}

/* Undoes what a writer that failed has added. */
static int
whole(struct buf *out, size_t start, int rc)
{
	if (rc != 0)
		buf_trim(out, start);
	return rc;
}

static int
name_of(struct buf *out, const char *name)
{
	size_t n = strlen(name);
	char *q = buf_room(out, n + 4);

	if (q == NULL)
		return -1;
	q[0] = ',';
	q[1] = '"';
	memcpy(q + 2, name, n);
	q[n + 2] = '"';
	q[n + 3] = ':';
	buf_took(out, n + 4);
	return 0;
}

int
event_text(struct buf *out, const char *name, struct span text)
{
	size_t start = out->n;

	return whole(out, start, name_of(out, name) != 0 ||
	    json_quote(out, text) != 0 ? -1 : 0);
}

/* Text that a peer may have had its hands in: bytes that
 * are not UTF-8 are shown as the Latin-1 characters that header fields once
 * were (RFC 9110 section 5.5). */
static int
quote_any(struct buf *out, struct span text)
{
	struct buf utf8;
	size_t i;
	int ret = json_quote_plain(out, text);

	if (ret != 1)
		return ret;
	if (utf8_valid(text))
		return json_quote(out, text);
	ret = 0;
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

int
event_any_text(struct buf *out, const char *name, struct span text)
{
	size_t start = out->n;

	return whole(out, start, name_of(out, name) != 0 ||
	    quote_any(out, text) != 0 ? -1 : 0);
}

int
event_raw(struct buf *out, const char *name, struct span json)
{
	size_t start = out->n;

	return whole(out, start, name_of(out, name) != 0 ||
	    json_splice(out, json) != 0 ? -1 : 0);
}

int
event_int(struct buf *out, const char *name, int64_t n)
{
	size_t start = out->n;

	return whole(out, start, name_of(out, name) != 0 ||
	    buf_addi(out, n) != 0 ? -1 : 0);
}

int
event_bool(struct buf *out, const char *name, int yes)
{
	return buf_addf(out, ",\"%s\":%s", name, yes ? "true" : "false");
}

static int
field(struct buf *out, const struct http1_field *f)
{
	return buf_addc(out, '[') != 0 || quote_any(out, f->name) != 0 ||
	    buf_addc(out, ',') != 0 || quote_any(out, f->value) != 0 ||
	    buf_addc(out, ']') != 0 ? -1 : 0;
}

int
event_fields(struct buf *out, const struct http1_field *fields, size_t n)
{
	size_t start = out->n, i;
	int bad = buf_addc(out, '[');

	for (i = 0; i < n && bad == 0; i++)
		bad = (i > 0 && buf_addc(out, ',') != 0) ||
		    field(out, &fields[i]) != 0 ? -1 : 0;
	return whole(out, start, bad != 0 || buf_addc(out, ']') != 0 ? -1 : 0);
}

static int
event_base64(struct buf *out, struct span bytes)
{
	size_t start = out->n;

	return whole(out, start, name_of(out, "base64") != 0 ||
	    buf_addc(out, '"') != 0 || base64_encode(out, bytes) != 0 ||
	    buf_addc(out, '"') != 0 ? -1 : 0);
}

/* Is the text JSON that an event can hold? */
static int
is_json(struct span text, struct json *j)
{
	return json_check(text, j, NULL) == 0 && j->depth <= MAX_DEPTH;
}

static int
text_and_json(struct buf *out, struct span text, const struct json *j)
{
	size_t start = out->n;

	if (event_text(out, "text", text) != 0)
		return -1;
	return whole(out, start, (j->has_break ?
	    event_raw(out, "json", j->value) :
	    name_of(out, "json") != 0 ? -1 : buf_add(out, j->value)));
}

int
event_body(struct buf *out, struct span body)
{
	struct json j;

	if (is_json(body, &j))			/* which is UTF-8 */
		return text_and_json(out, body, &j);
	if (!utf8_valid(body))
		return event_base64(out, body);
	return event_text(out, "text", body);
}

int
event_message(struct buf *out, struct msg m)
{
	struct json j;

	if (m.kind == MSG_BINARY)
		return event_base64(out, m.body);
	if (!is_json(m.body, &j))
		return event_text(out, "text", m.body);
	/* A json of null alone would read as no body at all. */
	if (j.value.n < m.body.n || j.has_break || j.type == JSON_NULL)
		return text_and_json(out, m.body, &j);
	return event_raw(out, "json", j.value);
}

/* ---- reading ---- */

#define MEMBER(name, field) { { name, sizeof(name) - 1 }, \
	offsetof(struct event, field) }

static const struct member {
	struct span name;
	size_t offset;
} members[] = {
	MEMBER("type", type), MEMBER("id", id), MEMBER("time", time),
	MEMBER("client", client), MEMBER("user", user), MEMBER("room", room),
	MEMBER("except", except), MEMBER("do", do_), MEMBER("url", url),
	MEMBER("method", method), MEMBER("target", target),
	MEMBER("headers", headers), MEMBER("status", status),
	MEMBER("code", code), MEMBER("reason", reason),
	MEMBER("key", key), MEMBER("not_before", not_before),
	MEMBER("deadline", deadline), MEMBER("direction", direction),
	MEMBER("text", text), MEMBER("base64", base64), MEMBER("json", json),
	MEMBER("event", event),
};

/* Where a member of that name is kept, or NULL. */
static struct span *
known(struct event *e, struct span key)
{
	struct span name;
	int plain = json_plain(key, &name);
	size_t i;

	for (i = 0; i < sizeof(members) / sizeof(members[0]); i++)
		if (plain ? span_eq(name, members[i].name) :
		    json_key_is(key, members[i].name.p))
			return (struct span *)(void *)
			    ((char *)e + members[i].offset);
	return NULL;
}

int
event_read(struct span line, struct event *out, struct why *why)
{
	const struct span absent = { NULL, 0 };
	struct json_iter it;
	struct json j;

	memset(out, 0, sizeof(*out));
	if (json_check(line, &j, why) != 0)
		return -1;
	if (j.type != JSON_OBJECT)
		return why_set(why, STATUS_BAD_LINE,
		    "an event is a JSON object");
	it = json_iter(j.value);
	while (json_next(&it)) {
		struct span *at = known(out, it.key);

		if (at != NULL)
			*at = json_type(it.value) == JSON_NULL ? absent :
			    it.value;
	}
	if (out->type.p != NULL && json_type(out->type) != JSON_STRING)
		return why_set(why, STATUS_BAD_LINE,
		    "\"type\" is not a string");
	return 0;
}

int
event_string(struct span value, const char *name, struct buf *scratch,
    struct span *text, struct why *why)
{
	size_t start = scratch->n;
	int rc;

	if (value.p == NULL)
		return 1;
	if (json_type(value) != JSON_STRING)
		return why_set(why, STATUS_BAD_LINE, "\"%s\" is not a string",
		    name);
	if (json_plain(value, text))
		return 0;
	rc = json_unquote(scratch, value);
	if (rc != 0) {
		buf_trim(scratch, start);
		return why_set(why, STATUS_BAD_LINE, rc == 1 ?
		    "\"%s\" has a lone surrogate, which no text can hold" :
		    "\"%s\" is too long", name);
	}
	*text = span_from(buf_span(scratch), start);
	return 0;
}

int
event_is(struct span value, const char *word)
{
	return value.p != NULL && json_type(value) == JSON_STRING &&
	    json_key_is(value, word);
}

/* Is json what event_raw makes of value?  Where nobody touched an event it
 * is, and no value need be read. */
static int
is_splice(struct span json, struct span value)
{
	size_t i;

	if (json.n != value.n)
		return 0;
	for (i = 0; i < json.n; i++)
		if (json.p[i] != (value.p[i] == '\n' ? ' ' : value.p[i]))
			return 0;
	return 1;
}

/* Does json hold something else than text does?  Then it was edited. */
static int
edited(struct span text, struct span json)
{
	struct json j;

	if (json_check(text, &j, NULL) != 0)
		return 1;
	return !is_splice(json, j.value) && !filter_same_value(j.value, json);
}

static int
read_base64(const struct event *e, struct buf *scratch, struct msg *out,
    struct why *why)
{
	struct buf unescaped;
	struct span text = { NULL, 0 };
	int rc;

	buf_init(&unescaped, scratch->max);
	rc = event_string(e->base64, "base64", &unescaped, &text, why);
	if (rc == 0 && base64_decode(scratch, text) != 0)
		rc = why_set(why, STATUS_BAD_LINE,
		    "\"base64\" is not base64, or too long");
	buf_done(&unescaped);
	if (rc == 0)
		*out = (struct msg){ MSG_BINARY, buf_span(scratch) };
	return rc;
}

int
event_is_news(const struct event *e)
{
	return e->type.p != NULL && !event_is(e->type, "message") &&
	    !event_is(e->type, "request");
}

int
event_read_body(const struct event *e, struct buf *scratch, struct msg *out,
    struct why *why)
{
	struct span text = { NULL, 0 };
	int rc;

	buf_clear(scratch);
	if (e->base64.p != NULL)
		return read_base64(e, scratch, out, why);
	rc = event_string(e->text, "text", scratch, &text, why);
	if (rc == -1)
		return -1;
	if (rc == 0 && (e->json.p == NULL || !edited(text, e->json))) {
		*out = (struct msg){ MSG_TEXT, text };
		return 0;
	}
	if (e->json.p == NULL)
		return 1;
	*out = (struct msg){ MSG_TEXT, e->json };
	return 0;
}
