/* deliver/shed.c - jobs that wait somewhere else. */
#include "deliver/own.h"

/* When something may be done for it, from then on; -1: any time.  At a host
 * that is paused there will be few places at first. */
static int64_t
stuck_until(const struct deliver_job *j, int64_t from_ms)
{
	int64_t end_ms;

	if (j->state == DELIVER_WAITING)
		return j->due_ms >= from_ms ? j->due_ms : -1;
	if (j->state != DELIVER_READY || !deliver_sites_is_paused(j->at))
		return -1;
	end_ms = j->at->pause.at_ms;
	return end_ms > from_ms ? end_ms : from_ms;
}

/* The same, and when it can be given back, too.  Of a lane all that are behind
 * its first, or none: else the last would come before those that went. */
static int64_t
free_until(const struct deliver_job *j, int64_t from_ms, size_t room)
{
	const struct deliver_lane *l = j->in;

	if (l == NULL)
		return stuck_until(j, from_ms);
	if (j->state != DELIVER_BEHIND || l->n - 1 > room)
		return -1;
	return stuck_until(LIST_OF(list_first(&l->jobs), struct deliver_job,
	    lane), from_ms);
}

size_t
deliver_shed(struct deliver *d, int64_t least_ms, size_t most,
    void (*gives)(void *arg, struct deliver_job *, int64_t due_ms), void *arg)
{
	int64_t from = deliver_now(d) + least_ms, due_ms;
	struct link *l, *next;
	struct deliver_job *j;
	size_t n = 0;

	for (l = d->all.next; l != &d->all && n < most; l = next) {
		next = l->next;
		j = LIST_OF(l, struct deliver_job, all);
		due_ms = free_until(j, from, most - n);
		if (due_ms == -1)
			continue;
		deliver_job_leave(d, j);
		deliver_lanes_leave(&d->lanes, j);
		deliver_job_drop(d, j);
		gives(arg, j, due_ms);
		n++;
	}
	return n;
}
