/* dedupe.h - which events came before, by their ids.
 *
 * An id is claimed when its event comes.  Then the claim is kept, because the
 * event was taken: for ttl_ms the id is a repeat; or dropped, because it was
 * not: the sender's next try is as new as the first.  Who asks meanwhile is
 * told to wait for that.
 *
 * Memory is limited: beyond it the ids that were kept first are forgotten
 * before their time, and counted.  Claims are never forgotten; there are as
 * many as events in flight.  Pure: the time is passed in.
 *
 * Units:   milliseconds of a clock that never goes back; bytes of memory.
 * Errors:  -1 when memory is out; then nothing was claimed.
 * Owns:    what it remembers, digests of ids; a claim until kept or dropped.
 */
#ifndef HOOKLINE_DEDUPE_H
#define HOOKLINE_DEDUPE_H

#include <stdint.h>

#include "span.h"

#define DEDUPE_ENTRY_BYTES 160	/* what an id costs, the tree's node too */

struct dedupe;

/* An id in flight, or kept. */
struct dedupe_claim;

enum dedupe_state {
	DEDUPE_NEW,		/* claimed: keep or drop it */
	DEDUPE_PENDING,		/* another claims it: wait */
	DEDUPE_REPEAT		/* kept, and not long ago */
};

/* NULL: out of memory.  There is room for one id at least. */
struct dedupe *dedupe_new(int64_t ttl_ms, size_t max_bytes);
void dedupe_free(struct dedupe *);	/* NULL is allowed; claims, too */

/* Has the id been met?  Ids of different scopes (who signed them) are
 * different.  The answer is an enum dedupe_state, or -1; *claim is the new
 * claim or the pending one. */
int dedupe_ask(struct dedupe *, struct span scope, struct span id,
    int64_t now_ms, struct dedupe_claim **claim);

void dedupe_keep(struct dedupe *, struct dedupe_claim *, int64_t now_ms);
void dedupe_drop(struct dedupe *, struct dedupe_claim *);

/* The user's own, NULL at first: who waits for the claim's fate. */
void **dedupe_waiting(struct dedupe_claim *);

size_t dedupe_count(const struct dedupe *);	/* ids kept */
uint64_t dedupe_forgotten(const struct dedupe *);	/* before their time */

#endif
