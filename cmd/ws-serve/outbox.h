/* outbox.h - frames for many: each made once, in blocks that all queues share.
 *
 * What goes to the same clients shares blocks of its own, so that a client
 * that is slow holds no memory but what was meant for it.
 *
 * Errors:  -1 when memory is out.
 */
#ifndef WS_SERVE_OUTBOX_H
#define WS_SERVE_OUTBOX_H

#include "block.h"
#include "msg.h"

struct outbox {
	struct block *block;		/* being filled, or NULL */
};

struct frame {
	struct block *block;
	size_t off, n;
};

/* The message as a frame, which is good until outbox_frame or outbox_settle
 * is called again. */
int outbox_frame(struct outbox *, struct msg, struct frame *out);

/* Gives the block back if no queue holds it. */
void outbox_settle(struct outbox *);
void outbox_done(struct outbox *);

#endif
