/* roster.c - the open events of the clients that are here. */
#include <stdlib.h>

#include "roster.h"

struct entry {
	struct named named;		/* the first, for names.h */
	struct link link;
	size_t n;			/* of the line */
	char text[];			/* the line, then the id */
};

static struct entry *
entry_of(struct link *l)
{
	return LIST_OF(l, struct entry, link);
}

static void
forget(struct roster *r, struct entry *e)
{
	names_remove(&r->names, &e->named);
	list_remove(&e->link);
	free(e);
}

void
roster_init(struct roster *r)
{
	*r = (struct roster){ 0 };
	list_init(&r->list);
}

void
roster_done(struct roster *r)
{
	struct link *first;

	while ((first = list_first(&r->list)) != NULL)
		forget(r, entry_of(first));
}

int
roster_add(struct roster *r, struct span id, struct span line)
{
	struct entry *e = calloc(1, sizeof(*e) + line.n + id.n);

	if (e == NULL)
		return -1;
	e->n = line.n;
	memcpy(e->text, line.p, line.n);
	memcpy(e->text + line.n, id.p, id.n);
	e->named.name = span_of(e->text + line.n, id.n);
	if (names_add(&r->names, &e->named) == 0) {
		list_add(&r->list, &e->link);
		return 0;
	}
	free(e);
	return -1;
}

void
roster_remove(struct roster *r, struct span id)
{
	struct entry *e = (struct entry *)names_find(&r->names, id);

	if (e != NULL)
		forget(r, e);
}

void
roster_each(const struct roster *r, void (*fn)(void *arg, struct span line),
    void *arg)
{
	struct link *l;

	for (l = r->list.next; l != &r->list; l = l->next) {
		const struct entry *e = entry_of(l);

		fn(arg, span_of(e->text, e->n));
	}
}
