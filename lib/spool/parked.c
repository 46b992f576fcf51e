/* parked.c - a binary heap. */
#include <stdlib.h>

#include "spool/parked.h"

int
parked_room(struct parked *p)
{
	size_t cap = p->cap == 0 ? 1024 : p->cap * 2;
	struct parked_line *v;

	if (p->n < p->cap)
		return 0;
	if (cap > PARKED_MAX)
		return -1;
	v = realloc(p->v, cap * sizeof(*v));
	if (v == NULL)
		return -1;
	p->v = v;
	p->cap = cap;
	return 0;
}

void
parked_add(struct parked *p, const struct parked_line *l)
{
	size_t i, up;

	for (i = p->n++; i > 0; i = up) {
		up = (i - 1) / 2;
		if (p->v[up].due_us <= l->due_us)
			break;
		p->v[i] = p->v[up];
	}
	p->v[i] = *l;
}

const struct parked_line *
parked_first(const struct parked *p)
{
	return p->n > 0 ? &p->v[0] : NULL;
}

struct parked_line
parked_take(struct parked *p)
{
	struct parked_line first = p->v[0], last = p->v[--p->n];
	size_t i = 0, down;

	while ((down = 2 * i + 1) < p->n) {
		if (down + 1 < p->n &&
		    p->v[down + 1].due_us < p->v[down].due_us)
			down++;
		if (last.due_us <= p->v[down].due_us)
			break;
		p->v[i] = p->v[down];
		i = down;
	}
	if (p->n > 0)
		p->v[i] = last;
	return first;
}

void
parked_done(struct parked *p)
{
	free(p->v);
	*p = (struct parked){ 0 };
}
