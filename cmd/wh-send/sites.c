/* sites.c - queues of ready jobs, and the ring of hosts to serve. */
#include <stdlib.h>
#include <string.h>

#include "sites.h"

struct site {
	struct named named;		/* first: names_find answers it */
	struct job *first, *last;	/* ready */
	int64_t active;
	struct site *next;		/* in the ring */
	int in_ring;
	char text[];
};

static struct site *
site_of(struct sites *t, const char *text)
{
	struct span name = span_str(text);
	struct site *s = (struct site *)names_find(&t->names, name);

	if (s != NULL || (s = calloc(1, sizeof(*s) + name.n + 1)) == NULL)
		return s;
	memcpy(s->text, name.p, name.n);
	s->named.name = span_of(s->text, name.n);
	if (names_add(&t->names, &s->named) == 0)
		return s;
	free(s);
	return NULL;
}

/* Into the ring, or away with it, as it stands now. */
static void
place(struct sites *t, struct site *s)
{
	if (s->in_ring)
		return;
	if (s->first == NULL && s->active == 0) {
		names_remove(&t->names, &s->named);
		free(s);
		return;
	}
	if (s->first == NULL || s->active >= t->per_host)
		return;
	s->in_ring = 1;
	s->next = NULL;
	if (t->ring == NULL)
		t->ring = s;
	else
		t->ring_last->next = s;
	t->ring_last = s;
}

void
sites_init(struct sites *t, int64_t per_host)
{
	*t = (struct sites){ .per_host = per_host };
}

int
sites_put(struct sites *t, struct job *j)
{
	struct site *s = site_of(t, j->site);

	if (s == NULL)
		return -1;
	j->at = s;
	j->next = NULL;
	if (s->first == NULL)
		s->first = j;
	else
		s->last->next = j;
	s->last = j;
	t->nready++;
	place(t, s);
	return 0;
}

struct job *
sites_take(struct sites *t)
{
	struct site *s = t->ring;
	struct job *j;

	if (s == NULL)
		return NULL;
	t->ring = s->next;
	s->in_ring = 0;
	j = s->first;
	s->first = j->next;
	j->next = NULL;
	t->nready--;
	s->active++;
	place(t, s);
	return j;
}

void
sites_leave(struct sites *t, struct job *j)
{
	struct site *s = j->at;

	j->at = NULL;
	s->active--;
	place(t, s);
}
