/* owed.h - somebody is owed an answer: what an exchange's data is while it
 * waits, whatever for, so that the peer may leave at any time.
 */
#ifndef WH_LISTEN_OWED_H
#define WH_LISTEN_OWED_H

#include "front.h"

struct owed {
	struct exchange *exchange;	/* NULL: it left, or was answered */
};

static inline void
owed_set(struct owed *o, struct exchange *x)
{
	o->exchange = x;
	if (x != NULL)
		exchange_set(x, o);
}

/* The exchange, which is the caller's to answer or to set anew; or NULL. */
static inline struct exchange *
owed_take(struct owed *o)
{
	struct exchange *x = o->exchange;

	o->exchange = NULL;
	if (x != NULL)
		exchange_set(x, NULL);
	return x;
}

/* An exchange that is no more, waiting or not. */
static inline void
owed_forget(struct exchange *x)
{
	struct owed *o = exchange_get(x);

	if (o != NULL)
		o->exchange = NULL;
}

#endif
