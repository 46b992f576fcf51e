/* stream.h - one byte stream to a peer: a socket, with or without TLS,
 * whoever carries it.
 *
 * The carriers (listen.h over libwebsockets, client/dial.h over libcurl) make
 * streams; http and websocket code uses them.  What is put in a turn of the
 * loop is queued and sent at the turn's end in as few system calls as it
 * takes; what the socket does not take waits in the queue and goes when it
 * can.  A stream sets no limit on its queue: its user looks at stream_queued.
 *
 * Errors:  told once to `ended`, after which nothing more is called.
 * Owns:    a stream is its user's until stream_free, which may be called in
 *          any callback.
 */
#ifndef HOOKLINE_STREAM_H
#define HOOKLINE_STREAM_H

#include <sys/types.h>

#include "block.h"
#include "loop.h"
#include "span.h"
#include "why.h"

struct stream;

struct stream_user {
	/* Bytes from the peer; borrowed.  None while paused, but for what was
	 * on its way within the same turn. */
	void (*received)(void *arg, struct span);
	/* The queue has run empty. */
	void (*drained)(void *arg);
	/* The peer ended (why is NULL: an orderly end, whether we had shut
	 * or not) or the connection failed. */
	void (*ended)(void *arg, const struct why *);
	/* NULL, or: the peer has ended its direction before we shut ours.  It
	 * may still read; the user sends what it has to and shuts.  Where it
	 * is NULL, that is `ended`. */
	void (*half_closed)(void *arg);
};

/* Who is called from now on: an upgrade hands the stream from http to ws. */
void stream_attach(struct stream *, const struct stream_user *, void *arg);

/* Queue bytes: a copy, or a reference to a shared block's. */
int stream_put(struct stream *, struct span);
int stream_share(struct stream *, struct block *, size_t off, size_t n);
/* The same as a put, where nothing more is to come in this turn: sent at once
 * if nothing is queued. */
int stream_send(struct stream *, struct span);
size_t stream_queued(const struct stream *);

/* Tells each piece of the queue, as a part of its block. */
void stream_each_queued(const struct stream *, void (*fn)(void *arg,
    const struct block *, size_t off, size_t n), void *arg);

void stream_pause(struct stream *);
void stream_resume(struct stream *);

/* Sends what is queued, ends our direction, reads on until the peer ends its
 * own or linger_ms have passed (so that no RST takes back what was sent),
 * then `ended`.  What is received meanwhile is dropped. */
void stream_shut(struct stream *, int64_t linger_ms);

/* At once; what is queued is lost; `ended` is not called. */
void stream_free(struct stream *);		/* NULL is allowed */

/* The peer: "203.0.113.9:41822", "[::1]:5", "unix:". */
const char *stream_remote(const struct stream *);
int stream_is_tls(const struct stream *);

/* ---- for carriers ---- */

struct stream_carrier {
	/* Takes what it can of the bytes now: how many; 0 means the carrier
	 * will call stream_writable when it can take more; -1 means dead (the
	 * carrier calls stream_failed, not from within). */
	ssize_t (*send)(void *carrier, struct span);
	void (*read)(void *carrier, int on);
	/* Everything was sent: end our direction if the transport can. */
	void (*shut)(void *carrier);
	/* Close at once and free the carrier; it calls nothing afterwards. */
	void (*free)(void *carrier);
};

/* Copies remote. */
struct stream *stream_new(struct loop *, const struct stream_carrier *,
    void *carrier, const char *remote, int is_tls);
void stream_received(struct stream *, struct span);
void stream_writable(struct stream *);
void stream_half_closed(struct stream *);	/* the peer's direction */
void stream_failed(struct stream *, const struct why *); /* NULL: orderly */

#endif
