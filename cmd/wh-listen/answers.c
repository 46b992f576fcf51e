/* answers.c - who is owed an answer. */
#include <stdlib.h>

#include "answers.h"

struct answer {
	struct answer *next;
	struct exchange *exchange;	/* NULL: it left */
	uint64_t position;
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
answers_put(struct answers *a, struct exchange *x, uint64_t position)
{
	struct answer *one = malloc(sizeof(*one));

	if (one == NULL)
		return -1;
	*one = (struct answer){ NULL, x, position };
	*a->tail = one;
	a->tail = &one->next;
	exchange_set(x, one);
	return 0;
}

struct exchange *
answers_due(struct answers *a, uint64_t taken)
{
	struct exchange *x = NULL;

	while (x == NULL && a->head != NULL && a->head->position <= taken) {
		struct answer *one = a->head;

		x = one->exchange;
		a->head = one->next;
		if (a->head == NULL)
			a->tail = &a->head;
		free(one);
	}
	if (x != NULL)
		exchange_set(x, NULL);
	return x;
}

void
answers_forget(struct exchange *x)
{
	struct answer *one = exchange_get(x);

	if (one != NULL)
		one->exchange = NULL;
}

int
answers_waiting(const struct answers *a)
{
	return a->head != NULL;
}
