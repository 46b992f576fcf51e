/* answers.c - who is owed an answer. */
#include <stdlib.h>

#include "answers.h"

#define SPARE 256

struct answer {
	struct owed owed;
	struct answer *next;
	uint64_t position;
	void *how;
};

void
answers_init(struct answers *a)
{
	a->head = NULL;
	a->tail = &a->head;
	a->spare = NULL;
	a->nspare = 0;
}

static void
free_all(struct answer *one)
{
	while (one != NULL) {
		struct answer *next = one->next;

		free(one);
		one = next;
	}
}

void
answers_done(struct answers *a)
{
	free_all(a->head);
	free_all(a->spare);
}

static struct answer *
make(struct answers *a)
{
	struct answer *one = a->spare;

	if (one == NULL)
		return malloc(sizeof(*one));
	a->spare = one->next;
	a->nspare--;
	return one;
}

static void
drop(struct answers *a, struct answer *one)
{
	if (a->nspare == SPARE) {
		free(one);
		return;
	}
	one->next = a->spare;
	a->spare = one;
	a->nspare++;
}

int
answers_put(struct answers *a, struct exchange *x, uint64_t position,
    void *how)
{
	struct answer *one = make(a);

	if (one == NULL)
		return -1;
	*one = (struct answer){ .position = position, .how = how };
	owed_set(&one->owed, x);
	*a->tail = one;
	a->tail = &one->next;
	return 0;
}

int
answers_due(struct answers *a, uint64_t taken, struct exchange **x,
    void **how)
{
	struct answer *one = a->head;

	if (one == NULL || one->position > taken)
		return 0;
	a->head = one->next;
	if (a->head == NULL)
		a->tail = &a->head;
	*x = owed_take(&one->owed);
	*how = one->how;
	drop(a, one);
	return 1;
}

int
answers_waiting(const struct answers *a)
{
	return a->head != NULL;
}
