/* block.h - a shared, reference-counted piece of bytes.
 *
 * A message for a thousand clients is framed once, into one block, and each
 * client's queue holds a reference and an offset.  Bytes are only ever
 * appended: what is there stays where it is while anyone holds a reference.
 *
 * Errors:  block_new answers NULL when memory is out.
 */
#ifndef HOOKLINE_BLOCK_H
#define HOOKLINE_BLOCK_H

#include "span.h"

struct block {
	unsigned refs;
	size_t n, cap;
	char data[];
};

/* A block with one reference, the caller's. */
struct block *block_new(size_t cap);
struct block *block_ref(struct block *);
void block_unref(struct block *);	/* NULL is allowed */

static inline size_t
block_room(const struct block *b)
{
	return b->cap - b->n;
}

/* Appends; the caller has looked at block_room. */
void block_add(struct block *, struct span);

#endif
