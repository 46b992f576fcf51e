/* own.h - what the files of this module share.
 *
 * A connection is freed only at the end of the turn in which it died, so that
 * no frame above a callback is left with freed memory (front_enter and
 * front_leave tell the outermost frame).
 */
#ifndef HOOKLINE_FRONT_OWN_H
#define HOOKLINE_FRONT_OWN_H

#include <sys/queue.h>

#include "buf.h"
#include "front.h"

#define NEVER INT64_MAX
#define STATUSES 600		/* and none above */
#define LINGER_MS 2000		/* for what the peer is still sending */
#define LINGER_STOPPED_MS 250	/* nothing was unread; see front_stop */

enum conn_state {
	CONN_HEAD,	/* no request yet, or a part of its head */
	CONN_HELD,	/* the user has the head, and thinks */
	CONN_PARKED,	/* ... and waits for room of its own */
	CONN_CROWDED,	/* ... has accepted, but there is no room here */
	CONN_BODY,
	CONN_ASKED,	/* the user has the request */
	CONN_CLOSING,	/* stream_shut was called */
	CONN_DEAD	/* not connected, waiting to be freed */
};

/* With a head of 4 KB and buffers, so only connections with a request have
 * one, and front keeps some for the next. */
struct exchange {
	struct conn *conn;
	struct http1_head head;		/* spans of bytes */
	struct buf bytes;
	struct http1_body feed;
	struct buf body;		/* if it came in more than one piece */
	int64_t park_until;		/* 0: has not waited yet */
	void *data;
	LIST_ENTRY(exchange) spare;
};

struct conn {
	struct front *front;
	struct stream *stream;
	struct exchange *exchange;	/* from the head until answered */
	struct buf in;			/* too early, or a part of a head */
	struct span now;		/* while running: what is to be read */
	size_t seen;			/* see http1_request */
	enum conn_state state;
	int running, paused, eof;
	int begun;			/* some bytes of a head have come */
	int full;			/* the peer doesn't read its replies */
	int64_t deadline, timer_at;	/* the timer may be too early */
	struct loop_timer *timer;
	struct loop_task task;
	int64_t since;			/* in a queue */
	TAILQ_ENTRY(conn) waits;	/* HEAD, BODY, PARKED, CROWDED */
	LIST_ENTRY(conn) all;
};

TAILQ_HEAD(conn_queue, conn);
LIST_HEAD(conn_list, conn);
LIST_HEAD(exchange_list, exchange);

struct front {
	struct loop *loop;
	struct front_config config;
	struct front_user user;
	void *arg;
	struct conn_list conns, dead;
	/* By the time at which they came into that state. */
	struct conn_queue heads, bodies, parked, crowded;
	struct exchange_list spare;
	size_t nconns, nspare;
	size_t buffered;		/* bytes of bodies */
	size_t nopen;			/* exchanges */
	uint64_t taken, left;		/* connections; exchanges unanswered */
	uint64_t shed;			/* connections */
	uint64_t body_bytes;		/* of all requests */
	uint64_t answered[STATUSES];
	int stopped, freed, busy;
	struct loop_task task;		/* frees the dead, lets in the crowd */
	struct buf out;			/* the reply being made */
	char date[64];
	int64_t date_s;
};

/* ---- front.c ---- */

void front_enter(struct front *);
void front_leave(struct front *);

/* ---- conn.c ---- */

struct conn *conn_new(struct front *, struct stream *takes);
/* At once; an open exchange is forgotten without a word. */
void conn_free(struct conn *);
/* After what is queued was sent. */
void conn_shut(struct conn *, int64_t linger_ms);
/* A time, after which what the state says happens. */
void conn_deadline(struct conn *, int64_t in_ms);
/* The exchange is over, for the user too; gone says whether to tell. */
void conn_end_exchange(struct conn *, int tell);
/* Reads on, at once or at the end of the turn. */
void conn_run(struct conn *);
void conn_run_later(struct conn *);
/* Into another state: out of the queue of the old one, if that has one, and
 * to the end of the new one's. */
void conn_become(struct conn *, enum conn_state);

/* ---- read.c ---- */

/* Reads c->now as far as it goes. */
void conn_read(struct conn *);
/* Tell the user of the head; it isn't read on before it says so. */
void conn_head(struct conn *);
/* The user has taken the head: read the body. */
void conn_body(struct conn *);

/* ---- exchange.c ---- */

/* NULL when memory is out. */
struct exchange *exchange_new(struct front *);
void exchange_free(struct front *, struct exchange *);
void exchange_really_free(struct exchange *);
/* Copies the head's bytes, and makes its spans those of the copy. */
int exchange_keep(struct exchange *, struct span bytes);

/* ---- reply.c ---- */

/* Counts an answer. */
void reply_count(struct front *, int status);
/* Answers as front_reply does, uncounted. */
void reply_aside(struct exchange *, int status, const struct front_field *,
    size_t nfields, struct span body);
/* Answers what is wrong, closes, and tells the user if it had the exchange. */
void reply_error(struct conn *, int status, const char *reason);
/* The same, and the connection does not linger. */
void reply_error_at_once(struct conn *, int status, const char *reason);

/* ---- probe.c ---- */

/* Is it for us?  Then it has been answered. */
int probe_answer(struct exchange *);

#endif
