/* deliver_rig.h - a world for the engine: a clock that jumps from event to
 * event, hosts that answer as they are told, and jobs that remember what
 * became of them. */
#ifndef HOOKLINE_TESTS_DELIVER_RIG_H
#define HOOKLINE_TESTS_DELIVER_RIG_H

#include <stdlib.h>

#include "check.h"
#include "deliver.h"

#define RIG_FOREVER (INT64_C(1000) * 86400000)
#define RIG_TRIES 16			/* attempts whose time is kept */

struct rig;

/* What a host answers, after so long. */
struct reply {
	int status;			/* 0: none, but why */
	enum status why;
	int connected;			/* it got so far, though */
	int64_t ms, retry_after_ms;	/* 0: did not ask for it */
};

struct host {
	char name[24];
	struct reply reply;
	/* If it isn't always the same. */
	void (*serve)(struct rig *, struct host *, struct reply *);
	int64_t active, most;		/* in flight */
	int64_t attempts, first_ms, last_ms;
	int64_t wakes_ms;		/* for `serve` */
	int64_t not_before_ms;		/* attempts are put off until then */
};

struct piece {
	struct deliver_job job;		/* first */
	struct host *host;
	struct reply reply;
	struct heap_node answer;	/* while it is in flight */
	int64_t tried_ms[RIG_TRIES];
	int64_t retries, due_ms;	/* as `retry` told */
	int over;			/* how often `done` was called */
	enum deliver_outcome outcome;
	int status;
	char error[512];
	int64_t over_ms, order;		/* order: the how manieth to end */
};

struct rig {
	struct deliver *engine;
	int64_t now_ms, wake_ms;
	struct heap answers;
	struct host *hosts;		/* the test's */
	size_t nhosts;
	int64_t flying, most, attempts, ended, rooms;
	int64_t delivered, pauses;
	struct piece *trying;		/* for `serve` */
	void (*on_done)(struct rig *, struct piece *);	/* or NULL */
};

/* ---- the engine's user ---- */

static inline int64_t
rig_now(void *arg)
{
	return ((struct rig *)arg)->now_ms;
}

static inline void
rig_wake(void *arg, int64_t in_ms)
{
	struct rig *rig = arg;

	rig->wake_ms = in_ms == DELIVER_NEVER ? DELIVER_NEVER :
	    rig->now_ms + in_ms;
}

static inline int64_t
rig_attempt(void *arg, struct deliver_job *j, struct why *why)
{
	struct rig *rig = arg;
	struct piece *p = (struct piece *)(void *)j;
	struct host *h = p->host;

	if (h == NULL)
		return why_set(why, STATUS_USAGE, "no such host");
	if (h->not_before_ms > rig->now_ms)
		return h->not_before_ms - rig->now_ms;
	p->reply = h->reply;
	h->last_ms = rig->now_ms;
	if (h->attempts++ == 0)
		h->first_ms = rig->now_ms;
	rig->trying = p;
	if (h->serve != NULL)
		h->serve(rig, h, &p->reply);
	if (j->attempts < RIG_TRIES)
		p->tried_ms[j->attempts] = rig->now_ms;
	if (++h->active > h->most)
		h->most = h->active;
	if (++rig->flying > rig->most)
		rig->most = rig->flying;
	rig->attempts++;
	heap_add(&rig->answers, &p->answer, rig->now_ms + p->reply.ms);
	return 0;
}

static inline void
rig_land(struct rig *rig, struct piece *p)
{
	heap_remove(&rig->answers, &p->answer);
	p->host->active--;
	rig->flying--;
}

static inline void
rig_cancel(void *arg, struct deliver_job *j)
{
	rig_land(arg, (struct piece *)(void *)j);
}

static inline void
rig_retry(void *arg, const struct deliver_job *j, int64_t due_ms,
    const struct http_result *r)
{
	struct piece *p = (struct piece *)(void *)j;

	(void)arg;
	CHECK(r != NULL);
	p->retries++;
	p->due_ms = due_ms;
}

static inline void
rig_paused(void *arg, const char *site, int64_t ms, int64_t times,
    const struct http_result *r)
{
	struct rig *rig = arg;

	CHECK(strncmp(site, "http://", 7) == 0 && ms > 0 && times > 0);
	CHECK(r != NULL);
	rig->pauses++;
}

static inline void
rig_ended(void *arg, struct deliver_job *j, enum deliver_outcome outcome,
    const struct http_result *r, const struct why *why)
{
	struct rig *rig = arg;
	struct piece *p = (struct piece *)(void *)j;

	p->over++;
	p->outcome = outcome;
	p->status = r != NULL ? r->status : 0;
	snprintf(p->error, sizeof(p->error), "%s",
	    why != NULL ? why->text : "");
	p->over_ms = rig->now_ms;
	p->order = rig->ended++;
	rig->delivered += outcome == DELIVER_DELIVERED;
	if (rig->on_done != NULL)
		rig->on_done(rig, p);
}

static inline void
rig_room(void *arg)
{
	((struct rig *)arg)->rooms++;
}

/* ---- for the tests ---- */

/* What the config leaves out is wide: 64 jobs, 8 a host, no breaker, no
 * limits, backoff of 1 s to 5 m. */
static inline void
rig_init(struct rig *rig, const struct deliver_config *config,
    struct host *hosts, size_t nhosts)
{
	static const struct deliver_user user = { rig_now, rig_wake,
	    rig_attempt, rig_cancel, rig_retry, rig_paused, rig_ended,
	    rig_room };
	struct deliver_config c = *config;
	size_t i;

	c.jobs = c.jobs > 0 ? c.jobs : 64;
	c.jobs_per_host = c.jobs_per_host > 0 ? c.jobs_per_host : 8;
	c.limit = c.limit > 0 ? c.limit : SIZE_MAX;
	if (c.plan.nsteps == 0 && c.plan.first_ms == 0) {
		c.plan.first_ms = 1000;
		c.plan.max_ms = 300000;
	}
	*rig = (struct rig){ .now_ms = 1000000, .wake_ms = DELIVER_NEVER,
	    .hosts = hosts, .nhosts = nhosts };
	for (i = 0; i < nhosts; i++)
		if (hosts[i].name[0] == '\0')
			snprintf(hosts[i].name, sizeof(hosts[i].name),
			    "http://h%zu", i);
	rig->engine = deliver_new(&c, &user, rig);
}

static inline void
rig_forget(void *arg, struct deliver_job *j)
{
	(void)arg;
	((struct piece *)(void *)j)->over = -1;
}

static inline void
rig_done(struct rig *rig)
{
	deliver_free(rig->engine, rig_forget);
}

/* The piece is the test's; what it has in its job stays. */
static inline int
rig_put(struct rig *rig, struct piece *p, struct host *h)
{
	p->host = h;
	p->job.site = h != NULL ? h->name : "http://nowhere";
	if (p->job.url == NULL)
		p->job.url = p->job.site;
	if (p->job.bytes == 0)
		p->job.bytes = 100;
	return deliver_put(rig->engine, &p->job);
}

/* The next event, if it comes by then. */
static inline int
rig_step(struct rig *rig, int64_t until_ms)
{
	struct heap_node *n = rig->answers.first;
	struct http_result r = { .retry_after_ms = -1 };
	struct why why;
	struct piece *p;
	int64_t at = n != NULL && n->at_ms < rig->wake_ms ? n->at_ms :
	    rig->wake_ms;

	if (at > until_ms)
		return 0;
	rig->now_ms = at;
	if (n == NULL || n->at_ms > at) {
		rig->wake_ms = DELIVER_NEVER;
		deliver_run(rig->engine);
		return 1;
	}
	p = LIST_OF(n, struct piece, answer);
	rig_land(rig, p);
	r.status = p->reply.status;
	r.connected = p->reply.connected || r.status != 0;
	if (p->reply.retry_after_ms != 0)
		r.retry_after_ms = p->reply.retry_after_ms;
	if (r.status == 0) {
		why_set(&why, p->reply.why, "it failed");
		r.why = &why;
		r.blocked = why.status == STATUS_REFUSED;
	}
	deliver_answer(rig->engine, &p->job, &r);
	return 1;
}

/* So long, or until nothing more will happen. */
static inline void
rig_run(struct rig *rig, int64_t ms)
{
	int64_t until_ms = rig->now_ms + ms;

	while (rig_step(rig, until_ms))
		;
	if (ms < RIG_FOREVER)
		rig->now_ms = until_ms;
}

#endif
