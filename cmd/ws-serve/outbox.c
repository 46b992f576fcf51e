/* outbox.c - frames for many. */
#include "outbox.h"
#include "ws.h"

#define BLOCK ((size_t)64 * 1024)

int
outbox_frame(struct outbox *o, struct msg m, struct frame *out)
{
	size_t n = ws_frame_size(m.body.n);

	if (o->block == NULL || block_room(o->block) < n) {
		outbox_done(o);
		o->block = block_new(n > BLOCK ? n : BLOCK);
		if (o->block == NULL)
			return -1;
	}
	*out = (struct frame){ o->block, o->block->n, n };
	ws_frame(o->block, m);
	return 0;
}

void
outbox_settle(struct outbox *o)
{
	if (o->block != NULL && o->block->refs == 1)
		outbox_done(o);
}

void
outbox_done(struct outbox *o)
{
	block_unref(o->block);
	o->block = NULL;
}
