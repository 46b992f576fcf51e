/* backlog.h - what waits for one client, and may still be dropped.
 *
 * What has been given to a connection can't be taken back from it: where the
 * oldest are to be dropped (--slow drop-old), a client's messages wait here,
 * a frame each, until the connection has taken those before them.
 *
 * Units:   bytes; each frame counts for BACKLOG_COST more, which it takes.
 * Owns:    a reference to each frame's block.
 */
#ifndef WS_SERVE_BACKLOG_H
#define WS_SERVE_BACKLOG_H

#include "block.h"
#include "list.h"

#define BACKLOG_COST 64

struct backlog {
	struct link pieces;
	size_t bytes, count;
};

struct backlog_piece {
	struct link link;
	struct block *block;
	size_t off, n;
};

void backlog_init(struct backlog *);
void backlog_done(struct backlog *);

/* At the end.  -1: out of memory. */
int backlog_put(struct backlog *, struct block *, size_t off, size_t n);

/* The oldest, or NULL; and away with it. */
struct backlog_piece *backlog_first(const struct backlog *);
void backlog_drop(struct backlog *);

#endif
