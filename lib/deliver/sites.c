/* deliver/sites.c - hosts: whose turn it is, and which are paused.
 *
 * Each host has a queue of its own, and those that have a job ready and a
 * place free stand in a ring that is served in turn: a slow host holds up
 * nobody else.  There are three rings, for it takes an answer to tell a slow
 * host from a dead one.
 */
#include <stdlib.h>
#include <string.h>

#include "deliver/own.h"

#define MAX_IDLE 1000		/* hosts without jobs that are remembered */

/* ---- hosts ---- */

static void
site_free(struct sites *t, struct deliver_site *s)
{
	if (deliver_sites_is_paused(s))
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

/* Which ring it belongs to. */
static enum sites_ring
ring_of(const struct deliver_site *s)
{
	if (s->active >= s->limit || deliver_sites_is_paused(s) ||
	    s->nready == 0)
		return RING_NONE;
	return s->known ? RING_KNOWN : s->active == 0 ? RING_FIRST :
	    RING_MORE;
}

/* It keeps its turn, as long as it stays in the same. */
void
deliver_sites_place(struct sites *t, struct deliver_site *s)
{
	enum sites_ring ring = ring_of(s);

	if (s->in == ring)
		return;
	list_remove(&s->ring);
	s->in = ring;
	if (ring != RING_NONE)
		list_add(&t->rings[ring], &s->ring);
}

void
deliver_sites_know(struct sites *t, struct deliver_site *s, int known)
{
	if (s->known == known)
		return;
	s->known = known;
	t->doubtful += known ? -s->active : s->active;
}

/* Its last job has gone. */
static void
rest(struct sites *t, struct deliver_site *s)
{
	struct link *oldest;

	if (s->row == 0 && !s->warming && !deliver_sites_is_paused(s)) {
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

/* ---- public ---- */

void
deliver_sites_init(struct sites *t, const struct deliver_config *c)
{
	int i;

	*t = (struct sites){ .jobs = c->jobs,
	    .per_host = c->jobs_per_host, .row = c->row,
	    .breaker_ms = c->breaker_ms };
	for (i = RING_NONE; i < RINGS; i++)
		list_init(&t->rings[i]);
	list_init(&t->idle);
}

void
deliver_sites_done(struct sites *t)
{
	struct named *s;

	while ((s = names_any(&t->names)) != NULL)
		site_free(t, (struct deliver_site *)s);
}

int
deliver_sites_join(struct sites *t, struct deliver_job *j)
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
	t->nbusy += s->jobs++ == 0;
	j->at = s;
	return 0;
}

void
deliver_sites_hold(struct deliver_site *s)
{
	s->jobs++;
}

void
deliver_sites_release(struct sites *t, struct deliver_site *s)
{
	if (--s->jobs > 0)
		return;
	t->nbusy--;
	rest(t, s);
}

void
deliver_sites_put(struct sites *t, struct deliver_job *j)
{
	list_add(&j->at->ready, &j->row);
	j->at->nready++;
	deliver_sites_place(t, j->at);
}

void
deliver_sites_drop(struct sites *t, struct deliver_job *j)
{
	list_remove(&j->row);
	j->at->nready--;
	deliver_sites_place(t, j->at);
}

/* Hosts that have not answered may never do so, and hold what they have been
 * given until it times out.  So together they leave a quarter of the places
 * to those that do answer, and take a second one each only while half of all
 * places are free; but for one that is alone. */
static struct link *
first_of(const struct sites *t, enum sites_ring ring)
{
	if (t->nbusy > 1 && ring == RING_FIRST &&
	    t->doubtful >= t->jobs - t->jobs / 4)
		return NULL;
	if (t->nbusy > 1 && ring == RING_MORE &&
	    t->flying >= t->jobs - t->jobs / 2)
		return NULL;
	return list_first(&t->rings[ring]);
}

/* Whose turn it is: known hosts and new ones take turns. */
static struct link *
next_site(const struct sites *t)
{
	enum sites_ring a = t->turn ? RING_FIRST : RING_KNOWN;
	enum sites_ring b = t->turn ? RING_KNOWN : RING_FIRST;
	struct link *l = first_of(t, a);

	if (l == NULL)
		l = first_of(t, b);
	return l != NULL ? l : first_of(t, RING_MORE);
}

int
deliver_sites_have(const struct sites *t)
{
	return t->flying < t->jobs && next_site(t) != NULL;
}

struct deliver_job *
deliver_sites_take(struct sites *t)
{
	struct link *next = t->flying < t->jobs ? next_site(t) : NULL;
	struct deliver_site *s;
	struct deliver_job *j;

	if (next == NULL)
		return NULL;
	s = LIST_OF(next, struct deliver_site, ring);
	j = LIST_OF(list_first(&s->ready), struct deliver_job, row);
	list_remove(&j->row);
	s->nready--;
	s->active++;
	t->flying++;
	t->doubtful += !s->known;
	t->turn = s->known;
	/* Behind the others. */
	list_remove(&s->ring);
	s->in = RING_NONE;
	deliver_sites_place(t, s);
	return j;
}

void
deliver_sites_leave(struct sites *t, struct deliver_site *s)
{
	s->active--;
	t->flying--;
	t->doubtful -= !s->known;
	deliver_sites_place(t, s);
}
