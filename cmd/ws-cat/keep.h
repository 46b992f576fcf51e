/* keep.h - lines that one server does not have for certain, oldest first.
 *
 * With --ack: all that were sent and are not acknowledged.  Without: those
 * that were taken from stdin and could not be sent any more.
 *
 * Owns:    its copies.
 */
#ifndef WS_CAT_KEEP_H
#define WS_CAT_KEEP_H

#include "list.h"
#include "msg.h"

struct keep {
	struct link lines;
	size_t n, bytes;
};

void keep_init(struct keep *);
void keep_done(struct keep *);

/* id: what acknowledges it, or empty.  -1: out of memory. */
int keep_add(struct keep *, struct msg, struct span id);

/* Acknowledged is the oldest with that id (empty: the oldest), and with `all`
 * those before it.  Answers how many were dropped. */
size_t keep_ack(struct keep *, struct span id, int all);

/* Oldest first, until fn answers -1, which is answered. */
int keep_each(const struct keep *, int (*fn)(void *arg, struct msg),
    void *arg);

#endif
