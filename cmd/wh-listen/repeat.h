/* repeat.h - --dedupe: requests whose signed id came before.
 *
 * The first of an id claims it.  What it is answered decides: after a 2xx the
 * id is known, and its repeats are answered 200 without a line; otherwise it
 * is forgotten, and the sender's next try is as new.  One that comes
 * meanwhile waits for that, and is then answered 200, or 503.  Where the first
 * has left before its answer, it is decided by how its command ends, or, where
 * there is none, by its line: taken or not.
 *
 * Errors:  STATUS_SOME when memory is out.
 * Owns:    claims, and who waits for one; borrows the exchanges, which it is
 *          told the end of (repeats_replied, repeats_left).
 */
#ifndef WH_LISTEN_REPEAT_H
#define WH_LISTEN_REPEAT_H

#include "dedupe.h"
#include "front.h"
#include "metrics.h"
#include "names.h"

struct repeat;

struct repeats {
	struct dedupe *ids;		/* NULL: no --dedupe */
	struct names open;		/* exchanges that claim or wait */
	struct repeat *left;		/* claims of those who have left */
	uint64_t dropped;		/* requests without a line */
	int told_full;
};

int repeats_init(struct repeats *, int64_t ttl_ms, size_t max_bytes,
    struct why *);
void repeats_done(struct repeats *);

/* Is the request one that came before?  1: it has been, or will be,
 * answered; 0: it is new, or has no id (p NULL). */
int repeats_ask(struct repeats *, struct exchange *, struct span scope,
    struct span id, int64_t now_ms);

/* The exchange's line, if it made one: what record_taken must reach; and the
 * event's id, if it has a command. */
void repeats_note(struct repeats *, struct exchange *, uint64_t position,
    const char *command);

/* It is answered; it has left. */
void repeats_replied(struct repeats *, struct exchange *, int status,
    int64_t now_ms);
void repeats_left(struct repeats *, struct exchange *);

/* The lines up to a position were taken, or were not and never will be. */
void repeats_taken(struct repeats *, uint64_t position, int taken,
    int64_t now_ms);

/* A command is over, and its exchange has left: what the answer would have
 * been. */
void repeats_over(struct repeats *, const char *command, int status,
    int64_t now_ms);

void repeats_metrics(const struct repeats *, struct metrics *);

#endif
