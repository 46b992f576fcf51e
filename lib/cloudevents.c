/* cloudevents.c - the attributes of a CloudEvent. */
#include "cloudevents.h"
#include "json.h"
#include "percent.h"
#include "utf8.h"

#define MAX_ATTRIBUTES HTTP1_MAX_FIELDS

struct attribute {
	struct span name;		/* in any case */
	struct span value;		/* text, or JSON */
};

struct attributes {
	struct attribute v[MAX_ATTRIBUTES];
	size_t n;
	int is_json;			/* the values */
	struct buf text;		/* that values were decoded into */
};

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

static const struct attribute *
find(const struct attributes *all, struct span name)
{
	size_t i;

	for (i = 0; i < all->n; i++)
		if (span_case_eq(all->v[i].name, name))
			return &all->v[i];
	return NULL;
}

/* 0, or -1: it is there already, or one too many. */
static int
add(struct attributes *all, struct span name, struct span value)
{
	if (all->n == MAX_ATTRIBUTES || find(all, name) != NULL)
		return -1;
	all->v[all->n++] = (struct attribute){ name, value };
	return 0;
}

static int
has(const struct attributes *all, struct span name)
{
	const struct attribute *a = find(all, name);

	if (a == NULL)
		return 0;
	return all->is_json ?
	    json_type(a->value) == JSON_STRING && a->value.n > 2 :
	    a->value.n > 0;
}

static int
is_event(const struct attributes *all)
{
	const struct attribute *a = find(all, SPAN("specversion"));

	return a != NULL && (all->is_json ? json_type(a->value) ==
	    JSON_STRING && json_key_is(a->value, "1.0") :
	    span_eq(a->value, SPAN("1.0"))) && has(all, SPAN("id")) &&
	    has(all, SPAN("source")) && has(all, SPAN("type"));
}

/* ---- printing ---- */

static int
print_one(struct buf *out, const struct attributes *all,
    const struct attribute *a)
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
print(struct buf *out, const struct attributes *all)
{
	const struct attribute *id = find(all, SPAN("id"));
	const struct attribute *type = find(all, SPAN("type"));
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
decode(struct attributes *all, struct span from, struct span *value)
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
add_field(struct attributes *all, const struct http1_field *f)
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
read_binary(struct attributes *all, const struct http1_head *head)
{
	struct span version;
	size_t i, most = 0;

	if (http1_field(head, "ce-specversion", &version) == 0)
		return 0;
	/* Room for all, so that what is added stays where it is. */
	for (i = 0; i < head->nfields; i++)
		most += head->fields[i].value.n + 1;
	if (buf_room(&all->text, most) == NULL)
		return -1;
	for (i = 0; i < head->nfields; i++) {
		int rc = add_field(all, &head->fields[i]);

		if (rc != 1)
			return rc;
	}
	return 1;
}

/* ---- structured mode ---- */

/* 1, or 0: that is no attribute's value; or a name spelt with escapes, which
 * would be another reader's attribute. */
static int
add_member(struct attributes *all, struct span key, struct span value)
{
	enum json_type type = json_type(value);
	struct span name;

	if (!json_plain(key, &name))
		return 0;
	if (!is_name(name, 0) || type == JSON_NULL)
		return 1;
	if (type == JSON_OBJECT || type == JSON_ARRAY)
		return 0;
	return add(all, name, value) == 0;
}

static int
read_structured(struct attributes *all, struct span body)
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
media_type(const struct http1_head *head)
{
	struct span type = { NULL, 0 };
	size_t i;

	if (http1_field(head, "Content-Type", &type) == 0)
		return type;
	for (i = 0; i < type.n; i++)
		if (type.p[i] == ';' || type.p[i] == ' ' || type.p[i] == '\t')
			break;
	type.n = i;
	return type;
}

int
cloudevents_json(struct buf *out, const struct http1_head *head,
    struct span body)
{
	struct attributes all = { .n = 0 };
	const struct span format = SPAN("application/cloudevents");
	struct span type = media_type(head);
	size_t start = out->n;
	int rc;

	buf_init(&all.text, SIZE_MAX);
	if (span_case_eq(type, SPAN("application/cloudevents+json")))
		rc = read_structured(&all, body);
	else if (type.n >= format.n &&
	    span_case_eq(span_of(type.p, format.n), format))
		rc = 0;		/* a batch, or a format that isn't JSON */
	else
		rc = read_binary(&all, head);
	if (rc == 1)
		rc = is_event(&all);
	if (rc == 1 && print(out, &all) != 0) {
		buf_trim(out, start);
		rc = -1;
	}
	buf_done(&all.text);
	return rc;
}
