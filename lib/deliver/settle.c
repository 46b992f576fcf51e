/* deliver/settle.c - what comes of an answer, for its job and others. */
#include "deliver/own.h"

static void
try_again(struct deliver *d, struct deliver_job *j,
    const struct http_result *r, const struct why *why)
{
	int64_t wait = retry_next(&d->config.plan, j->tries,
	    r->retry_after_ms, &d->seed);

	j->tries++;
	if (wait == RETRY_NEVER ||
	    deliver_job_is_late(j, deliver_now(d) + wait)) {
		deliver_job_finish(d, j, DELIVER_EXHAUSTED, r, why);
		return;
	}
	j->due_ms = deliver_now(d) + wait;
	if (d->stopped) {
		j->state = DELIVER_DOOMED;
		deliver_job_finish(d, j, DELIVER_FAILED, r, why);
		return;
	}
	deliver_job_enter(d, j, DELIVER_WAITING);
	if (d->user->retry != NULL)
		d->user->retry(d->arg, j, j->due_ms, r);
}

/* The host is away: each of these jobs has been tried, too.  (`done` may put
 * new ones behind them.) */
static void
count_for_ready(struct deliver *d, struct deliver_site *s, int64_t n,
    const struct http_result *r)
{
	struct http_result none = { .retry_after_ms = r->retry_after_ms };
	struct link *first;
	struct deliver_job *j;
	struct why why;

	if (n == 0)
		return;
	if (r->why != NULL)
		why_set(&why, r->why->status, "its host is away: %s",
		    r->why->text);
	else
		why_set(&why, STATUS_SOME, "its host is away: status %d",
		    r->status);
	none.why = &why;
	for (; n > 0 && (first = list_first(&s->ready)) != NULL; n--) {
		j = LIST_OF(first, struct deliver_job, row);
		deliver_job_leave(d, j);
		try_again(d, j, &none, &why);
	}
}

static void
settle_job(struct deliver *d, struct deliver_job *j, struct verdict v,
    const struct http_result *r)
{
	struct why why;

	if (v.again) {
		try_again(d, j, r, r->why);
		return;
	}
	if (v.outcome == DELIVER_GONE)
		deliver_gone_add(&d->gone, j->url);
	deliver_job_finish(d, j, v.outcome, r, deliver_explain(r, &why));
}

void
deliver_settle(struct deliver *d, struct deliver_job *j,
    const struct http_result *r)
{
	struct deliver_site *s = j->at;
	struct verdict v = deliver_judge(r);
	int64_t away = 0;
	int was_paused = deliver_sites_is_paused(s);

	/* Once stopped there is nothing to pause for. */
	if (!d->stopped)
		away = deliver_sites_answer(&d->sites, s, v, deliver_now(d),
		    r->retry_after_ms);
	if (!was_paused && deliver_sites_is_paused(s) &&
	    d->user->paused != NULL)
		d->user->paused(d->arg, s->text,
		    s->pause.at_ms - deliver_now(d), s->pauses, r);
	deliver_sites_hold(s);
	settle_job(d, j, v, r);
	count_for_ready(d, s, away, r);
	deliver_sites_release(&d->sites, s);
}
