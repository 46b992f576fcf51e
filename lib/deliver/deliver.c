/* deliver/deliver.c - a job's way from deliver_put to its end. */
#include <stdlib.h>

#include "deliver/own.h"

/* ---- what is due now ---- */

static void
end_doomed(struct deliver *d)
{
	struct link *first;
	struct deliver_job *j;

	while ((first = list_first(&d->doomed)) != NULL) {
		j = LIST_OF(first, struct deliver_job, row);
		list_remove(first);
		deliver_job_fail(d, j, DELIVER_FAILED,
		    "interrupted before it was delivered");
	}
}

/* How long nothing may be attempted. */
static int64_t
rate_left(const struct deliver *d)
{
	return d->config.rate.n == 0 ? 0 :
	    rate_wait(&d->config.rate, &d->bucket, deliver_now(d));
}

/* One that is in flight.  Once stopped, nothing waits any more. */
static void
put_off(struct deliver *d, struct deliver_job *j, int64_t in_ms)
{
	deliver_job_leave(d, j);
	j->due_ms = deliver_now(d) + in_ms;
	deliver_job_enter(d, j, in_ms <= 0 ? DELIVER_READY :
	    d->stopped ? DELIVER_DOOMED : DELIVER_WAITING);
}

static void
start(struct deliver *d, struct deliver_job *j)
{
	struct why why;
	int64_t rc = d->user->attempt(d->arg, j, &why);

	if (rc > 0) {
		put_off(d, j, rc);
	} else if (rc == -1) {
		deliver_job_leave(d, j);
		deliver_job_finish(d, j, why.status == STATUS_USAGE ?
		    DELIVER_INVALID : DELIVER_FAILED, NULL, &why);
	} else if (d->config.rate.n > 0) {
		rate_take(&d->config.rate, &d->bucket, deliver_now(d));
	}
}

static void
attempt(struct deliver *d, struct deliver_job *j)
{
	if (deliver_gone_has(&d->gone, j->url)) {
		deliver_job_leave(d, j);
		deliver_job_fail(d, j, DELIVER_GONE,
		    "not sent: this URL has answered 410 Gone");
	} else if (deliver_job_is_late(j, deliver_now(d))) {
		deliver_job_leave(d, j);
		deliver_job_fail(d, j, DELIVER_EXHAUSTED,
		    "its deadline has passed");
	} else {
		start(d, j);
	}
}

static void
pump(struct deliver *d)
{
	struct deliver_job *j;

	if (d->pumping)
		return;
	d->pumping = 1;
	while (rate_left(d) == 0 &&
	    (j = deliver_sites_take(&d->sites)) != NULL) {
		d->counts.ready--;
		deliver_job_enter(d, j, DELIVER_FLYING);
		attempt(d, j);
	}
	d->pumping = 0;
}

/* ---- after each turn ---- */

static void
ask_wake(struct deliver *d)
{
	const struct heap_node *first[3] = { d->due.first,
	    d->deadlines.first, d->sites.pauses.first };
	int64_t at = DELIVER_NEVER, wait;
	size_t i;

	for (i = 0; i < 3; i++)
		if (first[i] != NULL && first[i]->at_ms < at)
			at = first[i]->at_ms;
	if (deliver_sites_have(&d->sites) &&
	    deliver_now(d) + rate_left(d) < at)
		at = deliver_now(d) + rate_left(d);
	if (at == d->woken_ms)
		return;
	d->woken_ms = at;
	wait = at == DELIVER_NEVER ? at : at - deliver_now(d);
	d->user->wake(d->arg, wait > 0 ? wait : 0);
}

static void
tell_room(struct deliver *d)
{
	if (d->counts.held > 0 && (!d->was_full || deliver_full(d)))
		return;
	d->was_full = 0;
	d->user->room(d->arg);
}

static void
end_turn(struct deliver *d)
{
	pump(d);
	end_doomed(d);
	ask_wake(d);
	tell_room(d);
}

/* ---- public ---- */

struct deliver *
deliver_new(const struct deliver_config *config,
    const struct deliver_user *user, void *arg)
{
	struct deliver *d = calloc(1, sizeof(*d));

	if (d == NULL)
		return NULL;
	d->config = *config;
	d->user = user;
	d->arg = arg;
	d->seed = config->seed;
	d->woken_ms = DELIVER_NEVER;
	deliver_sites_init(&d->sites, config);
	list_init(&d->all);
	list_init(&d->doomed);
	return d;
}

/* Takes all jobs out of their places. */
static void
doom_all(struct deliver *d)
{
	struct link *l;
	struct deliver_job *j;

	for (l = d->all.next; l != &d->all; l = l->next) {
		j = LIST_OF(l, struct deliver_job, all);
		if (j->state == DELIVER_FLYING)
			d->user->cancel(d->arg, j);
		deliver_job_leave(d, j);
		deliver_job_enter(d, j, DELIVER_DOOMED);
	}
}

void
deliver_free(struct deliver *d, void (*forget)(void *arg,
    struct deliver_job *gives))
{
	struct link *first;
	struct deliver_job *j;

	if (d == NULL)
		return;
	doom_all(d);
	while ((first = list_first(&d->all)) != NULL) {
		j = LIST_OF(first, struct deliver_job, all);
		list_remove(first);
		deliver_lanes_leave(&d->lanes, j);
		forget(d->arg, j);
	}
	deliver_sites_done(&d->sites);
	deliver_gone_done(&d->gone);
	free(d);
}

int
deliver_put(struct deliver *d, struct deliver_job *j)
{
	int behind = 0;

	if (j->tries < j->attempts)
		j->tries = j->attempts;
	list_add(&d->all, &j->all);
	d->counts.held++;
	d->counts.bytes += j->bytes;
	if (deliver_sites_join(&d->sites, j) == -1 || (j->key.p != NULL &&
	    (behind = deliver_lanes_enter(&d->lanes, j)) == -1)) {
		deliver_job_fail(d, j, DELIVER_FAILED, "out of memory");
		return 0;
	}
	if (j->deadline_ms != 0)
		heap_add(&d->deadlines, &j->deadline, j->deadline_ms);
	if (behind)
		deliver_job_enter(d, j, DELIVER_BEHIND);
	else
		deliver_job_begin(d, j);
	pump(d);
	end_doomed(d);
	ask_wake(d);
	d->was_full = deliver_full(d);
	return d->was_full ? FULL : 0;
}

/* Those in flight have their chance. */
static void
end_late(struct deliver *d)
{
	struct heap_node *n;
	struct deliver_job *j;

	while ((n = d->deadlines.first) != NULL && n->at_ms <= deliver_now(d)) {
		j = LIST_OF(n, struct deliver_job, deadline);
		heap_remove(&d->deadlines, n);
		if (j->state == DELIVER_FLYING ||
		    j->state == DELIVER_DOOMED)
			continue;
		deliver_job_leave(d, j);
		deliver_job_fail(d, j, DELIVER_EXHAUSTED,
		    "its deadline has passed");
	}
}

void
deliver_run(struct deliver *d)
{
	struct heap_node *n;
	struct deliver_job *j;

	d->woken_ms = DELIVER_NEVER;
	end_late(d);
	deliver_sites_run(&d->sites, deliver_now(d));
	while ((n = d->due.first) != NULL && n->at_ms <= deliver_now(d)) {
		j = LIST_OF(n, struct deliver_job, due);
		deliver_job_leave(d, j);
		deliver_job_enter(d, j, DELIVER_READY);
	}
	end_turn(d);
}

void
deliver_answer(struct deliver *d, struct deliver_job *j,
    const struct http_result *r)
{
	deliver_job_leave(d, j);
	j->attempts++;
	deliver_settle(d, j, r);
	end_turn(d);
}

void
deliver_postpone(struct deliver *d, struct deliver_job *j, int64_t in_ms)
{
	put_off(d, j, in_ms);
	end_turn(d);
}

int
deliver_full(const struct deliver *d)
{
	return d->counts.bytes >= d->config.limit ||
	    (d->config.ahead > 0 &&
	    d->counts.ready + d->counts.behind >= d->config.ahead);
}

void
deliver_stop(struct deliver *d)
{
	struct link *l;
	struct deliver_job *j;

	d->stopped = 1;
	for (l = d->all.next; l != &d->all; l = l->next) {
		j = LIST_OF(l, struct deliver_job, all);
		if (j->state == DELIVER_WAITING ||
		    (j->state == DELIVER_READY &&
		    deliver_sites_is_paused(j->at))) {
			deliver_job_leave(d, j);
			deliver_job_enter(d, j, DELIVER_DOOMED);
		}
	}
	end_turn(d);
}

void
deliver_abandon(struct deliver *d)
{
	d->stopped = 1;
	doom_all(d);
	end_turn(d);
}

void
deliver_counts(const struct deliver *d, struct deliver_counts *counts)
{
	*counts = d->counts;
	counts->paused = d->sites.npaused;
}

const char *
deliver_outcome_name(enum deliver_outcome outcome)
{
	static const char *const names[] = { "delivered", "failed",
	    "exhausted", "gone", "blocked", "invalid" };

	return names[outcome];
}
