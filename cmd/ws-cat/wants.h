/* wants.h - what is looked for in messages: the one that --until is true of,
 * by --match the reply to each request, what --resume remembers, and what
 * --ack takes for an acknowledgement.
 *
 * Errors:  of init: -1 and why, STATUS_USAGE.
 */
#ifndef WS_CAT_WANTS_H
#define WS_CAT_WANTS_H

#include "buf.h"
#include "config.h"
#include "filter.h"
#include "msg.h"

struct wants {
	struct filter *until, *match, *resume, *ack;	/* or NULL */
	struct buf line, id;
	int failed;			/* for want of memory */
};

/* wants_done either way. */
int wants_init(struct wants *, const struct config *, struct why *);
void wants_done(struct wants *);

/* Is --until true of a message?  event: as a line of that form, or NULL for
 * the form of payloads.  1 or 0; -1 and why. */
int wants_until(struct wants *, struct msg, const struct buf *event,
    struct why *);

/* What --match yields of a message in payload form, as JSON: 1 and *id, good
 * until the next call; 0: null or nothing; -1 and why. */
int wants_id(struct wants *, struct msg, struct span *id, struct why *);

/* Puts each thing that an expression yields of a message in payload form. */
int wants_run(struct wants *, struct filter *, const char *option, struct msg,
    put_fn put, void *arg, struct why *);

#endif
