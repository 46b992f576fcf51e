/* outbox.h - frames for many: each made once, in blocks that all queues share.
 *
 * What goes to the same clients shares blocks of its own, so that a client
 * that is slow holds no memory but what was meant for it.
 *
 * A message is several frames where some of its clients take it compressed:
 * one as it is, and one for each number of window bits among them, made when
 * the first of those clients is met.
 */
#ifndef WS_SERVE_OUTBOX_H
#define WS_SERVE_OUTBOX_H

#include "block.h"
#include "deflate.h"
#include "msg.h"

struct outbox {
	struct block *plain, *deflated;	/* being filled, or NULL */
};

struct frame {
	struct block *block;
	size_t off, n;
};

struct frames {
	struct outbox *outbox;
	struct deflaters *deflaters;
	struct msg msg;
	struct frame by_bits[DEFLATE_BITS];	/* block NULL: not made */
};

/* Keeps them all until frames_done. */
void frames_init(struct frames *, struct outbox *, struct deflaters *,
    struct msg);

/* The frame for those that take so many bits (0: none); NULL when memory is
 * out. */
const struct frame *frames_get(struct frames *, int bits);
void frames_done(struct frames *);

/* Gives back blocks that no queue holds. */
void outbox_settle(struct outbox *);
void outbox_done(struct outbox *);

#endif
