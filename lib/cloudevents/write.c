/* cloudevents/write.c - a CloudEvent put into a request. */
#include <assert.h>

#include "base64.h"
#include "cloudevents.h"
#include "json.h"
#include "utf8.h"

#define CONTENT_TYPE "datacontenttype"

void
cloudevents_add(struct cloudevents *all, const char *name, struct span text)
{
	assert(all->n < CLOUDEVENTS_MAX && !all->is_json);
	all->v[all->n++] = (struct cloudevents_attribute){ span_str(name),
	    text };
}

/* ---- the data's type ---- */

/* Without parameters, application/json or any/thing+json. */
static int
is_json_type(struct span type)
{
	const char *end = memchr(type.p, ';', type.n), *slash;
	const struct span suffix = SPAN("+json");

	if (end != NULL)
		type.n = (size_t)(end - type.p);
	type = span_trim(type);
	slash = memchr(type.p, '/', type.n);
	if (slash == NULL)
		return 0;
	type = span_from(type, (size_t)(slash + 1 - type.p));
	return span_case_eq(type, SPAN("json")) || (type.n > suffix.n &&
	    span_case_eq(span_from(type, type.n - suffix.n), suffix));
}

/* Also where nothing is said. */
static int
data_is_json(const struct cloudevents *all)
{
	const struct cloudevents_attribute *a =
	    cloudevents_find(all, SPAN(CONTENT_TYPE));
	struct span text;

	if (a == NULL)
		return 1;
	if (!all->is_json)
		return is_json_type(a->value);
	/* A type has nothing to escape but its slash. */
	return json_type(a->value) == JSON_STRING &&
	    (json_plain(a->value, &text) ? is_json_type(text) :
	    json_key_is(a->value, "application/json"));
}

/* ---- structured mode ---- */

static int
add_name(struct buf *out, struct span name)
{
	size_t i;
	int bad = buf_addc(out, '"');

	/* Field names may have come in capitals. */
	for (i = 0; i < name.n; i++)
		bad |= buf_addc(out, name.p[i] >= 'A' && name.p[i] <= 'Z' ?
		    (char)(name.p[i] | 0x20) : name.p[i]);
	return bad | buf_adds(out, "\":");
}

static int
add_data(struct buf *out, const struct cloudevents *all)
{
	int is_json = data_is_json(all);
	struct json j;
	int bad;

	if (is_json && json_check(all->data, &j, NULL) == 0)
		return buf_adds(out, ",\"data\":") == -1 ||
		    json_splice(out, j.value) == -1 ? -1 : 0;
	if (!is_json && utf8_valid(all->data))
		return buf_adds(out, ",\"data\":") == -1 ||
		    json_quote(out, all->data) == -1 ? -1 : 0;
	bad = buf_adds(out, ",\"data_base64\":\"");
	bad |= base64_encode(out, all->data);
	return bad | buf_addc(out, '"');
}

int
cloudevents_structured(struct buf *out, const struct cloudevents *all)
{
	size_t start = out->n, i;
	int bad = 0;

	for (i = 0; i < all->n; i++) {
		bad |= buf_addc(out, i == 0 ? '{' : ',');
		bad |= add_name(out, all->v[i].name);
		bad |= all->is_json ? json_splice(out, all->v[i].value) :
		    json_quote(out, all->v[i].value);
	}
	if (all->data.p != NULL)
		bad |= add_data(out, all);
	bad |= buf_addc(out, '}');
	if (bad != 0)
		buf_trim(out, start);
	return bad == 0 ? 0 : -1;
}

/* ---- binary mode ---- */

/* Printable ASCII but for these two stands for itself; a space is encoded,
 * too, so that none is lost at an end. */
static int
encode(struct buf *out, struct span text)
{
	size_t i;
	int bad = 0;

	for (i = 0; i < text.n && bad == 0; i++) {
		unsigned char c = (unsigned char)text.p[i];

		bad = c > 0x20 && c < 0x7f && c != '"' && c != '%' ?
		    buf_addc(out, (char)c) : buf_addf(out, "%%%02X", c);
	}
	return bad;
}

/* An attribute's text, appended where it is a JSON string. */
static int
text_of(struct buf *out, const struct cloudevents *all,
    const struct cloudevents_attribute *a, struct span *text)
{
	size_t start = out->n;

	*text = a->value;
	if (!all->is_json || json_type(a->value) != JSON_STRING ||
	    json_plain(a->value, text))
		return 0;
	if (json_unquote(out, a->value) == -1)
		return -1;
	*text = span_from(buf_span(out), start);
	return 0;
}

int
cloudevents_field(struct buf *out, const struct cloudevents *all,
    const struct cloudevents_attribute *a)
{
	struct buf unquoted;
	struct span text;
	int bad;

	buf_init(&unquoted, SIZE_MAX);
	bad = text_of(&unquoted, all, a, &text) == -1 ||
	    encode(out, text) == -1;
	buf_done(&unquoted);
	return bad ? -1 : 0;
}

int
cloudevents_type(struct buf *out, const struct cloudevents *all)
{
	const struct cloudevents_attribute *a =
	    cloudevents_find(all, SPAN(CONTENT_TYPE));
	size_t start = out->n;
	struct span text;

	if (a == NULL)
		return all->is_json && all->data.p != NULL &&
		    !all->is_base64 ? buf_adds(out, "application/json") : 0;
	if (text_of(out, all, a, &text) == -1)
		return -1;
	return out->n > start ? 0 : buf_add(out, text);
}

int
cloudevents_bytes(struct buf *out, const struct cloudevents *all)
{
	struct buf text;
	int bad;

	if (!all->is_json || all->data.p == NULL)
		return buf_add(out, all->data);
	if (all->is_base64) {
		buf_init(&text, SIZE_MAX);
		bad = json_type(all->data) != JSON_STRING ||
		    json_unquote(&text, all->data) != 0 ||
		    base64_decode(out, buf_span(&text)) != 0;
		buf_done(&text);
		return bad;
	}
	if (!data_is_json(all) && json_type(all->data) == JSON_STRING)
		return json_unquote(out, all->data) == -1 ? -1 : 0;
	return buf_add(out, all->data);
}
