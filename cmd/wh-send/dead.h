/* dead.h - dead letters: what was given up, as event lines that can be sent
 * again.
 *
 * The event gets a last member `failed`: time, outcome, status (if there was
 * an answer), attempts, error.  One that an earlier failure had left goes, and
 * so do not_before and deadline, which have seen their day.
 */
#ifndef WH_SEND_DEAD_H
#define WH_SEND_DEAD_H

#include "buf.h"
#include "job.h"

/* Appends the line.  request: what the event leaves to the user, its URL and
 * method, is told, too.  -1: out of memory. */
int dead_print(struct buf *out, struct span event, int request,
    const struct job *, int outcome, const struct http_result *,
    const struct why *);

#endif
