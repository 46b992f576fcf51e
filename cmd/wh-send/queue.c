/* queue.c - which job is sent when, and what its answer means. */
#include <stdlib.h>
#include <string.h>

#include "digest.h"
#include "names.h"
#include "queue.h"
#include "sites.h"
#include "waiting.h"

#define MAX_GONE 10000		/* URLs remembered to have answered 410 */

/* A URL that has answered 410. */
struct gone {
	struct named named;
	char url[];
};

struct queue {
	struct loop *loop;
	struct http *http;
	struct queue_config config;
	struct queue_user user;
	void *arg;
	struct sites sites;
	struct names gone;		/* struct gone */
	size_t ngone;
	struct job *flying;		/* in flight */
	struct waiting waiting;		/* for their next try */
	struct loop_timer *timer;
	int64_t nflying;
	size_t held, bytes;
	uint64_t seed;
	int was_full, stopped;
};

static void on_answer(void *arg, const struct http_result *);

/* ---- a job's end ---- */

static void
finish(struct queue *q, struct job *j, enum outcome outcome,
    const struct http_result *r, const struct why *why)
{
	q->user.done(q->arg, j, outcome, r, why);
	q->held--;
	q->bytes -= j->bytes;
	job_free(j);
}

static void
give_up(struct queue *q, struct job *j)
{
	struct why why;

	why_set(&why, STATUS_SOME, "interrupted before it was delivered");
	finish(q, j, OUTCOME_FAILED, NULL, &why);
}

static void
tell_room(struct queue *q)
{
	if (q->held == 0 || (q->was_full && !queue_full(q))) {
		q->was_full = 0;
		q->user.room(q->arg);
	}
}

/* ---- sending ---- */

static void
fly(struct queue *q, struct job *j)
{
	j->prev = NULL;
	j->next = q->flying;
	if (j->next != NULL)
		j->next->prev = j;
	q->flying = j;
	q->nflying++;
}

static void
land(struct queue *q, struct job *j)
{
	if (j->prev != NULL)
		j->prev->next = j->next;
	else
		q->flying = j->next;
	if (j->next != NULL)
		j->next->prev = j->prev;
	j->next = j->prev = NULL;
	j->transfer = NULL;
	q->nflying--;
	sites_leave(&q->sites, j);
}

static void
send_job(struct queue *q, struct job *j)
{
	struct http_request r = { .url = j->url, .method = j->method,
	    .headers = j->headers, .nheaders = j->nheaders, .body = j->body,
	    .public_only = j->strange };
	struct why why;

	if (names_find(&q->gone, span_str(j->shown)) != NULL) {
		why_set(&why, STATUS_SOME,
		    "not sent: this URL has answered 410 Gone");
		sites_leave(&q->sites, j);
		finish(q, j, OUTCOME_GONE, NULL, &why);
		return;
	}
	j->transfer = http_start(q->http, &r, on_answer, j, &why);
	if (j->transfer != NULL) {
		fly(q, j);
		return;
	}
	sites_leave(&q->sites, j);
	finish(q, j, why.status == STATUS_USAGE ? OUTCOME_INVALID :
	    OUTCOME_FAILED, NULL, &why);
}

static void
pump(struct queue *q)
{
	struct job *j;

	while (q->nflying < q->config.jobs &&
	    (j = sites_take(&q->sites)) != NULL)
		send_job(q, j);
}

static void
make_ready(struct queue *q, struct job *j)
{
	struct why why;

	if (sites_put(&q->sites, j) == 0)
		return;
	why_set(&why, STATUS_SOME, "out of memory");
	finish(q, j, OUTCOME_FAILED, NULL, &why);
}

/* ---- retrying ---- */

static void
set_timer(struct queue *q)
{
	struct job *j = waiting_first(&q->waiting);
	int64_t wait;

	if (j == NULL) {
		loop_timer_stop(q->timer);
		return;
	}
	wait = j->due_ms - loop_now(q->loop);
	loop_timer_set(q->timer, wait > 0 ? wait : 0);
}

static void
on_timer(void *arg)
{
	struct queue *q = arg;
	struct job *j;

	while ((j = waiting_first(&q->waiting)) != NULL &&
	    j->due_ms <= loop_now(q->loop))
		make_ready(q, waiting_take(&q->waiting));
	set_timer(q);
	pump(q);
	tell_room(q);
}

static void
try_again(struct queue *q, struct job *j, const struct http_result *r)
{
	int64_t wait = retry_next(&j->retry, r->retry_after_ms);

	if (wait == RETRY_NEVER || q->stopped) {
		finish(q, j, wait == RETRY_NEVER ? OUTCOME_EXHAUSTED :
		    OUTCOME_FAILED, r, r->why);
		return;
	}
	j->due_ms = loop_now(q->loop) + wait;
	if (waiting_add(&q->waiting, j) == -1)
		finish(q, j, OUTCOME_FAILED, r, r->why);
	else
		set_timer(q);
}

static void
remember_gone(struct queue *q, const char *url)
{
	struct span name = span_str(url);
	struct gone *g;

	if (q->ngone >= MAX_GONE || names_find(&q->gone, name) != NULL ||
	    (g = malloc(sizeof(*g) + name.n)) == NULL)
		return;
	memcpy(g->url, name.p, name.n);
	g->named.name = span_of(g->url, name.n);
	if (names_add(&q->gone, &g->named) == 0)
		q->ngone++;
	else
		free(g);
}

static void
forget_gone(struct queue *q)
{
	struct named *g;

	while ((g = names_any(&q->gone)) != NULL) {
		names_remove(&q->gone, g);
		free(g);
	}
}

static int
is_passing(int status)
{
	return status == 408 || status == 425 || status == 429 ||
	    (status >= 500 && status < 600);
}

/* What an answer, or none, means for the job. */
static void
settle(struct queue *q, struct job *j, const struct http_result *r)
{
	if (r->blocked)
		finish(q, j, OUTCOME_BLOCKED, r, r->why);
	else if (r->why != NULL && r->why->status == STATUS_USAGE)
		finish(q, j, OUTCOME_INVALID, r, r->why);
	else if (r->why != NULL && r->why->status == STATUS_TLS)
		finish(q, j, OUTCOME_FAILED, r, r->why);
	else if (r->why != NULL || is_passing(r->status))
		try_again(q, j, r);
	else if (r->status / 100 == 2)
		finish(q, j, OUTCOME_DELIVERED, r, NULL);
	else if (r->status != 410)
		finish(q, j, OUTCOME_FAILED, r, NULL);
	else {
		remember_gone(q, j->shown);
		finish(q, j, OUTCOME_GONE, r, NULL);
	}
}

static void
on_answer(void *arg, const struct http_result *r)
{
	struct job *j = arg;
	struct queue *q = j->queue;

	land(q, j);
	j->attempts++;
	j->ms = r->ms;
	settle(q, j, r);
	pump(q);
	tell_room(q);
}

/* ---- public ---- */

struct queue *
queue_new(struct loop *loop, struct http *http,
    const struct queue_config *config, const struct queue_user *user,
    void *arg)
{
	struct queue *q = calloc(1, sizeof(*q));

	if (q == NULL)
		return NULL;
	q->loop = loop;
	q->http = http;
	q->config = *config;
	q->user = *user;
	q->arg = arg;
	digest_random(&q->seed, sizeof(q->seed));
	sites_init(&q->sites, config->jobs_per_host);
	q->timer = loop_timer_new(loop, on_timer, q);
	if (q->timer == NULL) {
		free(q);
		return NULL;
	}
	return q;
}

/* Every job that is held, taken out of its place; NULL when none is. */
static struct job *
take_any(struct queue *q)
{
	struct job *j = waiting_take(&q->waiting);

	if (j == NULL && (j = q->flying) != NULL) {
		http_cancel(j->transfer);
		land(q, j);
	} else if (j == NULL && (j = sites_take(&q->sites)) != NULL) {
		sites_leave(&q->sites, j);
	}
	return j;
}

void
queue_free(struct queue *q)
{
	struct job *j;

	if (q == NULL)
		return;
	while ((j = take_any(q)) != NULL)
		job_free(j);
	waiting_done(&q->waiting);
	forget_gone(q);
	loop_timer_free(q->timer);
	free(q);
}

int
queue_put(struct queue *q, struct job *j)
{
	q->held++;
	q->bytes += j->bytes;
	j->queue = q;
	j->retry = (struct retry){ .first_ms = q->config.backoff_first_ms,
	    .max_ms = q->config.backoff_max_ms,
	    .max_tries = (int)q->config.retries, .seed = q->seed++ };
	make_ready(q, j);
	pump(q);
	q->was_full = queue_full(q);
	return q->was_full ? FULL : 0;
}

int
queue_full(const struct queue *q)
{
	return q->held >= QUEUE_JOBS || q->bytes >= QUEUE_BYTES ||
	    q->sites.nready >= q->config.ahead;
}

size_t
queue_held(const struct queue *q)
{
	return q->held;
}

size_t
queue_flying(const struct queue *q)
{
	return (size_t)q->nflying;
}

void
queue_stop(struct queue *q)
{
	struct job *j;

	q->stopped = 1;
	while ((j = waiting_take(&q->waiting)) != NULL)
		give_up(q, j);
	loop_timer_stop(q->timer);
	tell_room(q);
}

void
queue_abandon(struct queue *q)
{
	struct job *j;

	q->stopped = 1;
	while ((j = take_any(q)) != NULL)
		give_up(q, j);
	loop_timer_stop(q->timer);
	tell_room(q);
}
