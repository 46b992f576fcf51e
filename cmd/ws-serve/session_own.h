/* session_own.h - what session.c, of one client and its process, and
 * sessions.c, of all of them, share: for them only.
 */
#ifndef WS_SERVE_SESSION_OWN_H
#define WS_SERVE_SESSION_OWN_H

#include "command.h"
#include "list.h"
#include "records.h"
#include "server.h"
#include "session.h"

#define SESSION_PREFIX "WS_"		/* of variables */

struct sessions {
	struct server *server;
	struct command *command;
	struct link list;
	size_t count;
	struct session *listener;	/* of what is put by lines_out */
	struct session *speaker;	/* whose line is being read */
	uint64_t runs, failures;
	int stopping;
};

struct session {
	struct sessions *all;
	struct link link;
	char id[CLIENT_ID];
	const struct client *client;	/* NULL: not yet here, or has left */
	struct child *child;
	struct records records;		/* of its stdout */
	struct buf input;		/* for its stdin, at the turn's end */
	struct loop_task flush;
	struct loop_timer *timer;	/* until SIGTERM */
	int over;			/* the process; waits for the client */
};

/* Nobody is there to hear more of what the command says. */
static inline int
session_is_unheard(const struct session *x)
{
	return x->client == NULL;
}

/* ---- session.c ---- */

void session_put(struct session *, struct span line, char terminator);
void session_end_input(struct session *);
void session_release(struct session *takes);

#endif
