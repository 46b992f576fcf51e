/* front.h - the strict HTTP/1.1 front that wh-listen and ws-serve share.
 *
 * Takes streams, reads requests one at a time (pipelined ones wait their
 * turn), keeps limits and times, answers what is wrong by itself, and hands
 * over what is right.  The exchange is the user's from `head` until it is
 * answered or `gone` was called.
 *
 * Order of calls for an exchange: head, then (after front_accept and the
 * whole body) request, then the user's front_reply.  The user may reply, or
 * take the stream for an upgrade, in head already.
 *
 * Two paths may be answered here for whoever watches the service (--health,
 * --metrics): GET and HEAD only, whatever there is room for, uncounted, and
 * unseen by the user's head.
 *
 * Statuses answered here: 400, 408, 413, 414, 417, 431, 501 (CONNECT, too),
 * 503, 505.
 *
 * Backpressure: front_accept is only called once there is room for the
 * request; until then the body is not read.  With front_park the exchange
 * waits, and front_unpark_all lets those that wait have `head` again; one
 * that has waited park_ms is answered 503 with Retry-After.  All bodies
 * being read together are limited by max_buffered: beyond it new ones park,
 * and one that grows past it is answered 503.
 *
 * Where connections are scarce, front_shed closes the one that has been
 * waited for longest: for a request's head, first of all (shed_ms at least,
 * with 408 if some of it has come), else for its body (five times that).
 *
 * Source:  RFC 9110, RFC 9112.
 */
#ifndef HOOKLINE_FRONT_H
#define HOOKLINE_FRONT_H

#include "http1.h"
#include "loop.h"
#include "metrics.h"
#include "opt.h"
#include "stream.h"

struct front;
struct exchange;

struct front_probes {
	const char *health, *metrics;	/* paths; or NULL */
};
extern const struct opt front_probe_options[];

struct front_config {
	int64_t max_body, max_header;			/* bytes */
	int64_t max_buffered;				/* all bodies */
	int64_t header_timeout_ms, body_timeout_ms;
	int64_t idle_timeout_ms;	/* between requests, and for a reply
					   that the peer does not read */
	int64_t park_ms;
	int64_t shed_ms;
	struct front_probes probes;
};

struct front_user {
	void (*head)(void *arg, struct exchange *);
	void (*request)(void *arg, struct exchange *, struct span body);
	/* The peer left before it was answered, or the answer was ours; the
	 * exchange is no more. */
	void (*gone)(void *arg, struct exchange *);
	/* NULL, or: the peer will say no more, though it may still read, and
	 * the user thinks about its head.  May come more than once. */
	void (*eof)(void *arg, struct exchange *);
	/* NULL, or: the user is about to answer, wherever it calls front_reply.
	 * Other exchanges may be answered from here, not this one. */
	void (*replied)(void *arg, struct exchange *, int status);
	/* NULL, or: the last connection has ended after front_stop.  May come
	 * more than once; not where front_open was 0 then already. */
	void (*emptied)(void *arg);
	/* For the probes.  Is the service to be had (200), or not (503)?  And
	 * its metrics in Prometheus' form, -1 when memory is out. */
	int (*healthy)(void *arg);
	int (*metrics)(void *arg, struct buf *out);
};

/* Can these paths be?  0, or -1 and why (STATUS_USAGE). */
int front_probes_check(const struct front_probes *, struct why *);

struct front *front_new(struct loop *, const struct front_config *,
    const struct front_user *, void *arg);
void front_take(struct front *, struct stream *takes);

/* No further requests: idle connections close, busy ones after their reply
 * (Connection: close). */
void front_stop(struct front *);
size_t front_open(const struct front *);	/* connections */
void front_shed(struct front *);	/* one, if there is one to spare */
void front_metrics(const struct front *, struct metrics *);
void front_free(struct front *);		/* closes what is open */

/* In head: read the body and call request / wait for room. */
void front_accept(struct exchange *);
void front_park(struct exchange *);
void front_unpark_all(struct front *);

struct front_field {
	const char *name;
	struct span value;
};

/* Answers.  Date, Content-Length and, where it ends, Connection: close are
 * added; body and fields are copied.  Ends the exchange.  If the request's
 * body was not read, the connection closes after the answer. */
void front_reply(struct exchange *, int status, const struct front_field *,
    size_t nfields, struct span body);
/* The same, for a large body that many get: none has a copy of its own. */
void front_reply_shared(struct exchange *, int status,
    const struct front_field *, size_t nfields, struct block *body);

/* Takes the connection over after an upgrade's head: gives the stream, and
 * in *rest what was received behind the head (borrowed: copy it before
 * returning to the loop).  Ends the exchange. */
struct stream *front_upgrade(struct exchange *, struct span *rest);

const struct http1_head *exchange_head(const struct exchange *);
const char *exchange_remote(const struct exchange *);
int exchange_is_tls(const struct exchange *);
/* Was it parked, so that this is not the first `head`? */
int exchange_has_waited(const struct exchange *);
void exchange_set(struct exchange *, void *data);	/* the user's own */
void *exchange_get(const struct exchange *);

#endif
