/* envelope.h - a line as an event that holds all of it: what is spooled, and
 * what is put aside as a dead letter.
 *
 * Sent as an event it is the same request as before.  An event stays as it
 * is; it gets an id if it has none, so that it has one only.
 */
#ifndef WH_SEND_ENVELOPE_H
#define WH_SEND_ENVELOPE_H

#include "buf.h"
#include "lines.h"
#include "why.h"

struct envelope {
	struct span id;		/* for a line that has none */
	struct span key;	/* as JSON; p NULL: none but its own */
};

/* Appends the event: 0; 1: it is news, which isn't sent, and nothing was
 * appended; or -1 and why, STATUS_BAD_LINE.  events: the line is one. */
int envelope_line(struct buf *out, const struct lines_record *, int events,
    const struct envelope *, struct why *);
/* The same for --body. */
int envelope_whole(struct buf *out, struct span body,
    const struct envelope *);

#endif
