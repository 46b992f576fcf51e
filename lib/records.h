/* records.h - bytes cut into records, each ended by a terminator.
 *
 * Bytes are added as they come; what is whole is passed on while `running`
 * is set, which FULL from the user clears and the owner may, too, even from
 * within a record.  A record over max_record is reported to `bad` by number
 * and skipped.
 *
 * Errors:  records_add: -1, out of memory.
 * Owns:    a struct is its owner's, until records_done.
 */
#ifndef HOOKLINE_RECORDS_H
#define HOOKLINE_RECORDS_H

#include <stdint.h>

#include "buf.h"
#include "flow.h"
#include "why.h"

#define RECORDS_MAX ((size_t)128 << 20)	/* a good max_record */

struct records_user {
	/* A record without its terminator, numbered from 1: 0 or FULL. */
	int (*record)(void *arg, struct span, uint64_t number);
	void (*bad)(void *arg, uint64_t number, const struct why *);
};

struct records {
	int running;

	/* ---- the module's own ---- */
	char terminator;
	size_t max_record;
	const struct records_user *user;
	void *arg;
	struct buf buf;		/* begins with a record's first byte */
	size_t scanned;		/* so much of it holds no terminator */
	uint64_t number;	/* of records so far */
	int skipping;		/* the rest of a record that was too long */
};

/* Keeps user and arg; not running. */
void records_init(struct records *, char terminator, size_t max_record,
    const struct records_user *, void *arg);
void records_done(struct records *);

/* Room for n bytes at least (NULL: out of memory), then records_took; or a
 * copy. */
char *records_room(struct records *, size_t n);
void records_took(struct records *, size_t n);
int records_add(struct records *, struct span);

/* Passes on what is whole, while it runs.  At the end, a last record without
 * its terminator is one, too. */
void records_deliver(struct records *);
void records_end(struct records *);

/* Is there nothing left to pass on: once records_end was called? */
static inline int
records_empty(const struct records *r)
{
	return r->buf.n == 0;
}

/* Half a record is none: forgets it, and gives back the memory. */
void records_forget(struct records *);

#endif
