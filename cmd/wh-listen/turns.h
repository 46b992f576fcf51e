/* turns.h - whole requests that wait for their turn: a place for a command.
 *
 * First come, first served.  Their bodies are kept meanwhile, no more than
 * max_bytes of them; who has waited for wait_ms is answered 503 with
 * Retry-After, and nothing of it was printed.
 *
 * Errors:  NULL and -1 where memory is out.
 * Owns:    the exchange's data (owed.h) while it waits.
 */
#ifndef WH_LISTEN_TURNS_H
#define WH_LISTEN_TURNS_H

#include <stdint.h>

#include "loop.h"
#include "owed.h"

struct turns;

struct turns_user {
	/* Its turn has come. */
	void (*go)(void *arg, struct exchange *, struct span body);
	/* It has waited too long: answer it. */
	void (*late)(void *arg, struct exchange *);
};

/* Keeps the user. */
struct turns *turns_new(struct loop *, size_t max_bytes, int64_t wait_ms,
    const struct turns_user *, void *arg);
void turns_free(struct turns *);		/* NULL is allowed */

/* 0, or -1: there is no room for it, or no memory. */
int turns_wait(struct turns *, struct exchange *, struct span body);

/* The next that is still there: 1, and it went; or 0: nobody waits. */
int turns_next(struct turns *);
size_t turns_waiting(const struct turns *);

#endif
