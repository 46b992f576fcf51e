/* query.c - a query as JSON.
 *
 * A peer may send thousands of pairs: they are grouped by sorting, not by
 * looking each up among all before it.
 */
#include <stdlib.h>

#include "json.h"
#include "percent.h"
#include "query.h"
#include "utf8.h"

struct pair {
	struct span name, value;	/* decoded */
	struct pair *next;		/* of that name */
	int is_first;			/* of that name */
};

/* Decodes into *room, which has space for it, and moves that on. */
static struct span
decode(struct span s, char **room)
{
	struct span text = span_of(*room, percent_decode_form(*room, s));

	if (!utf8_valid(text))
		return s;
	*room += text.n;
	return text;
}

/* What stands before the next c, or all; *s goes behind it. */
static struct span
until(struct span *s, char c)
{
	const char *at = s->n > 0 ? memchr(s->p, c, s->n) : NULL;
	struct span head = *s;

	if (at != NULL)
		head.n = (size_t)(at - s->p);
	*s = span_from(*s, at == NULL ? head.n : head.n + 1);
	return head;
}

/* The next pair, undecoded; 0 at the end. */
static int
next(struct span *query, struct span *name, struct span *value)
{
	do {
		if (query->n == 0)
			return 0;
		*value = until(query, '&');
	} while (value->n == 0);
	*name = until(value, '=');
	return 1;
}

static size_t
split(struct span query, struct pair *pairs, char *room)
{
	struct span name, value;
	size_t n = 0;

	while (next(&query, &name, &value)) {
		pairs[n].name = decode(name, &room);
		pairs[n].value = decode(value, &room);
		n++;
	}
	return n;
}

/* By name, and pairs of one name in the order they came in. */
static int
compare(const void *a, const void *b)
{
	const struct pair *x = *(struct pair *const *)a;
	const struct pair *y = *(struct pair *const *)b;
	size_t n = x->name.n < y->name.n ? x->name.n : y->name.n;
	int c = n > 0 ? memcmp(x->name.p, y->name.p, n) : 0;

	if (c != 0)
		return c;
	if (x->name.n != y->name.n)
		return x->name.n < y->name.n ? -1 : 1;
	return x < y ? -1 : 1;
}

/* sorted has room for a pointer to each pair. */
static void
group(struct pair *pairs, size_t n, struct pair **sorted)
{
	size_t i;

	for (i = 0; i < n; i++)
		sorted[i] = &pairs[i];
	qsort(sorted, n, sizeof(*sorted), compare);
	for (i = 0; i < n; i++) {
		int again = i > 0 &&
		    span_eq(sorted[i]->name, sorted[i - 1]->name);

		sorted[i]->is_first = !again;
		if (again)
			sorted[i - 1]->next = sorted[i];
	}
}

static int
print_values(struct buf *out, const struct pair *p)
{
	char before = '[';

	for (; p != NULL; p = p->next) {
		if (buf_addc(out, before) != 0 ||
		    json_quote(out, p->value) != 0)
			return -1;
		before = ',';
	}
	return buf_addc(out, ']');
}

static int
print(struct buf *out, const struct pair *pairs, size_t n)
{
	char before = '{';
	size_t i;

	for (i = 0; i < n; i++) {
		if (!pairs[i].is_first)
			continue;
		if (buf_addc(out, before) != 0 ||
		    json_quote(out, pairs[i].name) != 0 ||
		    buf_addc(out, ':') != 0 ||
		    print_values(out, &pairs[i]) != 0)
			return -1;
		before = ',';
	}
	return buf_adds(out, before == '{' ? "{}" : "}");
}

static size_t
count(struct span query)
{
	size_t i, n = 1;

	for (i = 0; i < query.n; i++)
		n += query.p[i] == '&';
	return n;
}

int
query_json(struct buf *out, struct span query)
{
	size_t n = count(query);
	struct pair *pairs;
	struct pair **sorted;
	char *room;
	int rc = -1;

	if (query.n == 0)
		return buf_adds(out, "{}");
	pairs = calloc(n, sizeof(*pairs));
	sorted = malloc(n * sizeof(*sorted));
	room = malloc(query.n);
	if (pairs != NULL && sorted != NULL && room != NULL) {
		n = split(query, pairs, room);
		group(pairs, n, sorted);
		rc = print(out, pairs, n);
	}
	free(pairs);
	free(sorted);
	free(room);
	return rc;
}

/* Appends the text, decoded. */
static int
append(struct buf *out, struct span s)
{
	char *room = buf_room(out, s.n);
	struct span text;

	if (room == NULL)
		return -1;
	text = decode(s, &room);
	if (text.p == s.p)
		return buf_add(out, s);
	buf_took(out, text.n);
	return 0;
}

int
query_value(struct span query, const char *name, struct buf *out)
{
	struct span one, value, wanted = span_str(name);
	size_t start = out->n;
	int n = 0;

	while (next(&query, &one, &value)) {
		size_t here = out->n;
		int is_it;

		if (one.n < wanted.n || one.n > 3 * wanted.n)
			continue;
		if (append(out, one) != 0)
			goto fail;
		is_it = span_eq(span_from(buf_span(out), here), wanted);
		buf_trim(out, here);
		if (is_it && n++ == 0 && append(out, value) != 0)
			goto fail;
	}
	return n;
fail:
	buf_trim(out, start);
	return -1;
}
