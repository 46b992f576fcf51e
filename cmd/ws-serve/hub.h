/* hub.h - the clients, their rooms, and what is sent to whom.
 *
 * A message for many is framed once and shared by all their queues.  What is
 * sent in one turn of the loop leaves in one write per client at its end.
 *
 * Each client's queue has a limit.  One that is still over it after the
 * turn's end is slow: it is closed (1013), or all that sends waits for it, or
 * old or new messages for it are dropped, and counted.
 *
 * Flow:    while hub_full, its user sends no more; `room` says when to go on.
 *          With hub_hold the clients are not read.
 */
#ifndef WS_SERVE_HUB_H
#define WS_SERVE_HUB_H

#include "backlog.h"
#include "heap.h"
#include "history.h"
#include "metrics.h"
#include "names.h"
#include "outbox.h"
#include "rate.h"
#include "ws.h"

struct hub;
struct room;
struct guest;

/* That a client is in a room. */
struct member {
	struct client *client;
	struct room *room;
	struct member *next, **link;	/* of the room */
	struct member *further;		/* of the client */
};

#define CLIENT_ID 24		/* bytes, with the NUL */

struct client {
	struct named named;		/* its id; the first, for names.h */
	char id[CLIENT_ID];			/* c1, c2, ... */
	char *name;			/* what it calls itself, or NULL */
	struct room *room;		/* its own: the path it came by */
	uint64_t sent, received, dropped;	/* messages */
	void *data;			/* the user's own */
	struct guest *guest;		/* who it is, or NULL */

	/* ---- the hub's own ---- */
	struct hub *hub;
	struct ws *ws;
	struct client *next, **link;			/* of all */
	struct member own, *memberships;	/* in its own room; in all */
	struct client *next_suspect;
	uint64_t mark;			/* the message that it has, or is not
					   to have */
	struct heap_node pulse;			/* when pulse.c looks at it */
	int64_t alive_ms, pinged_ms;	/* last sign of life; 0: no ping */
	size_t queued;			/* as pulse.c looked last */
	size_t allowed;			/* of the history, queued, till drained;
					   and then: */
	struct link catching_up;	/* in the hub's list of such clients */
	size_t behind;			/* bytes queued behind it */
	uint64_t passed;		/* history_gone_bytes up to where it
					   begins */
	int close_code;			/* what we closed with; 0: we did not */
	const char *close_reason;
	struct backlog *backlog;	/* of --slow drop-old, while there is */
	struct rate_bucket bucket;
	unsigned suspect : 1;		/* over the limit, within this turn */
	unsigned over : 1;		/* and after it: all else waits, or */
	unsigned dropping : 1;		/* messages for it may be dropped */
	unsigned reads_events : 1;	/* not payloads; only then: */
	unsigned wants_who : 1;		/* told who is in its room */
	unsigned wants_own : 1;		/* and what it sends itself */
	unsigned echoing : 1;		/* has its echoes to read first */
	unsigned held : 1;		/* its user takes no more of it */
	unsigned barred : 1;		/* nothing of it is heard any more */
};

/* Is there while somebody is in it, or has it for his own, or while there is
 * something on its shelf. */
struct room {
	struct named named;		/* its name; the first, for names.h */
	struct hub *hub;
	struct member *members;
	size_t count, watchers;		/* of them; that are told of it */
	struct link changed;		/* they are to be told */
	size_t owners;			/* clients whose own it is */
	struct outbox outbox, events;
	struct history_shelf shelf;
	char name[];
};

struct hub_user {
	/* If hub_wants_events, the event line is to be given as well; it is
	 * borrowed until the next one is. */
	void (*message)(void *arg, const struct client *, struct letter *);
	/* The last of it.  Code and reason are ours where we closed and the
	 * client did not answer. */
	void (*closed)(void *arg, const struct client *,
	    const struct ws_closed *);
	void (*room)(void *arg);
	/* It has taken all that was sent. */
	void (*drained)(void *arg, const struct client *);
};

enum hub_slow { SLOW_CLOSE, SLOW_BLOCK, SLOW_DROP_OLD, SLOW_DROP_NEW };

struct hub_config {
	struct ws_config ws;
	size_t queue;			/* a client's limit in bytes */
	enum hub_slow slow;		/* what to do with one over it */
	int relay, echo;
	const struct rate *rate;	/* of a client's messages, or NULL:
					   beyond, it is closed (1008) */
	size_t history;			/* messages of a room; 0: none */
	size_t history_size;		/* bytes, of all rooms */
	int64_t ping_ms, ping_timeout_ms;	/* ping_ms 0: no pings */
};

/* Keeps config, user and arg.  NULL if memory is out. */
struct hub *hub_new(struct loop *, const struct hub_config *,
    const struct hub_user *, void *arg);
void hub_free(struct hub *);			/* NULL is allowed */

struct hub_visit {
	struct span room;
	struct span first;	/* bytes behind the handshake */
	const struct deflate_params *deflate;	/* NULL: none */
	struct span name;	/* what it calls itself, or p NULL */
	int reads_events;
	int wants_who, wants_own;
	struct history_wish wish;
	void *data;		/* the client's */
	const char *id;		/* by hub_name, or NULL: it gets one */
	struct guest *guest;	/* or NULL */
};

/* An id for a client that may come yet. */
void hub_name(struct hub *, char id[CLIENT_ID]);

/* A client has come: takes the stream, and sends what is asked for of the
 * history.  NULL if memory is out. */
const struct client *hub_add(struct hub *, const struct hub_visit *,
    struct stream *takes);
/* The history is what the file holds, and is kept there from now on.  Before
 * any client comes.  Keeps path.  -1 and why: STATUS_USAGE. */
int hub_history_file(struct hub *, const char *path, struct why *);
/* Is something missing there that could not be written, for whoever reads it
 * after us?  It was reported. */
int hub_history_lost(const struct hub *);
size_t hub_count(const struct hub *);
void hub_metrics(const struct hub *, struct metrics *);

/* Are messages to be given as events, too? */
int hub_wants_events(const struct hub *);

/* To send a message: hub_begin, whom it is not for, whom it is for.  -1: no
 * such client is there (any more). */
void hub_begin(struct hub *);
void hub_except(struct hub *, struct span id);
int hub_to_client(struct hub *, struct span id, const struct letter *);
void hub_to_room(struct hub *, struct span room, const struct letter *);
void hub_to_all(struct hub *, const struct letter *);
int hub_full(const struct hub *);

void hub_hold(struct hub *, int on);

/* The same for one client alone. */
void hub_hold_client(struct hub *, struct span id, int on);
/* Does so much wait for it that who feeds it alone better waits?  `drained`
 * comes then. */
int hub_is_behind(const struct client *);
/* The id of the client that comes next. */
void hub_next_id(const struct hub *, char id[CLIENT_ID]);

/* Puts the client into a further room, or takes it out of one, which may be
 * its own; 0, too, if that was so before. */
enum { HUB_NO_CLIENT = -1, HUB_NO_MEMORY = -2 };
int hub_join(struct hub *, struct span id, struct span room);
int hub_leave(struct hub *, struct span id, struct span room);

/* Begins a `clients` event: who is in that room, or (NULL) there at all.  -1:
 * out of memory. */
int hub_who(const struct hub *, const struct span *room, struct buf *);

/* Closes behind all that is queued.  -1: no such client.  Keeps nothing. */
int hub_close(struct hub *, struct span id, int code, struct span reason);
void hub_close_all(struct hub *, int code);

/* Ends those that are left at once.  How many of them had not yet taken all
 * that was sent. */
size_t hub_cut(struct hub *);

#endif
