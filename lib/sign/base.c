/* sign/base.c - RFC 9421's signature base. */
#include <stdlib.h>

#include "base64.h"
#include "percent.h"
#include "sign/base.h"
#include "sign/sfv.h"

#define MAX_COMPONENTS 64

struct component {
	struct span name;	/* without quotes */
	struct span whole;	/* with them, and its parameters */
	struct span query_name;	/* of @query-param */
	int bytes;		/* ;bs */
};

struct base {
	const struct sign_message *m;
	const struct http1_field *more;
	size_t nmore;
	struct sign_url url;
	struct span path, query;
	struct buf *out;
	struct sign_verdict *v;
};

/* ---- parameters ---- */

static int
set_param(struct base_params *p, struct span name, struct span item)
{
	if (span_eq(name, SPAN("created")))
		return span_number(item, 15, &p->created);
	if (span_eq(name, SPAN("expires")))
		return span_number(item, 15, &p->expires);
	if (span_eq(name, SPAN("alg")))
		return sfv_string(item, &p->alg);
	if (span_eq(name, SPAN("keyid")))
		return sfv_string(item, &p->keyid);
	return 0;
}

static int
add_param(struct buf *out, struct span name, struct span item)
{
	if (buf_addc(out, ';') != 0 || buf_add(out, name) != 0 ||
	    (item.p != NULL && (buf_addc(out, '=') != 0 ||
	    buf_add(out, item) != 0)))
		return -1;
	return 0;
}

static void
skip_blanks(struct span *s)
{
	while (s->n > 0 && *s->p == ' ')
		*s = span_from(*s, 1);
}

/* The next component of a list, from behind its `(` on: 1, 0 at its `)`. */
static int
next_component(struct span *list, struct component *c)
{
	struct span item, name;
	const char *begin;
	int got;

	*c = (struct component){ { NULL, 0 }, { NULL, 0 }, { NULL, 0 }, 0 };
	skip_blanks(list);
	if (list->n > 0 && *list->p == ')') {
		*list = span_from(*list, 1);
		return 0;
	}
	begin = list->p;
	if (sfv_bare(list, &item) != 0 || sfv_string(item, &c->name) != 0)
		return -1;
	while ((got = sfv_param(list, &name, &item)) == 1) {
		if (span_eq(name, SPAN("bs")) && item.p == NULL)
			c->bytes = 1;
		else if (!span_eq(name, SPAN("name")) ||
		    sfv_string(item, &c->query_name) != 0)
			return -1;	/* sf, key, req, tr: not here */
	}
	c->whole = span_of(begin, (size_t)(list->p - begin));
	return got == 0 ? 1 : -1;
}

int
base_params(struct span value, struct base_params *p, struct buf *canonical)
{
	struct span rest = value, name, item;
	struct component c;
	int got, n = 0;

	*p = (struct base_params){ value, -1, -1, { NULL, 0 }, { NULL, 0 } };
	if (rest.n == 0 || *rest.p != '(' || buf_addc(canonical, '(') != 0)
		return -1;
	rest = span_from(rest, 1);
	while ((got = next_component(&rest, &c)) == 1)
		if (n++ == MAX_COMPONENTS ||
		    (n > 1 && buf_addc(canonical, ' ') != 0) ||
		    buf_add(canonical, c.whole) != 0)
			return -1;
	if (got != 0 || buf_addc(canonical, ')') != 0)
		return -1;
	p->components.n = (size_t)(rest.p - value.p);
	while ((got = sfv_param(&rest, &name, &item)) == 1)
		if (add_param(canonical, name, item) != 0 ||
		    set_param(p, name, item) != 0)
			return -1;
	return got == 0 && rest.n == 0 ? 0 : -1;
}

int
base_covers(struct span components, struct span name)
{
	struct span rest = span_from(components, 1);
	struct component c;

	while (next_component(&rest, &c) == 1)
		if (span_eq(c.name, name))
			return 1;
	return 0;
}

/* ---- components ---- */

static int
lower(struct buf *out, struct span s)
{
	size_t i;

	for (i = 0; i < s.n; i++)
		if (buf_addc(out, s.p[i] >= 'A' && s.p[i] <= 'Z' ?
		    (char)(s.p[i] | 0x20) : s.p[i]) != 0)
			return -1;
	return 0;
}

/* Host, and a port that is not the scheme's own. */
static int
authority(const struct base *b)
{
	const struct sign_url *u = &b->url;

	if (lower(b->out, u->host) != 0)
		return -1;
	if (u->port.n == 0 || span_eq(u->port, u->secure ? SPAN("443") :
	    SPAN("80")))
		return 0;
	return buf_addc(b->out, ':') != 0 || buf_add(b->out, u->port) != 0 ?
	    -1 : 0;
}

/* RFC 9421 section 2.2.8: percent-encoded, all but what forms leave. */
static int
encode(struct buf *out, struct span s)
{
	size_t i;

	for (i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];
		int plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
		    (c >= 'A' && c <= 'Z') || memchr("*-._", c, 4) != NULL;

		if (plain ? buf_addc(out, (char)c) != 0 :
		    buf_addf(out, "%%%02X", c) != 0)
			return -1;
	}
	return 0;
}

/* The value of the one parameter of that name, decoded and encoded anew. */
static int
query_param(const struct base *b, struct span wanted)
{
	struct span rest = b->query, item;
	char *name = malloc(b->query.n + wanted.n + 1);
	char *want = name != NULL ? name + b->query.n : NULL;
	size_t nwant = want != NULL ? percent_decode_form(want, wanted) : 0;
	int found = 0, rc = name != NULL ? 0 : -1;

	while (rc == 0 && span_item(&rest, '&', &item)) {
		struct span key = item, value;
		const char *equals = memchr(item.p, '=', item.n);
		size_t n;

		if (equals != NULL)
			key.n = (size_t)(equals - item.p);
		value = span_from(item, key.n + (equals != NULL));
		n = percent_decode_form(name, key);
		if (!span_eq(span_of(name, n), span_of(want, nwant)))
			continue;
		n = percent_decode_form(name, value);
		rc = found++ == 0 ? encode(b->out, span_of(name, n)) : -1;
	}
	free(name);
	return found == 1 ? rc : -1;
}

static int
derived(const struct base *b, const struct component *c)
{
	struct span n = c->name;

	if (span_eq(n, SPAN("@method")))
		return buf_add(b->out, b->m->method);
	if (span_eq(n, SPAN("@target-uri")))
		return buf_add(b->out, b->m->url);
	if (span_eq(n, SPAN("@authority")))
		return authority(b);
	if (span_eq(n, SPAN("@scheme")))
		return buf_adds(b->out, b->url.secure ? "https" : "http");
	if (span_eq(n, SPAN("@path")))
		return buf_add(b->out, b->path);
	if (span_eq(n, SPAN("@query")) || span_eq(n, SPAN("@request-target"))) {
		if (n.p[1] == 'r' && buf_add(b->out, b->path) != 0)
			return -1;
		if (n.p[1] == 'r' && b->query.p == NULL)
			return 0;
		return buf_addc(b->out, '?') != 0 ? -1 :
		    buf_add(b->out, b->query);
	}
	if (span_eq(n, SPAN("@query-param")) && c->query_name.p != NULL)
		return query_param(b, c->query_name);
	return -1;
}

/* One line of the field behind those before it. */
static int
add_line(const struct base *b, const struct component *c, struct span value,
    int n)
{
	if (n > 0 && buf_adds(b->out, ", ") != 0)
		return -1;
	if (!c->bytes)
		return buf_add(b->out, span_trim(value));
	return buf_addc(b->out, ':') != 0 ||
	    base64_encode(b->out, span_trim(value)) != 0 ||
	    buf_addc(b->out, ':') != 0 ? -1 : 0;
}

static int
field(const struct base *b, const struct component *c)
{
	size_t i;
	int n = 0;

	for (i = 0; i < b->nmore; i++)
		if (span_case_eq(b->more[i].name, c->name) &&
		    add_line(b, c, b->more[i].value, n++) != 0)
			return -1;
	for (i = 0; i < b->m->nfields; i++)
		if (span_case_eq(b->m->fields[i].name, c->name) &&
		    add_line(b, c, b->m->fields[i].value, n++) != 0)
			return -1;
	return n > 0 ? 0 : -1;
}

/* A component twice would be signed twice, and read who knows how. */
static int
is_repeated(struct span list, const struct component *c)
{
	struct component other;
	int n = 0;

	while (next_component(&list, &other) == 1)
		n += span_eq(other.whole, c->whole);
	return n > 1;
}

static enum sign_outcome
add_component(const struct base *b, struct span list,
    const struct component *c)
{
	if (is_repeated(list, c))
		return sign_wrong(b->v, "a component is there twice");
	if (buf_add(b->out, c->whole) != 0 || buf_adds(b->out, ": ") != 0)
		return sign_wrong(b->v, "out of memory");
	if ((c->name.n > 0 && *c->name.p == '@' ? derived(b, c) :
	    field(b, c)) != 0)
		return sign_wrong(b->v, "%.*s is signed, and isn't there, or "
		    "not once, or not known", (int)c->name.n, c->name.p);
	return buf_addc(b->out, '\n') == 0 ? SIGN_GOOD :
	    sign_wrong(b->v, "out of memory");
}

enum sign_outcome
base_make(const struct sign_message *m, const struct http1_field *more,
    size_t nmore, const struct base_params *p, struct span canonical,
    struct buf *out, struct sign_verdict *v)
{
	struct base b = { .m = m, .more = more, .nmore = nmore, .out = out,
		.v = v };
	struct span list = span_from(p->components, 1), rest = list;
	struct component c;
	enum sign_outcome o;

	if (sign_url_split(m->url, &b.url) != 0)
		return sign_wrong(v, "the URL is not http or https");
	http1_target(m->url, &b.path, &b.query);
	while (next_component(&rest, &c) == 1) {
		o = add_component(&b, list, &c);
		if (o != SIGN_GOOD)
			return o;
	}
	if (buf_adds(out, "\"@signature-params\": ") != 0 ||
	    buf_add(out, canonical) != 0)
		return sign_wrong(v, "out of memory");
	return SIGN_GOOD;
}
