/* cloudevents/read.c - a CloudEvent taken apart. */
#include "cloudevents.h"
#include "fields.h"
#include "json.h"
#include "percent.h"
#include "utf8.h"

/* ---- what makes an event ---- */

/* Letters and digits; small ones, but field names are of any case. */
static int
is_name(struct span name, int any_case)
{
	size_t i;

	for (i = 0; i < name.n; i++) {
		char c = any_case ? (char)(name.p[i] | 0x20) : name.p[i];

		if ((c < 'a' || c > 'z') &&
		    (name.p[i] < '0' || name.p[i] > '9'))
			return 0;
	}
	return name.n > 0 && !span_case_eq(name, SPAN("data"));
}

const struct cloudevents_attribute *
cloudevents_find(const struct cloudevents *all, struct span name)
{
	size_t i;

	for (i = 0; i < all->n; i++)
		if (span_case_eq(all->v[i].name, name))
			return &all->v[i];
	return NULL;
}

/* 0, or -1: it is there already, or one too many. */
static int
add(struct cloudevents *all, struct span name, struct span value)
{
	if (all->n == CLOUDEVENTS_MAX || cloudevents_find(all, name) != NULL)
		return -1;
	all->v[all->n++] = (struct cloudevents_attribute){ name, value };
	return 0;
}

static int
has(const struct cloudevents *all, struct span name)
{
	const struct cloudevents_attribute *a = cloudevents_find(all, name);

	if (a == NULL)
		return 0;
	return all->is_json ?
	    json_type(a->value) == JSON_STRING && a->value.n > 2 :
	    a->value.n > 0;
}

static int
is_event(const struct cloudevents *all)
{
	const struct cloudevents_attribute *a =
	    cloudevents_find(all, SPAN("specversion"));

	return a != NULL && (all->is_json ? json_type(a->value) ==
	    JSON_STRING && json_key_is(a->value, "1.0") :
	    span_eq(a->value, SPAN("1.0"))) && has(all, SPAN("id")) &&
	    has(all, SPAN("source")) && has(all, SPAN("type"));
}

/* ---- printing ---- */

static int
print_one(struct buf *out, const struct cloudevents *all,
    const struct cloudevents_attribute *a)
{
	size_t i;

	if (buf_addc(out, '"') != 0)
		return -1;
	for (i = 0; i < a->name.n; i++) {
		char c = a->name.p[i];

		if (buf_addc(out, c >= 'A' && c <= 'Z' ? (char)(c | 0x20) :
		    c) != 0)
			return -1;
	}
	if (buf_adds(out, "\":") != 0)
		return -1;
	return all->is_json ? json_splice(out, a->value) :
	    json_quote(out, a->value);
}

/* id and type first, as in every event; the others as they came. */
static int
print(struct buf *out, const struct cloudevents *all)
{
	const struct cloudevents_attribute *id =
	    cloudevents_find(all, SPAN("id"));
	const struct cloudevents_attribute *type =
	    cloudevents_find(all, SPAN("type"));
	size_t i;

	if (buf_addc(out, '{') != 0 || print_one(out, all, id) != 0 ||
	    buf_addc(out, ',') != 0 || print_one(out, all, type) != 0)
		return -1;
	for (i = 0; i < all->n; i++)
		if (&all->v[i] != id && &all->v[i] != type &&
		    (buf_addc(out, ',') != 0 ||
		    print_one(out, all, &all->v[i]) != 0))
			return -1;
	return buf_addc(out, '}');
}

/* ---- binary mode ---- */

/* Frees the text of double quotes and the backslashes between them (RFC 9110
 * section 5.6.4), in place; one that is never closed is left alone. */
static size_t
unquote(char *p, size_t n)
{
	size_t i, to = 0;
	int within = 0;

	if (memchr(p, '"', n) == NULL)
		return n;
	for (i = 0; i < n; i++)
		if (within && p[i] == '\\')
			i++;
		else if (p[i] == '"')
			within = !within;
	if (within)
		return n;
	for (i = 0; i < n; i++) {
		if (p[i] == '"') {
			within = !within;
			continue;
		}
		if (within && p[i] == '\\')
			i++;
		p[to++] = p[i];
	}
	return to;
}

/* 1 and *value; 0: it is no text; -1. */
static int
decode(struct cloudevents *all, struct span from, struct span *value)
{
	char *room = buf_room(&all->text, from.n + 1);
	size_t n;

	if (room == NULL)
		return -1;
	memcpy(room, from.p, from.n);
	n = unquote(room, from.n);
	*value = span_of(room, percent_decode(room, span_of(room, n)));
	buf_took(&all->text, value->n);
	return utf8_valid(*value);
}

/* 1, 0 or -1, as above.  A field that is no attribute is passed over. */
static int
add_field(struct cloudevents *all, const struct http1_field *f)
{
	struct span value = f->value;
	int rc = 1;

	if (span_case_eq(f->name, SPAN("Content-Type")))
		return add(all, SPAN("datacontenttype"), value) == 0;
	if (f->name.n <= 3 || !span_case_eq(span_of(f->name.p, 3),
	    SPAN("ce-")) || !is_name(span_from(f->name, 3), 1))
		return 1;
	rc = decode(all, f->value, &value);
	return rc == 1 ? add(all, span_from(f->name, 3), value) == 0 : rc;
}

static int
read_binary(struct cloudevents *all, const struct http1_field *fields,
    size_t n)
{
	size_t i, most = 0;

	if (fields_value(fields, n, SPAN("ce-specversion")).p == NULL)
		return 0;
	/* Room for all, so that what is added stays where it is. */
	for (i = 0; i < n; i++)
		most += fields[i].value.n + 1;
	if (buf_room(&all->text, most) == NULL)
		return -1;
	for (i = 0; i < n; i++) {
		int rc = add_field(all, &fields[i]);

		if (rc != 1)
			return rc;
	}
	return 1;
}

/* ---- structured mode ---- */

/* Of several the first counts; no attribute depends on it. */
static void
add_data(struct cloudevents *all, struct span value, int is_base64)
{
	if (all->data.p != NULL)
		return;
	all->data = value;
	all->is_base64 = is_base64;
}

/* 1, or 0: that is no attribute's value; or a name spelt with escapes, which
 * would be another reader's attribute. */
static int
add_member(struct cloudevents *all, struct span key, struct span value)
{
	enum json_type type = json_type(value);
	struct span name;

	if (!json_plain(key, &name))
		return 0;
	if (type == JSON_NULL)
		return 1;
	if (span_eq(name, SPAN("data")) || span_eq(name, SPAN("data_base64")))
		add_data(all, value, name.n > 4);
	if (!is_name(name, 0))
		return 1;
	if (type == JSON_OBJECT || type == JSON_ARRAY)
		return 0;
	return add(all, name, value) == 0;
}

static int
read_structured(struct cloudevents *all, struct span body)
{
	struct json_iter it;
	struct json j;

	if (json_check(body, &j, NULL) != 0 || j.type != JSON_OBJECT)
		return 0;
	all->is_json = 1;
	it = json_iter(j.value);
	while (json_next(&it))
		if (!add_member(all, it.key, it.value))
			return 0;
	return 1;
}

/* ---- both ---- */

/* A media type, without its parameters. */
static struct span
media_type(const struct http1_field *fields, size_t n)
{
	struct span type = fields_value(fields, n, SPAN("Content-Type"));
	size_t i;

	for (i = 0; i < type.n; i++)
		if (type.p[i] == ';' || type.p[i] == ' ' || type.p[i] == '\t')
			break;
	type.n = i;
	return type;
}

void
cloudevents_init(struct cloudevents *all)
{
	all->n = 0;
	all->is_json = all->is_base64 = 0;
	all->data = (struct span){ NULL, 0 };
	buf_init(&all->text, SIZE_MAX);
}

void
cloudevents_done(struct cloudevents *all)
{
	buf_done(&all->text);
}

int
cloudevents_read_json(struct cloudevents *all, struct span json)
{
	cloudevents_init(all);
	return read_structured(all, json) && is_event(all);
}

int
cloudevents_read(struct cloudevents *all, const struct http1_field *fields,
    size_t n, struct span body)
{
	const struct span format = SPAN("application/cloudevents");
	struct span type = media_type(fields, n);
	int rc;

	if (span_case_eq(type, SPAN(CLOUDEVENTS_JSON)))
		return cloudevents_read_json(all, body);
	cloudevents_init(all);
	/* A batch, or a format that isn't JSON. */
	if (type.n >= format.n &&
	    span_case_eq(span_of(type.p, format.n), format))
		return 0;
	rc = read_binary(all, fields, n);
	if (body.n > 0)
		all->data = body;
	return rc == 1 ? is_event(all) : rc;
}

int
cloudevents_json(struct buf *out, const struct http1_head *head,
    struct span body)
{
	struct cloudevents all;
	size_t start = out->n;
	int rc = cloudevents_read(&all, head->fields, head->nfields, body);

	if (rc == 1 && print(out, &all) != 0) {
		buf_trim(out, start);
		rc = -1;
	}
	cloudevents_done(&all);
	return rc;
}
