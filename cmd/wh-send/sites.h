/* sites.h - jobs that are ready, host by host.
 *
 * Each host has a queue of its own, and the hosts that have a job ready and a
 * place free stand in a ring that is served in turn: a slow host holds up
 * nobody else.
 *
 * Errors:  sites_put -1 when memory is out.
 * Owns:    its table, which is empty once no job is left; not the jobs.
 */
#ifndef WH_SEND_SITES_H
#define WH_SEND_SITES_H

#include "job.h"
#include "names.h"

struct site;

struct sites {
	struct names names;
	struct site *ring, *ring_last;
	int64_t per_host;	/* jobs in flight */
	int64_t nready;
};

void sites_init(struct sites *, int64_t per_host);
int sites_put(struct sites *, struct job *);

/* The next job whose host has a place, which it takes; NULL if there is
 * none.  sites_leave gives the place back. */
struct job *sites_take(struct sites *);
void sites_leave(struct sites *, struct job *);

#endif
