/* session.h - `-- COMMAND`: a process for each client.
 *
 * What the client says are lines on its stdin, lines on its stdout are
 * messages to the client, both in the form that the options ask for: payloads,
 * or events; an event that names no client and no room is for the client.  Its
 * environment (variables.h) has besides
 *
 *	WS_CLIENT WS_ROOM WS_USER WS_REMOTE WS_PROTOCOL
 *
 * Flow:    while it does not read, its client is not read; while its client
 *          does not read, it is not.
 *
 * When it ends, the client is closed behind all that it said:
 *
 *	exit status 0		1000
 *	n			4000 + n
 *	a signal, or no start	1011; 1013 where there was no room for it
 *	we are ending		1001
 *
 * When the client has left, its stdin ends; grace_ms later its group is told
 * to (SIGTERM), and killed CHILD_GRACE_MS after that.
 *
 * Its stderr is passed on, each line with the client's id.
 */
#ifndef WS_SERVE_SESSION_H
#define WS_SERVE_SESSION_H

#include "guest.h"
#include "hub.h"
#include "http1.h"
#include "metrics.h"
#include "ws.h"

struct server;
struct session;
struct sessions;

/* NULL and why: STATUS_USAGE for a command that is not there, and for options
 * that contradict each other. */
struct sessions *sessions_new(struct server *, struct why *);
/* What still runs is killed. */
void sessions_free(struct sessions *);		/* NULL is allowed */

/* Does one more have to wait for another's end? */
int sessions_full(const struct sessions *);
int sessions_idle(const struct sessions *);	/* is nothing running? */
/* The hub, or stderr, takes more. */
void sessions_go_on(struct sessions *);
/* Their stdin ends; what is there when half the time is over is told to. */
void sessions_stop(struct sessions *, int64_t within_ms);
void sessions_kill(struct sessions *);
void sessions_metrics(const struct sessions *, struct metrics *);

/* For the next client of the hub, about to come: NULL and why.  It is to be
 * the data of its visit.  The guest may be NULL; the head is to be told. */
struct session *session_new(struct sessions *, const struct guest *,
    const char *remote, const struct http1_head *, struct span protocol,
    struct why *);
/* It is here; or it did not come after all. */
void session_begin(struct session *, const struct client *);
void session_drop(struct session *takes);
/* Whom lines are for that lines_out has (NULL: nobody).  They leave at the
 * turn's end. */
void session_listens(struct sessions *, struct session *);
/* There is room in the client's queue; it has left. */
void session_drained(struct session *);
void session_left(struct session *);

#endif
