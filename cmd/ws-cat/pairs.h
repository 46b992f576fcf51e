/* pairs.h - requests that wait for their reply, by an id.
 *
 * Several of one id are answered in the order they were sent in.
 *
 * Errors:  -1 if memory is out.
 * Owns:    what it remembers, until pairs_done.
 */
#ifndef WS_CAT_PAIRS_H
#define WS_CAT_PAIRS_H

#include <stdint.h>

#include "names.h"

struct pairs {
	struct names ids;
	size_t bytes;		/* of memory */
};

/* Another request; line is its number on stdin. */
int pairs_add(struct pairs *, struct span id, uint64_t line);

/* Is that the id of a request?  Then it has its reply: 1 and its line; or
 * 0. */
int pairs_take(struct pairs *, struct span id, uint64_t *line);

void pairs_done(struct pairs *);

#endif
