/* sendq.h - what one connection has yet to send: a queue of references into
 * shared blocks.
 *
 * Adjacent pieces of one block become one entry, so a burst that was framed
 * into one block is one write per client.
 *
 * Units:   bytes.
 * Errors:  -1 when memory is out.
 * Owns:    one reference per entry, until sent or sendq_done.
 */
#ifndef HOOKLINE_SENDQ_H
#define HOOKLINE_SENDQ_H

#include "block.h"

struct sendq_entry;

struct sendq {
	size_t bytes;			/* queued and not yet taken */
	struct sendq_entry *v;		/* a ring */
	size_t head, count, cap;
};

void sendq_init(struct sendq *);
void sendq_done(struct sendq *);

/* Queues n bytes of a block from off on; takes a reference of its own. */
int sendq_share(struct sendq *, struct block *, size_t off, size_t n);

/* Queues a copy. */
int sendq_copy(struct sendq *, struct span);

/* Tells each piece that is left, first to last. */
void sendq_each(const struct sendq *, void (*fn)(void *arg,
    const struct block *, size_t off, size_t n), void *arg);

/* The next bytes to send (empty when there are none), then sendq_took for
 * as many of them as were sent. */
struct span sendq_next(const struct sendq *);
void sendq_took(struct sendq *, size_t n);

#endif
