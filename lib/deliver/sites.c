/* deliver/sites.c - hosts: whose turn it is, and which are paused.
 *
 * Each host has a queue of its own, and those that have a job ready and a
 * place free stand in a ring that is served in turn: a slow host holds up
 * nobody else.
 */
#include <stdlib.h>
#include <string.h>

#include "deliver/own.h"

#define MAX_IDLE 1000		/* hosts without jobs that are remembered */

/* ---- hosts ---- */

static void
site_free(struct sites *t, struct deliver_site *s)
{
	if (sites_is_paused(s))
		t->npaused--;
	heap_remove(&t->pauses, &s->pause);
	list_remove(&s->ring);
	names_remove(&t->names, &s->named);
	free(s);
}

static struct deliver_site *
site_new(struct sites *t, struct span name)
{
	struct deliver_site *s = calloc(1, sizeof(*s) + name.n + 1);

	if (s == NULL)
		return NULL;
	memcpy(s->text, name.p, name.n);
	s->named.name = span_of(s->text, name.n);
	s->limit = t->per_host;
	list_init(&s->ready);
	if (names_add(&t->names, &s->named) == 0)
		return s;
	free(s);
	return NULL;
}

/* Into the ring, or out of it, as it stands now. */
static void
place(struct sites *t, struct deliver_site *s)
{
	int wanted = s->active < s->limit && !sites_is_paused(s) &&
	    list_first(&s->ready) != NULL;

	if (wanted && !list_is_in(&s->ring))
		list_add(&t->ring, &s->ring);
	else if (!wanted)
		list_remove(&s->ring);
}

/* Its last job has gone. */
static void
rest(struct sites *t, struct deliver_site *s)
{
	struct link *oldest;

	if (s->row == 0 && !s->warming && !sites_is_paused(s)) {
		site_free(t, s);
		return;
	}
	list_add(&t->idle, &s->ring);
	if (++t->nidle <= MAX_IDLE)
		return;
	oldest = list_first(&t->idle);
	t->nidle--;
	site_free(t, LIST_OF(oldest, struct deliver_site, ring));
}

/* ---- the breaker ---- */

static void
pause_site(struct sites *t, struct deliver_site *s, int64_t now_ms,
    int64_t asked_ms)
{
	int64_t wait = t->breaker_ms;

	if (asked_ms > RETRY_ASKED_MS)
		asked_ms = RETRY_ASKED_MS;
	if (wait < asked_ms)
		wait = asked_ms;
	heap_add(&t->pauses, &s->pause, now_ms + wait);
	t->npaused++;
	s->pauses++;
	s->warming = 0;
	s->limit = t->per_host;
	s->row = 0;
}

static void
warm_up(struct sites *t, struct deliver_site *s)
{
	heap_remove(&t->pauses, &s->pause);
	t->npaused--;
	s->warming = 1;
	s->limit = 1;
	s->good = 0;
}

/* Twice as many at once, when as many as now have been answered. */
static void
went_well(struct sites *t, struct deliver_site *s)
{
	s->row = 0;
	s->pauses = 0;
	if (!s->warming || ++s->good < s->limit)
		return;
	s->good = 0;
	s->limit *= 2;
	if (s->limit >= t->per_host) {
		s->limit = t->per_host;
		s->warming = 0;
	}
}

/* ---- public ---- */

void
sites_init(struct sites *t, const struct deliver_config *c)
{
	*t = (struct sites){ .per_host = c->jobs_per_host, .row = c->row,
	    .breaker_ms = c->breaker_ms };
	list_init(&t->ring);
	list_init(&t->idle);
}

void
sites_done(struct sites *t)
{
	struct named *s;

	while ((s = names_any(&t->names)) != NULL)
		site_free(t, (struct deliver_site *)s);
}

int
sites_join(struct sites *t, struct deliver_job *j)
{
	struct span name = span_str(j->site);
	struct deliver_site *s =
	    (struct deliver_site *)names_find(&t->names, name);

	if (s == NULL && (s = site_new(t, name)) == NULL)
		return -1;
	if (s->jobs == 0 && list_is_in(&s->ring)) {
		list_remove(&s->ring);
		t->nidle--;
	}
	s->jobs++;
	j->at = s;
	return 0;
}

void
sites_hold(struct deliver_site *s)
{
	s->jobs++;
}

void
sites_release(struct sites *t, struct deliver_site *s)
{
	if (--s->jobs == 0)
		rest(t, s);
}

void
sites_put(struct sites *t, struct deliver_job *j)
{
	list_add(&j->at->ready, &j->row);
	j->at->nready++;
	place(t, j->at);
}

void
sites_drop(struct sites *t, struct deliver_job *j)
{
	list_remove(&j->row);
	j->at->nready--;
	place(t, j->at);
}

struct deliver_job *
sites_take(struct sites *t)
{
	struct link *first = list_first(&t->ring);
	struct deliver_site *s;
	struct deliver_job *j;

	if (first == NULL)
		return NULL;
	s = LIST_OF(first, struct deliver_site, ring);
	j = LIST_OF(list_first(&s->ready), struct deliver_job, row);
	list_remove(&j->row);
	s->nready--;
	s->active++;
	/* Behind the others. */
	list_remove(&s->ring);
	place(t, s);
	return j;
}

void
sites_leave(struct sites *t, struct deliver_site *s)
{
	s->active--;
	place(t, s);
}

int64_t
sites_answer(struct sites *t, struct deliver_site *s, enum host host,
    int64_t now_ms, int64_t asked_ms)
{
	int was_first = s->warming && s->limit == 1;

	if (t->row == 0 || host == HOST_UNKNOWN)
		return 0;
	if (host == HOST_WELL) {
		went_well(t, s);
		place(t, s);
		return 0;
	}
	if (sites_is_paused(s))
		return 0;		/* one that was in flight before */
	if (was_first || ++s->row >= t->row) {
		pause_site(t, s, now_ms, asked_ms);
	} else if (s->warming) {
		s->limit = 1;
		s->good = 0;
	}
	place(t, s);
	return was_first && host == HOST_AWAY ? s->nready : 0;
}

void
sites_run(struct sites *t, int64_t now_ms)
{
	struct heap_node *n;
	struct deliver_site *s;

	while ((n = t->pauses.first) != NULL && n->at_ms <= now_ms) {
		s = LIST_OF(n, struct deliver_site, pause);
		warm_up(t, s);
		if (s->jobs > 0)
			place(t, s);
	}
}
