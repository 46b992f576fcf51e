/* deliver/job.c - where a job is, and its end. */
#include "deliver/own.h"

void
deliver_job_enter(struct deliver *d, struct deliver_job *j,
    enum deliver_state state)
{
	j->state = state;
	switch (state) {
	case DELIVER_BEHIND:
		d->counts.behind++;
		break;
	case DELIVER_WAITING:
		heap_add(&d->due, &j->due, j->due_ms);
		d->counts.waiting++;
		break;
	case DELIVER_READY:
		deliver_sites_put(&d->sites, j);
		d->counts.ready++;
		break;
	case DELIVER_FLYING:
		d->counts.flying++;
		break;
	case DELIVER_DOOMED:
		list_add(&d->doomed, &j->row);
		break;
	}
}

void
deliver_job_leave(struct deliver *d, struct deliver_job *j)
{
	switch (j->state) {
	case DELIVER_BEHIND:
		d->counts.behind--;
		break;
	case DELIVER_WAITING:
		heap_remove(&d->due, &j->due);
		d->counts.waiting--;
		break;
	case DELIVER_READY:
		deliver_sites_drop(&d->sites, j);
		d->counts.ready--;
		break;
	case DELIVER_FLYING:
		deliver_sites_leave(&d->sites, j->at);
		d->counts.flying--;
		break;
	case DELIVER_DOOMED:
		list_remove(&j->row);
		break;
	}
}

static int
is_stuck(struct deliver *d, const struct deliver_job *j)
{
	return j->due_ms > deliver_now(d) || deliver_sites_is_paused(j->at);
}

void
deliver_job_begin(struct deliver *d, struct deliver_job *j)
{
	if (d->stopped && is_stuck(d, j))
		deliver_job_enter(d, j, DELIVER_DOOMED);
	else
		deliver_job_enter(d, j, j->due_ms > deliver_now(d) ?
		    DELIVER_WAITING : DELIVER_READY);
}

void
deliver_job_drop(struct deliver *d, struct deliver_job *j)
{
	heap_remove(&d->deadlines, &j->deadline);
	list_remove(&j->all);
	if (j->at != NULL)
		deliver_sites_release(&d->sites, j->at);
	j->at = NULL;
	d->counts.held--;
	d->counts.bytes -= j->bytes;
}

void
deliver_job_finish(struct deliver *d, struct deliver_job *j,
    enum deliver_outcome outcome, const struct http_result *r,
    const struct why *why)
{
	struct deliver_job *next = deliver_lanes_leave(&d->lanes, j);

	deliver_job_drop(d, j);
	if (next != NULL) {
		deliver_job_leave(d, next);
		/* What can't be kept in order is not sent. */
		if (j->state == DELIVER_DOOMED)
			deliver_job_enter(d, next, DELIVER_DOOMED);
		else
			deliver_job_begin(d, next);
	}
	d->user->done(d->arg, j, outcome, r, why);
}

void
deliver_job_fail(struct deliver *d, struct deliver_job *j,
    enum deliver_outcome outcome, const char *text)
{
	struct why why;

	why_set(&why, STATUS_SOME, "%s", text);
	deliver_job_finish(d, j, outcome, NULL, &why);
}
