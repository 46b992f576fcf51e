/* heap.h - what comes first: a pairing heap of times.
 *
 * A node is a part of its user's struct (LIST_OF finds that) and is in one
 * heap at a time; a cleared one is in none.  Nothing is allocated, so nothing
 * can fail.  Of equal times any may be first.
 *
 * Source:  Fredman, Sedgewick, Sleator, Tarjan: The pairing heap, 1986.
 */
#ifndef HOOKLINE_HEAP_H
#define HOOKLINE_HEAP_H

#include <stdint.h>

struct heap_node {
	int64_t at_ms;
	struct heap_node *child, *next;
	struct heap_node *prev;	/* or the parent; the root's is itself */
};

struct heap {
	struct heap_node *first;	/* NULL: empty */
};

void heap_add(struct heap *, struct heap_node *, int64_t at_ms);
void heap_remove(struct heap *, struct heap_node *);	/* in none: allowed */

static inline int
heap_is_in(const struct heap_node *n)
{
	return n->prev != NULL;
}

#endif
