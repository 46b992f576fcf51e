/* sign/form.c - what Twilio signs of a body. */
#include <stdlib.h>

#include "digest.h"
#include "percent.h"
#include "query.h"
#include "sign/own.h"

struct pair {
	struct span name, value;
};

static int
compare_spans(struct span a, struct span b)
{
	size_t n = a.n < b.n ? a.n : b.n;
	int c = n > 0 ? memcmp(a.p, b.p, n) : 0;

	return c != 0 ? c : a.n < b.n ? -1 : a.n > b.n;
}

static int
compare(const void *a, const void *b)
{
	const struct pair *x = a, *y = b;
	int c = compare_spans(x->name, y->name);

	return c != 0 ? c : compare_spans(x->value, y->value);
}

static struct span
decoded(struct span s, char **room)
{
	struct span d = { *room, percent_decode_form(*room, s) };

	*room += d.n;
	return d;
}

static size_t
split(struct span form, struct pair *pairs, char *room)
{
	struct span item;
	size_t n = 0;

	while (span_item(&form, '&', &item)) {
		const char *equals;
		struct span name = item, value = { NULL, 0 };

		if (item.n == 0)
			continue;
		equals = memchr(item.p, '=', item.n);
		if (equals != NULL) {
			name.n = (size_t)(equals - item.p);
			value = span_from(item, name.n + 1);
		}
		pairs[n].name = decoded(name, &room);
		pairs[n++].value = decoded(value, &room);
	}
	return n;
}

static size_t
count(struct span s, char c)
{
	size_t i, n = 1;

	for (i = 0; i < s.n; i++)
		n += s.p[i] == c;
	return n;
}

/* By name, then by value; the same pair twice counts once. */
static int
sorted(struct span form, struct buf *out)
{
	struct pair *pairs = calloc(count(form, '&'), sizeof(*pairs));
	char *room = malloc(form.n + 1);
	size_t i, n;
	int rc = pairs != NULL && room != NULL ? 0 : -1;

	if (rc == 0) {
		n = split(form, pairs, room);
		qsort(pairs, n, sizeof(*pairs), compare);
		for (i = 0; i < n && rc == 0; i++)
			if ((i == 0 || compare(&pairs[i - 1], &pairs[i]) != 0)
			    && (buf_add(out, pairs[i].name) != 0 ||
			    buf_add(out, pairs[i].value) != 0))
				rc = -1;
	}
	free(pairs);
	free(room);
	return rc;
}

/* A body that is no form is only covered by its digest in the URL. */
static enum sign_outcome
covered(struct span body, struct span url, struct buf *scratch,
    struct sign_verdict *v)
{
	const char *mark = memchr(url.p, '?', url.n);
	unsigned char digest[DIGEST_SHA256_SIZE];
	struct span told;
	size_t n = 0;
	int found = 0, fits;

	if (body.n == 0)
		return SIGN_GOOD;
	if (mark != NULL)
		found = query_value(span_from(url, (size_t)(mark - url.p) + 1),
		    "bodySHA256", scratch);
	if (found != 1)
		return sign_wrong(v, "the URL has no bodySHA256, which alone "
		    "signs a body that is no form");
	n = scratch->n;
	digest_sha256(digest, body);
	if (sign_encode(scratch, SPEC_AS_HEX,
	    span_of(digest, sizeof(digest))) != 0)
		return sign_wrong(v, "out of memory");
	told = span_of(scratch->p, n);
	fits = span_case_eq(told, span_from(buf_span(scratch), n));
	buf_clear(scratch);
	return fits ? SIGN_GOOD :
	    sign_wrong(v, "the URL's bodySHA256 is of another body");
}

enum sign_outcome
sign_form(const struct sign_message *m, struct span url, struct buf *out,
    struct sign_verdict *v)
{
	static const struct span form = { "application/x-www-form-urlencoded",
	    33 };
	struct span type = { NULL, 0 };
	enum sign_outcome o = sign_field(m, SPAN("Content-Type"), &type, v);

	if (o == SIGN_WRONG)
		return o;
	if (o == SIGN_ABSENT || type.n < form.n || !span_case_eq(form,
	    span_of(type.p, form.n)) || (type.n > form.n &&
	    memchr("; \t", type.p[form.n], 3) == NULL))
		return covered(m->body, url, out, v);
	return sorted(m->body, out) == 0 ? SIGN_GOOD :
	    sign_wrong(v, "out of memory");
}
