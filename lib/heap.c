/* heap.c - a pairing heap. */
#include <stddef.h>

#include "heap.h"

/* One heap of two, neither of which is empty. */
static struct heap_node *
merge(struct heap_node *a, struct heap_node *b)
{
	struct heap_node *first = b->at_ms < a->at_ms ? b : a;
	struct heap_node *other = first == a ? b : a;

	other->prev = first;
	other->next = first->child;
	if (first->child != NULL)
		first->child->prev = other;
	first->child = other;
	first->next = NULL;
	return first;
}

/* One heap of a row of them: in pairs from the left, then all from the right;
 * that is what makes it logarithmic. */
static struct heap_node *
merge_all(struct heap_node *row)
{
	struct heap_node *pairs = NULL, *a, *b;

	while ((a = row) != NULL) {
		b = a->next;
		row = b != NULL ? b->next : NULL;
		a->next = NULL;
		if (b != NULL) {
			b->next = NULL;
			a = merge(a, b);
		}
		a->next = pairs;
		pairs = a;
	}
	for (a = NULL; (b = pairs) != NULL; ) {
		pairs = b->next;
		b->next = NULL;
		a = a == NULL ? b : merge(a, b);
	}
	return a;
}

static void
set_first(struct heap *h, struct heap_node *n)
{
	h->first = n;
	if (n != NULL)
		n->prev = n;
}

void
heap_add(struct heap *h, struct heap_node *n, int64_t at_ms)
{
	n->at_ms = at_ms;
	n->child = n->next = NULL;
	set_first(h, h->first == NULL ? n : merge(h->first, n));
}

void
heap_remove(struct heap *h, struct heap_node *n)
{
	struct heap_node *below;

	if (n->prev == NULL)
		return;
	below = merge_all(n->child);
	if (n == h->first) {
		set_first(h, below);
	} else {
		if (n->prev->child == n)
			n->prev->child = n->next;
		else
			n->prev->next = n->next;
		if (n->next != NULL)
			n->next->prev = n->prev;
		if (below != NULL)
			set_first(h, merge(h->first, below));
	}
	n->child = n->next = n->prev = NULL;
}
