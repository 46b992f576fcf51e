/* sendq.c - a queue of references into shared blocks.
 *
 * Copies are appended to the last entry's block while nobody else holds it,
 * so that many small ones go out in one write; the more is queued, the
 * larger the next block.
 */
#include <stdlib.h>
#include <string.h>

#include "sendq.h"

#define FIRST_RING 4
#define KEPT_RING 64		/* a larger ring is freed when it is empty */
#define COPY_LEAST 960		/* with its head what malloc has at hand */
#define COPY_MOST (64 * 1024)

struct sendq_entry {
	struct block *block;
	size_t off, n;
};

static struct sendq_entry *
at(const struct sendq *q, size_t i)
{
	/* cap is a power of two */
	return &q->v[(q->head + i) & (q->cap - 1)];
}

static struct sendq_entry *
last(const struct sendq *q)
{
	return q->count == 0 ? NULL : at(q, q->count - 1);
}

static int
grow(struct sendq *q)
{
	size_t i, cap = q->cap == 0 ? FIRST_RING : q->cap * 2;
	struct sendq_entry *v = calloc(cap, sizeof(*v));

	if (v == NULL)
		return -1;
	for (i = 0; i < q->count; i++)
		v[i] = *at(q, i);
	free(q->v);
	q->v = v;
	q->head = 0;
	q->cap = cap;
	return 0;
}

static void
pop(struct sendq *q)
{
	block_unref(at(q, 0)->block);
	q->head = (q->head + 1) & (q->cap - 1);
	q->count--;
	if (q->count == 0 && q->cap > KEPT_RING)
		sendq_done(q);
}

/* Appends to the last entry if its block is ours alone and has room. */
static int
append(struct sendq *q, struct span s)
{
	struct sendq_entry *e = last(q);

	if (e == NULL || e->block->refs != 1 ||
	    e->off + e->n != e->block->n || block_room(e->block) < s.n)
		return 0;
	block_add(e->block, s);
	e->n += s.n;
	q->bytes += s.n;
	return 1;
}

static size_t
copy_cap(const struct sendq *q, size_t n)
{
	size_t cap = q->bytes;

	if (cap < COPY_LEAST)
		cap = COPY_LEAST;
	if (cap > COPY_MOST)
		cap = COPY_MOST;
	return cap < n ? n : cap;
}

void
sendq_init(struct sendq *q)
{
	*q = (struct sendq){ 0 };
}

void
sendq_done(struct sendq *q)
{
	size_t i;

	for (i = 0; i < q->count; i++)
		block_unref(at(q, i)->block);
	free(q->v);
	sendq_init(q);
}

int
sendq_share(struct sendq *q, struct block *b, size_t off, size_t n)
{
	struct sendq_entry *e = last(q);

	if (n == 0)
		return 0;
	if (e != NULL && e->block == b && e->off + e->n == off) {
		e->n += n;
		q->bytes += n;
		return 0;
	}
	if (q->count == q->cap && grow(q) == -1)
		return -1;
	*at(q, q->count) = (struct sendq_entry){ block_ref(b), off, n };
	q->count++;
	q->bytes += n;
	return 0;
}

int
sendq_copy(struct sendq *q, struct span s)
{
	struct block *b;
	int result;

	if (s.n == 0 || append(q, s))
		return 0;
	b = block_new(copy_cap(q, s.n));
	if (b == NULL)
		return -1;
	block_add(b, s);
	result = sendq_share(q, b, 0, s.n);
	block_unref(b);
	return result;
}

void
sendq_each(const struct sendq *q, void (*fn)(void *arg,
    const struct block *, size_t off, size_t n), void *arg)
{
	size_t i;

	for (i = 0; i < q->count; i++)
		fn(arg, at(q, i)->block, at(q, i)->off, at(q, i)->n);
}

struct span
sendq_next(const struct sendq *q)
{
	const struct sendq_entry *e;

	if (q->count == 0)
		return span_of(NULL, 0);
	e = at(q, 0);
	return span_of(e->block->data + e->off, e->n);
}

void
sendq_took(struct sendq *q, size_t n)
{
	q->bytes -= n;
	while (n > 0) {
		struct sendq_entry *e = at(q, 0);

		if (n < e->n) {
			e->off += n;
			e->n -= n;
			return;
		}
		n -= e->n;
		pop(q);
	}
}
