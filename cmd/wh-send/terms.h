/* terms.h - what a line says of its delivery: which others it is in order
 * with, and when it may be attempted.
 *
 * A key is what --order-key yields of the line, else an event's `key`
 * member; null is none.  Times are RFC 3339 or seconds since the epoch, as
 * jq's `now` has them.
 *
 * Errors:  -1 and why: STATUS_USAGE for --order-key, STATUS_BAD_LINE for a
 *          line.
 */
#ifndef WH_SEND_TERMS_H
#define WH_SEND_TERMS_H

#include "buf.h"
#include "config.h"
#include "event.h"
#include "filter.h"
#include "job.h"

struct terms {
	const struct config *config;
	struct filter *key;		/* --order-key's, or NULL */
	struct buf text, scratch;
	int failed;			/* for want of memory */
};

/* Keeps the config. */
int terms_init(struct terms *, const struct config *, struct why *);
void terms_done(struct terms *);

/* Of a job whose site is known; event is NULL where the line is a payload, and
 * the record, too, where there is no line. */
int terms_take(struct terms *, struct job *, const struct lines_record *,
    const struct event *, struct why *);

/* The key alone, as JSON; p NULL: none.  Good until the next call. */
int terms_key(struct terms *, const struct lines_record *,
    const struct event *, struct span *key, struct why *);

#endif
