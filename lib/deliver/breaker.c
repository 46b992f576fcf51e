/* deliver/breaker.c - hosts that fail are paused, and warmed up again. */
#include "deliver/own.h"

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

/* 1 if it was the first one after a pause. */
static int
went_ill(struct sites *t, struct deliver_site *s, int64_t now_ms,
    int64_t asked_ms)
{
	int was_first = s->warming && s->limit == 1;

	if (deliver_sites_is_paused(s))
		return 0;		/* it was in flight before */
	if (was_first || ++s->row >= t->row) {
		pause_site(t, s, now_ms, asked_ms);
	} else if (s->warming) {
		s->limit = 1;
		s->good = 0;
	}
	return was_first;
}

int64_t
deliver_sites_answer(struct sites *t, struct deliver_site *s, struct verdict v,
    int64_t now_ms, int64_t asked_ms)
{
	int was_first = 0;

	if (v.host == HOST_UNKNOWN)
		return 0;
	deliver_sites_know(t, s, v.answered);
	if (v.host == HOST_WELL)
		went_well(t, s);
	else if (t->row > 0)
		was_first = went_ill(t, s, now_ms, asked_ms);
	deliver_sites_place(t, s);
	return was_first && v.host == HOST_AWAY ? s->nready : 0;
}

void
deliver_sites_run(struct sites *t, int64_t now_ms)
{
	struct heap_node *n;
	struct deliver_site *s;

	while ((n = t->pauses.first) != NULL && n->at_ms <= now_ms) {
		s = LIST_OF(n, struct deliver_site, pause);
		warm_up(t, s);
		deliver_sites_place(t, s);
	}
}
