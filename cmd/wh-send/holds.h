/* holds.h - lines of --spool that wait behind another of their key, as short
 * as can be: their places in the spool, in order.
 *
 * Limits:  HOLDS_MAX of them, some 20 MB.
 * Errors:  -1 when memory is out.
 */
#ifndef WH_SEND_HOLDS_H
#define WH_SEND_HOLDS_H

#include "names.h"
#include "spool.h"

#define HOLDS_MAX ((size_t)1 << 18)

struct holds {
	struct names names;
	size_t n;		/* lines */
};

/* Does a line of that key wait? */
int holds_have(const struct holds *, struct span key);
/* Behind those of its key; without its event and segment. */
int holds_add(struct holds *, struct span key, const struct spool_line *);
/* 1 and the first of the key, which is out; or 0. */
int holds_take(struct holds *, struct span key, struct spool_line *);
void holds_done(struct holds *);

#endif
