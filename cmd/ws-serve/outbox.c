/* outbox.c - frames for many. */
#include "outbox.h"
#include "ws.h"

#define BLOCK ((size_t)64 * 1024)

static void
drop(struct block **b)
{
	block_unref(*b);
	*b = NULL;
}

/* Makes a frame in that block, or in a new one that takes its place. */
static struct frame
make(struct block **b, struct msg m, int is_deflated)
{
	const struct frame none = { NULL, 0, 0 };
	struct frame f;
	size_t n = ws_frame_size(m.body.n);

	if (*b == NULL || block_room(*b) < n) {
		drop(b);
		*b = block_new(n > BLOCK ? n : BLOCK);
		if (*b == NULL)
			return none;
	}
	f = (struct frame){ block_ref(*b), (*b)->n, n };
	ws_frame(*b, m, is_deflated);
	return f;
}

static struct frame
make_deflated(struct frames *f, int bits)
{
	struct deflater *d = deflaters_get(f->deflaters, bits);
	struct msg m = { f->msg.kind, { NULL, 0 } };
	const struct frame *plain;

	if (d != NULL)
		m.body = deflater_run(d, f->msg.body);
	if (m.body.p != NULL)
		return make(&f->outbox->deflated, m, 1);
	plain = frames_get(f, 0);
	if (plain == NULL)
		return (struct frame){ NULL, 0, 0 };
	block_ref(plain->block);
	return *plain;
}

void
frames_init(struct frames *f, struct outbox *outbox,
    struct deflaters *deflaters, struct msg m)
{
	*f = (struct frames){ .outbox = outbox, .deflaters = deflaters,
		.msg = m };
}

const struct frame *
frames_get(struct frames *f, int bits)
{
	struct frame *one = &f->by_bits[bits];

	if (one->block == NULL)
		*one = bits == 0 ? make(&f->outbox->plain, f->msg, 0) :
		    make_deflated(f, bits);
	return one->block != NULL ? one : NULL;
}

void
frames_done(struct frames *f)
{
	size_t i;

	for (i = 0; i < DEFLATE_BITS; i++)
		block_unref(f->by_bits[i].block);
	outbox_settle(f->outbox);
}

void
outbox_settle(struct outbox *o)
{
	if (o->plain != NULL && o->plain->refs == 1)
		drop(&o->plain);
	if (o->deflated != NULL && o->deflated->refs == 1)
		drop(&o->deflated);
}

void
outbox_done(struct outbox *o)
{
	drop(&o->plain);
	drop(&o->deflated);
}
