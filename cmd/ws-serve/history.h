/* history.h - what was sent, kept for who comes later: a part of the hub.
 *
 * Each room has a shelf for the last N messages to it, and so have messages to
 * all; what a client missed is both together, by their ids, which ascend.  All
 * shelves together are limited in bytes: beyond, the oldest go, whosever they
 * are.  Of what is gone the last id is known, so that a gap is never taken for
 * none.
 *
 * An entry's frames are made once and shared by all that are sent them.
 */
#ifndef WS_SERVE_HISTORY_H
#define WS_SERVE_HISTORY_H

#include <stdint.h>

#include "block.h"
#include "id.h"
#include "list.h"
#include "msg.h"

struct rewrite;
struct room;

/* A message on its way: as it is, and as an event line. */
struct letter {
	struct msg msg;
	struct span event;	/* p NULL: nobody has asked for one */
};

struct history_entry {
	struct link of_all, of_shelf;
	struct room *room;		/* NULL: for all */
	struct block *event, *payload;	/* a frame each; the latter is made
					   when it is wanted */
	struct span line;		/* the event, in its frame */
	char id[ID_SIZE];
	unsigned char elsewhere;	/* the event names another room */
};

struct history_shelf {
	struct link entries;
	size_t count;
	uint64_t gone_bytes[2];		/* of frames that went: payloads,
					   events */
	char gone[ID_SIZE];		/* the last that went, or "" */
};

struct history {
	struct link entries;
	struct history_shelf for_all;
	size_t count, bytes;
	char gone[ID_SIZE];
};

/* The file, unless path is NULL. */
struct archive {
	const char *path;
	int fd;
	size_t size, next_try;		/* of writing it anew: its size */
	int failing, failed;		/* now; ever */
	struct rewrite *rewrite;	/* or NULL */
	char lost[ID_SIZE];		/* the last that is not in it */
};

/* What a client asks for on coming. */
struct history_wish {
	int asked;
	struct span since;		/* an id, or p NULL */
	int64_t last;			/* or -1 */
};

#endif
