/* keep.c - lines that a server does not have for certain. */
#include <stdlib.h>
#include <string.h>

#include "keep.h"

struct line {
	struct link link;
	enum msg_kind kind;
	size_t idn, n;
	char bytes[];		/* the id, then the body */
};

static struct line *
line_of(struct link *l)
{
	return LIST_OF(l, struct line, link);
}

void
keep_init(struct keep *k)
{
	list_init(&k->lines);
	k->n = k->bytes = 0;
}

static void
drop(struct keep *k, struct line *l)
{
	list_remove(&l->link);
	k->n--;
	k->bytes -= sizeof(*l) + l->idn + l->n;
	free(l);
}

void
keep_done(struct keep *k)
{
	struct link *l;

	while (k->lines.next != NULL && (l = list_first(&k->lines)) != NULL)
		drop(k, line_of(l));
}

int
keep_add(struct keep *k, struct msg m, struct span id)
{
	struct line *l = malloc(sizeof(*l) + id.n + m.body.n);

	if (l == NULL)
		return -1;
	l->link = (struct link){ NULL, NULL };
	l->kind = m.kind;
	l->idn = id.n;
	l->n = m.body.n;
	if (id.n > 0)
		memcpy(l->bytes, id.p, id.n);
	if (m.body.n > 0)
		memcpy(l->bytes + id.n, m.body.p, m.body.n);
	list_add(&k->lines, &l->link);
	k->n++;
	k->bytes += sizeof(*l) + id.n + m.body.n;
	return 0;
}

/* Servers acknowledge in order, most of the time: so it is near the front. */
static struct line *
find(const struct keep *k, struct span id)
{
	struct link *l;

	for (l = k->lines.next; l != &k->lines; l = l->next)
		if (id.n == 0 ||
		    span_eq(id, span_of(line_of(l)->bytes, line_of(l)->idn)))
			return line_of(l);
	return NULL;
}

size_t
keep_ack(struct keep *k, struct span id, int all)
{
	struct line *l = find(k, id), *first;
	size_t before = k->n;

	if (l == NULL)
		return 0;
	while (all && (first = line_of(k->lines.next)) != l)
		drop(k, first);
	drop(k, l);
	return before - k->n;
}

int
keep_each(const struct keep *k, int (*fn)(void *arg, struct msg), void *arg)
{
	struct link *l;
	int ret = 0;

	for (l = k->lines.next; ret == 0 && l != &k->lines; l = l->next) {
		const struct line *line = line_of(l);

		ret = fn(arg, (struct msg){ line->kind,
		    span_of(line->bytes + line->idn, line->n) });
	}
	return ret;
}
