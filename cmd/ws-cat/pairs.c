/* pairs.c - requests that wait for their reply. */
#include <stdlib.h>
#include <string.h>

#include "pairs.h"

#define NODE_BYTES 48	/* what the tree and the heap take for each */

struct request {
	struct named named;	/* of the first of its id only */
	uint64_t line;
	struct request *next, *last;	/* of that id; last: the first's only */
	size_t n;
	char id[];
};

static size_t
size_of(const struct request *r)
{
	return sizeof(*r) + r->n + NODE_BYTES;
}

int
pairs_add(struct pairs *p, struct span id, uint64_t line)
{
	struct request *first = (struct request *)names_find(&p->ids, id);
	struct request *r = calloc(1, sizeof(*r) + (first ? 0 : id.n));

	if (r == NULL)
		return -1;
	r->line = line;
	if (first != NULL) {
		first->last = first->last->next = r;
	} else {
		r->last = r;
		r->n = id.n;
		memcpy(r->id, id.p, id.n);
		r->named.name = span_of(r->id, id.n);
		if (names_add(&p->ids, &r->named) == -1) {
			free(r);
			return -1;
		}
	}
	p->bytes += size_of(r);
	return 0;
}

int
pairs_take(struct pairs *p, struct span id, uint64_t *line)
{
	struct request *first = (struct request *)names_find(&p->ids, id);
	struct request *gone = first;

	if (first == NULL)
		return 0;
	*line = first->line;
	if (first->next == NULL) {
		names_remove(&p->ids, &first->named);
	} else {
		/* The first, which has the name, stays: the second goes. */
		gone = first->next;
		first->line = gone->line;
		first->next = gone->next;
		if (first->last == gone)
			first->last = first;
	}
	p->bytes -= size_of(gone);
	free(gone);
	return 1;
}

void
pairs_done(struct pairs *p)
{
	struct named *any;
	uint64_t line;

	while ((any = names_any(&p->ids)) != NULL)
		pairs_take(p, any->name, &line);
}
