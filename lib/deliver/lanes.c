/* deliver/lanes.c - jobs of one key, one behind the other. */
#include <stdlib.h>
#include <string.h>

#include "deliver/own.h"

static struct deliver_lane *
lane_of(struct lanes *t, struct span key)
{
	struct deliver_lane *l =
	    (struct deliver_lane *)names_find(&t->names, key);

	if (l != NULL || (l = malloc(sizeof(*l) + key.n)) == NULL)
		return l;
	memcpy(l->text, key.p, key.n);
	l->named.name = span_of(l->text, key.n);
	l->n = 0;
	list_init(&l->jobs);
	if (names_add(&t->names, &l->named) == 0)
		return l;
	free(l);
	return NULL;
}

int
deliver_lanes_enter(struct lanes *t, struct deliver_job *j)
{
	struct deliver_lane *l = lane_of(t, j->key);
	int behind;

	if (l == NULL)
		return -1;
	behind = list_first(&l->jobs) != NULL;
	list_add(&l->jobs, &j->lane);
	l->n++;
	j->in = l;
	return behind;
}

struct deliver_job *
deliver_lanes_leave(struct lanes *t, struct deliver_job *j)
{
	struct deliver_lane *l = j->in;
	struct link *next;
	int was_first;

	if (l == NULL)
		return NULL;
	was_first = list_first(&l->jobs) == &j->lane;
	list_remove(&j->lane);
	l->n--;
	j->in = NULL;
	next = list_first(&l->jobs);
	if (next == NULL) {
		names_remove(&t->names, &l->named);
		free(l);
	}
	return next != NULL && was_first ?
	    LIST_OF(next, struct deliver_job, lane) : NULL;
}
