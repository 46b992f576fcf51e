/* answers.h - who is owed an answer, and what stdout must have taken first.
 *
 * A queue in the order of stdout.  Someone who leaves is forgotten in place.
 *
 * Errors:  -1 when memory is out.
 * Owns:    its entries; the exchange's data (exchange_set) while it waits.
 */
#ifndef WH_LISTEN_ANSWERS_H
#define WH_LISTEN_ANSWERS_H

#include "front.h"

struct answer;

struct answers {
	struct answer *head, **tail;
};

void answers_init(struct answers *);
void answers_done(struct answers *);

/* The exchange is to be answered once output_taken has reached position,
 * which is not less than any before it. */
int answers_put(struct answers *, struct exchange *, uint64_t position);

/* Takes the next that is due off the queue, or answers NULL. */
struct exchange *answers_due(struct answers *, uint64_t taken);

/* An exchange that is no more, waiting or not. */
void answers_forget(struct exchange *);

int answers_waiting(const struct answers *);

#endif
