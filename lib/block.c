/* block.c - shared, reference-counted bytes. */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "block.h"

struct block *
block_new(size_t cap)
{
	struct block *b;

	if (cap > SIZE_MAX / 2)
		return NULL;
	b = malloc(sizeof(*b) + cap);
	if (b == NULL)
		return NULL;
	b->refs = 1;
	b->n = 0;
	b->cap = cap;
	return b;
}

struct block *
block_ref(struct block *b)
{
	b->refs++;
	return b;
}

void
block_unref(struct block *b)
{
	if (b != NULL && --b->refs == 0)
		free(b);
}

void
block_add(struct block *b, struct span s)
{
	assert(s.n <= block_room(b));
	if (s.n > 0)
		memcpy(b->data + b->n, s.p, s.n);
	b->n += s.n;
}
