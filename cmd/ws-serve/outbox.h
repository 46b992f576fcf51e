/* outbox.h - frames for many: each made once, in blocks that all queues share.
 *
 * What goes to the same clients shares blocks of its own, so that a client
 * that is slow holds no memory but what was meant for it.
 *
 * Messages in a row for the same clients are a run: their frames stand side by
 * side, so that all of them are one piece of each queue.  It is several pieces
 * where some of the clients take it compressed: one as it is, and one for each
 * number of window bits among them, made when the first of those clients is
 * met.
 */
#ifndef WS_SERVE_OUTBOX_H
#define WS_SERVE_OUTBOX_H

#include "block.h"
#include "deflate.h"
#include "msg.h"

struct outbox {
	struct block *plain, *deflated;	/* being filled, or NULL */
};

struct frames {
	struct block *block;
	size_t off, n;
};

struct run {
	struct outbox *outbox;
	struct deflaters *deflaters;
	size_t count;				/* messages */
	struct frames by_bits[DEFLATE_BITS];	/* block NULL: not made */
};

/* Keeps both until run_end. */
void run_begin(struct run *, struct outbox *, struct deflaters *);

/* Is there room for a body of n bytes beside the others?  An empty run takes
 * any. */
int run_has_room(const struct run *, size_t n);

/* Adds a message that there is room for.  -1: memory is out. */
int run_add(struct run *, struct msg);

/* The frames for those that take so many bits (0: none); NULL when memory is
 * out, or there are none.  Nothing may be added afterwards. */
const struct frames *run_get(struct run *, int bits);
void run_end(struct run *);		/* it is empty again */

/* Gives back blocks that no queue holds. */
void outbox_settle(struct outbox *);
void outbox_done(struct outbox *);

#endif
