/* answers.c - who is owed an answer. */
#include <stdlib.h>

#include "answers.h"

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
}

void
answers_done(struct answers *a)
{
	while (a->head != NULL) {
		struct answer *one = a->head;

		a->head = one->next;
		free(one);
	}
}

int
answers_put(struct answers *a, struct exchange *x, uint64_t position,
    void *how)
{
	struct answer *one = malloc(sizeof(*one));

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
	free(one);
	return 1;
}

int
answers_waiting(const struct answers *a)
{
	return a->head != NULL;
}
