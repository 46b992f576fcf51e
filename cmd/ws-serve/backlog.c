/* backlog.c - what waits for one client, and may still be dropped. */
#include <stdlib.h>

#include "backlog.h"

void
backlog_init(struct backlog *b)
{
	list_init(&b->pieces);
	b->bytes = b->count = 0;
}

void
backlog_done(struct backlog *b)
{
	while (b->count > 0)
		backlog_drop(b);
}

int
backlog_put(struct backlog *b, struct block *block, size_t off, size_t n)
{
	struct backlog_piece *p = malloc(sizeof(*p));

	if (p == NULL)
		return -1;
	p->block = block_ref(block);
	p->off = off;
	p->n = n;
	list_add(&b->pieces, &p->link);
	b->bytes += n + BACKLOG_COST;
	b->count++;
	return 0;
}

struct backlog_piece *
backlog_first(const struct backlog *b)
{
	struct link *l = list_first(&b->pieces);

	return l == NULL ? NULL : LIST_OF(l, struct backlog_piece, link);
}

void
backlog_drop(struct backlog *b)
{
	struct backlog_piece *p = backlog_first(b);

	list_remove(&p->link);
	b->bytes -= p->n + BACKLOG_COST;
	b->count--;
	block_unref(p->block);
	free(p);
}
