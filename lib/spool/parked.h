/* parked.h - lines that wait for their time, as short as can be: private to
 * spool.
 *
 * A heap by due_us.  Memory for PARKED_MAX of them at most, 20 MB.
 */
#ifndef HOOKLINE_SPOOL_PARKED_H
#define HOOKLINE_SPOOL_PARKED_H

#include "spool.h"

#define PARKED_MAX ((size_t)1 << 19)

struct parked_line {
	int64_t due_us;
	struct spool_part *part;
	uint32_t number, offset, n;
	uint32_t attempts, tries;
};

struct parked {
	struct parked_line *v;
	size_t n, cap;
};

/* Makes room for another: -1: there is none. */
int parked_room(struct parked *);
void parked_add(struct parked *, const struct parked_line *);
/* The first that is due, still there; NULL if there is none. */
const struct parked_line *parked_first(const struct parked *);
struct parked_line parked_take(struct parked *);	/* takes it out */
void parked_done(struct parked *);

#endif
