/* shared.h - `--shared -- COMMAND`: one process for all clients.
 *
 * Its stdin has the lines that our stdout would have, and lines on its stdout
 * are what they would be on our stdin.  While it does not read, no client is
 * read; while the hub is full, it is not.
 *
 * When it ends, we do (server_stop; STATUS_SOME if it failed).  With --stay it
 * is started again, after a wait that doubles: the clients are not read until
 * then, and it is told of each that is there by its open event first.  What
 * the one before had not read is lost.
 *
 * At our end its stdin ends once the last client has left; --command-grace
 * later its group is told to (SIGTERM).
 */
#ifndef WS_SERVE_SHARED_H
#define WS_SERVE_SHARED_H

#include "hub.h"
#include "metrics.h"
#include "why.h"

struct server;
struct shared;

/* Sets the server's lines_out, too.  NULL and why: STATUS_USAGE for a command
 * that is not there. */
struct shared *shared_new(struct server *, struct why *);
void shared_free(struct shared *);		/* NULL is allowed */

/* Is it not to be put to? */
int shared_full(const struct shared *);
/* Does it not run now?  It need not hear of who comes and goes. */
int shared_down(const struct shared *);
/* The hub takes more of what it says. */
void shared_go_on(struct shared *);

/* With --stay: the open event of who is here; away with it. */
void shared_keep(struct shared *, const struct client *, struct span line);
void shared_forget(struct shared *, const struct client *);

/* There are so many ms for its end.  Is it over?  Asked when nobody is left
 * to tell it of. */
void shared_stop(struct shared *, int64_t within_ms);
int shared_over(struct shared *);
void shared_kill(struct shared *);
void shared_metrics(const struct shared *, struct metrics *);

#endif
