/* holds.c - places of lines, a queue for each key. */
#include <stdlib.h>
#include <string.h>

#include "holds.h"

struct place {
	struct spool_ref ref;
	int64_t attempts, tries, due_us;
};

struct hold {
	struct named named;		/* first: names_find answers it */
	struct place *v;
	size_t first, n, cap;		/* the queue is first to n */
	char text[];
};

static struct hold *
find(const struct holds *h, struct span key)
{
	return (struct hold *)names_find(&h->names, key);
}

static void
hold_free(struct holds *h, struct hold *q)
{
	names_remove(&h->names, &q->named);
	free(q->v);
	free(q);
}

static struct hold *
hold_new(struct holds *h, struct span key)
{
	struct hold *q = calloc(1, sizeof(*q) + key.n);

	if (q == NULL)
		return NULL;
	if (key.n > 0)
		memcpy(q->text, key.p, key.n);
	q->named.name = span_of(q->text, key.n);
	if (names_add(&h->names, &q->named) == 0)
		return q;
	free(q);
	return NULL;
}

static int
make_room(struct hold *q)
{
	size_t cap = q->cap == 0 ? 16 : q->cap * 2;
	struct place *v;

	if (q->n < q->cap)
		return 0;
	if (q->first > q->cap / 2) {
		q->n -= q->first;
		memmove(q->v, q->v + q->first, q->n * sizeof(*q->v));
		q->first = 0;
		return 0;
	}
	v = realloc(q->v, cap * sizeof(*v));
	if (v == NULL)
		return -1;
	q->v = v;
	q->cap = cap;
	return 0;
}

int
holds_have(const struct holds *h, struct span key)
{
	return h->n > 0 && find(h, key) != NULL;
}

int
holds_add(struct holds *h, struct span key, const struct spool_line *l)
{
	struct hold *q = find(h, key);

	if (q == NULL && (q = hold_new(h, key)) == NULL)
		return -1;
	if (make_room(q) == -1) {
		if (q->n == q->first)
			hold_free(h, q);
		return -1;
	}
	q->v[q->n++] = (struct place){ l->ref, l->attempts, l->tries,
	    l->due_us };
	h->n++;
	return 0;
}

int
holds_take(struct holds *h, struct span key, struct spool_line *l)
{
	struct hold *q = find(h, key);
	const struct place *p;

	if (q == NULL)
		return 0;
	p = &q->v[q->first++];
	*l = (struct spool_line){ .ref = p->ref, .attempts = p->attempts,
	    .tries = p->tries, .due_us = p->due_us };
	h->n--;
	if (q->first == q->n)
		hold_free(h, q);
	return 1;
}

void
holds_done(struct holds *h)
{
	struct named *q;

	while ((q = names_any(&h->names)) != NULL)
		hold_free(h, (struct hold *)q);
	h->n = 0;
}
