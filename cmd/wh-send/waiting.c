/* waiting.c - a binary heap. */
#include <stdlib.h>

#include "waiting.h"

int
waiting_add(struct waiting *w, struct job *j)
{
	size_t cap = w->cap == 0 ? 64 : w->cap * 2, i, up;
	struct job **v;

	if (w->n == w->cap) {
		v = realloc(w->v, cap * sizeof(struct job *));
		if (v == NULL)
			return -1;
		w->v = v;
		w->cap = cap;
	}
	for (i = w->n++; i > 0; i = up) {
		up = (i - 1) / 2;
		if (w->v[up]->due_ms <= j->due_ms)
			break;
		w->v[i] = w->v[up];
	}
	w->v[i] = j;
	return 0;
}

struct job *
waiting_first(const struct waiting *w)
{
	return w->n > 0 ? w->v[0] : NULL;
}

struct job *
waiting_take(struct waiting *w)
{
	struct job *first = waiting_first(w), *last;
	size_t i = 0, down;

	if (first == NULL)
		return NULL;
	last = w->v[--w->n];
	while ((down = 2 * i + 1) < w->n) {
		if (down + 1 < w->n &&
		    w->v[down + 1]->due_ms < w->v[down]->due_ms)
			down++;
		if (last->due_ms <= w->v[down]->due_ms)
			break;
		w->v[i] = w->v[down];
		i = down;
	}
	w->v[i] = last;
	return first;
}

void
waiting_done(struct waiting *w)
{
	free(w->v);
	*w = (struct waiting){ 0 };
}
