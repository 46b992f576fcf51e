/* replies.h - --reply-lines: replies are read from stdin and matched by the
 * event's id, so that a coprocess can answer.
 *
 *	{"id":"...","status":200,"headers":{...},"json":...}
 *
 * A line that is no reply is a bad line; if it has the id of one that waits,
 * that is answered 502.  One that nobody waits for (any more) is noted.  Who
 * has waited for too long is answered 504.  When stdin ends, nobody can be
 * answered any more: those that wait get 502, and `end` is called.
 *
 * Errors:  NULL and why: STATUS_USAGE where there is no stdin.
 * Owns:    its waiters, and the exchange's data (owed.h) of those that wait.
 */
#ifndef WH_LISTEN_REPLIES_H
#define WH_LISTEN_REPLIES_H

#include <stdint.h>

#include "lines.h"
#include "loop.h"
#include "owed.h"

struct replies;
struct waiter;

/* Keeps the tool. */
struct replies *replies_new(struct tool *, int64_t timeout_ms,
    void (*end)(void *arg), void *arg, struct why *);
void replies_free(struct replies *);		/* NULL is allowed */

/* The id is about to be printed: its reply may come from now on.  NULL: out of
 * memory. */
struct waiter *replies_expect(struct replies *, const char *id);

/* Its line was taken: x waits, or left already (NULL).  Takes the waiter. */
void replies_wait(struct replies *, struct waiter *takes,
    struct exchange *x);

/* Its line was never taken. */
void replies_forget(struct replies *, struct waiter *takes);

#endif
