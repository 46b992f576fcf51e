/* sending.c - attempts, as libcurl makes them. */
#include <stdlib.h>

#include "digest.h"
#include "sending.h"

struct sending {
	struct loop *loop;
	struct http *http;
	struct consent *consent;	/* NULL: no URL is asked */
	struct signer *signer;		/* or NULL */
	struct deliver *engine;
	struct loop_timer *timer;
	const struct sending_user *user;
	void *arg;
};

/* ---- attempts ---- */

static void
on_answer(void *arg, const struct http_result *r)
{
	struct job *j = arg;

	j->transfer = NULL;
	j->ms = r->ms;
	deliver_answer(j->engine, &j->deliver, r);
}

static int64_t
attempt(void *arg, struct deliver_job *job, struct why *why)
{
	struct sending *s = arg;
	struct job *j = job_of(job);
	int64_t wait = s->consent != NULL ?
	    consent_check(s->consent, j, why) : 0;
	struct http_request r = { .url = j->url, .method = j->method,
	    .headers = j->headers, .nheaders = j->nheaders, .body = j->body,
	    .public_only = j->strange };

	if (wait != 0)
		return wait == CONSENT_ASKING ? 0 : wait;
	if (s->signer != NULL && signer_put(s->signer, j, &r, why) != 0)
		return -1;
	j->engine = s->engine;
	j->transfer = http_start(s->http, &r, on_answer, j, why);
	return j->transfer != NULL ? 0 : -1;
}

static void
cancel(void *arg, struct deliver_job *job)
{
	struct job *j = job_of(job);

	(void)arg;
	consent_forget(j);
	if (j->transfer != NULL)
		http_cancel(j->transfer);
	j->transfer = NULL;
}

static void
answered(void *arg, struct job *j, const struct http_result *r)
{
	struct sending *s = arg;

	if (r == NULL) {
		deliver_postpone(s->engine, &j->deliver, 0);
		return;
	}
	j->ms = r->ms;
	deliver_answer(s->engine, &j->deliver, r);
}

/* ---- the clock ---- */

static int64_t
now(void *arg)
{
	return loop_now(((struct sending *)arg)->loop);
}

static void
wake(void *arg, int64_t in_ms)
{
	struct sending *s = arg;

	if (in_ms == DELIVER_NEVER)
		loop_timer_stop(s->timer);
	else
		loop_timer_set(s->timer, in_ms);
}

static void
on_timer(void *arg)
{
	deliver_run(((struct sending *)arg)->engine);
}

/* ---- what becomes of jobs ---- */

static void
done(void *arg, struct deliver_job *j, enum deliver_outcome outcome,
    const struct http_result *r, const struct why *why)
{
	struct sending *s = arg;

	s->user->done(s->arg, job_of(j), outcome, r, why);
}

static void
retry(void *arg, const struct deliver_job *j, int64_t due_ms,
    const struct http_result *r)
{
	struct sending *s = arg;

	if (s->user->retry != NULL)
		s->user->retry(s->arg, (const struct job *)j, due_ms, r);
}

static void
paused(void *arg, const char *site, int64_t ms, int64_t times,
    const struct http_result *r)
{
	struct sending *s = arg;

	if (s->user->paused != NULL)
		s->user->paused(s->arg, site, ms, times, r);
}

static void
room(void *arg)
{
	struct sending *s = arg;

	s->user->room(s->arg);
}

static void
forget(void *arg, struct deliver_job *j)
{
	(void)arg;
	job_free(job_of(j));
}

/* ---- public ---- */

struct sending *
sending_new(struct loop *loop, struct http *http,
    const struct deliver_config *config, const struct sending_user *user,
    void *arg, struct why *why)
{
	static const struct deliver_user own = { now, wake, attempt, cancel,
	    retry, paused, done, room };
	struct deliver_config c = *config;
	struct sending *s = calloc(1, sizeof(*s));

	if (s == NULL) {
		why_set(why, STATUS_SOME, "out of memory");
		return NULL;
	}
	digest_random(&c.seed, sizeof(c.seed));
	s->loop = loop;
	s->http = http;
	s->user = user;
	s->arg = arg;
	s->engine = deliver_new(&c, &own, s);
	s->timer = loop_timer_new(loop, on_timer, s);
	if (s->engine != NULL && s->timer != NULL)
		return s;
	sending_free(s);
	why_set(why, STATUS_SOME, "out of memory");
	return NULL;
}

void
sending_free(struct sending *s)
{
	if (s == NULL)
		return;
	deliver_free(s->engine, forget);
	consent_free(s->consent);
	loop_timer_free(s->timer);
	free(s);
}

int
sending_ask_first(struct sending *s, const struct consent_config *config,
    struct why *why)
{
	static const struct consent_user own = { answered };

	s->consent = consent_new(s->loop, s->http, config, &own, s, why);
	return s->consent != NULL ? 0 : -1;
}

void
sending_sign(struct sending *s, struct signer *signer)
{
	s->signer = signer;
}

struct deliver *
sending_engine(struct sending *s)
{
	return s->engine;
}
