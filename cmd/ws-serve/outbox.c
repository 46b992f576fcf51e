/* outbox.c - frames for many. */
#include "outbox.h"
#include "ws.h"

/* What is read of stdin at once fits, as frames: then it leaves in one write
 * to each client. */
#define BLOCK ((size_t)128 * 1024)

static void
drop(struct block **b)
{
	block_unref(*b);
	*b = NULL;
}

/* Frames will go there: into that block, or a new one in its place, which has
 * room for n bytes. */
static int
begin_frames(struct frames *f, struct block **b, size_t n)
{
	if (*b == NULL || block_room(*b) < n) {
		drop(b);
		*b = block_new(n > BLOCK ? n : BLOCK);
		if (*b == NULL)
			return -1;
	}
	*f = (struct frames){ block_ref(*b), (*b)->n, 0 };
	return 0;
}

/* Those that deflate badly stay as they are, so no more room is needed. */
static void
deflate_all(struct frames *to, const struct frames *from, struct deflater *d)
{
	size_t at = from->off, n;
	struct msg m;

	for (; at < from->off + from->n; at += n) {
		n = ws_frame_at(from->block, at, &m);
		m.body = deflater_run(d, m.body);
		if (m.body.p != NULL)
			ws_frame(to->block, m, 1);
		else
			block_add(to->block,
			    span_of(from->block->data + at, n));
	}
	to->n = to->block->n - to->off;
}

static void
make_deflated(struct run *r, int bits)
{
	struct deflater *d = deflaters_get(r->deflaters, bits);
	const struct frames *plain = &r->by_bits[0];
	struct frames *f = &r->by_bits[bits];

	if (d == NULL) {
		*f = *plain;
		block_ref(f->block);
	} else if (begin_frames(f, &r->outbox->deflated, plain->n) == 0) {
		deflate_all(f, plain, d);
	}
}

void
run_begin(struct run *r, struct outbox *outbox, struct deflaters *deflaters)
{
	*r = (struct run){ .outbox = outbox, .deflaters = deflaters };
}

int
run_has_room(const struct run *r, size_t n)
{
	const struct block *b = r->by_bits[0].block;

	return b == NULL || block_room(b) >= ws_frame_size(n);
}

int
run_add(struct run *r, struct msg m)
{
	struct frames *f = &r->by_bits[0];

	if (f->block == NULL && begin_frames(f, &r->outbox->plain,
	    ws_frame_size(m.body.n)) == -1)
		return -1;
	ws_frame(f->block, m, 0);
	f->n = f->block->n - f->off;
	r->count++;
	return 0;
}

const struct frames *
run_get(struct run *r, int bits)
{
	struct frames *f = &r->by_bits[bits];

	if (f->block == NULL && r->count > 0)
		make_deflated(r, bits);
	return f->block != NULL ? f : NULL;
}

void
run_end(struct run *r)
{
	size_t i;

	for (i = 0; i < DEFLATE_BITS; i++)
		block_unref(r->by_bits[i].block);
	outbox_settle(r->outbox);
	run_begin(r, r->outbox, r->deflaters);
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
