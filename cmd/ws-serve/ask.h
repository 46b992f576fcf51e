/* ask.h - --ask: whoever reads stdout decides on stdin who comes in.
 *
 * A client that wants in is told of by an `ask` event, under the name that it
 * will have, and waits.  {"do":"accept"} or {"do":"reject"} of that client
 * ends this, or else the time does (504).  One that leaves meanwhile is told
 * of no more.
 *
 * Errors:  -1 (NULL) and why.
 */
#ifndef WS_SERVE_ASK_H
#define WS_SERVE_ASK_H

#include "front.h"
#include "guest.h"
#include "metrics.h"

struct asks;
struct server;

/* NULL and why, too, where nobody could answer: STATUS_USAGE. */
struct asks *asks_new(struct server *, int64_t timeout_ms, struct why *);
void asks_free(struct asks *);			/* NULL is allowed */

/* A client, all but let in.  Takes the guest, NULL is allowed. */
void ask_put(struct asks *, struct exchange *, struct guest *takes);
/* It has gone.  asks may be NULL in these. */
void ask_forget(struct asks *, const struct exchange *);
/* Nobody will answer any more. */
void asks_end(struct asks *);
void asks_metrics(const struct asks *, struct metrics *);

struct ask_accept {
	struct span user, room;		/* p NULL: as it came */
};
struct ask_reject {
	int status;
	struct span reason;
};

/* -1: no such client waits (any more). */
int ask_accept(struct asks *, struct span client, const struct ask_accept *);
int ask_reject(struct asks *, struct span client, const struct ask_reject *);

#endif
