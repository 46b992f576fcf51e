/* answers.h - who is owed an answer, and what stdout must have taken first.
 *
 * A queue in the order of stdout.  Someone who leaves is forgotten in place,
 * and yet comes off the queue in turn: its line was put, and something else
 * may hang on that.
 *
 * Errors:  -1 when memory is out.
 * Owns:    its entries; the exchange's data (owed.h) while it waits.
 */
#ifndef WH_LISTEN_ANSWERS_H
#define WH_LISTEN_ANSWERS_H

#include "owed.h"

struct answer;

struct answers {
	struct answer *head, **tail;
	struct answer *spare;		/* some, for the next */
	size_t nspare;
};

void answers_init(struct answers *);
void answers_done(struct answers *);

/* The exchange is to be answered once output_taken has reached position,
 * which is not less than any before it.  how is the caller's own. */
int answers_put(struct answers *, struct exchange *, uint64_t position,
    void *how);

/* Takes the next that is due off the queue: 1, with *x NULL if it left; or 0:
 * none is. */
int answers_due(struct answers *, uint64_t taken, struct exchange **x,
    void **how);

int answers_waiting(const struct answers *);

#endif
