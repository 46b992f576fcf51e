/* waiting.h - jobs that wait for their time: a heap by due_ms.
 *
 * Errors:  waiting_add -1 when memory is out.
 * Owns:    the array, not the jobs.
 */
#ifndef WH_SEND_WAITING_H
#define WH_SEND_WAITING_H

#include "job.h"

struct waiting {
	struct job **v;
	size_t n, cap;
};

int waiting_add(struct waiting *, struct job *);
/* The first that is due, still there; NULL if there is none. */
struct job *waiting_first(const struct waiting *);
struct job *waiting_take(struct waiting *);	/* takes it out */
void waiting_done(struct waiting *);

#endif
