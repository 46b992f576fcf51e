/* listen.h - accepts connections as streams; owner of libwebsockets; the
 * option fragment --cert, --key, --client-ca.
 *
 * libwebsockets carries TLS connections, in its RAW role on our loop.  Its
 * own HTTP and websocket roles are not used: they rewrite request targets,
 * drop fields, and can be aborted by a peer.  Bare sockets are watched
 * directly: the RAW role hangs up on a peer that only ended its own
 * direction, before the peer has its answer.
 *
 * Errors:  listen_new NULL and why: STATUS_USAGE (files that can't be read,
 *          too), STATUS_UNREACHABLE, or STATUS_TLS for a certificate and key
 *          that do not load.
 * Limits:  with max_clients connections open no further one is accepted
 *          until one ends; when one waits for that, `full` is told.  The
 *          soft limit of descriptors is raised for them, and where that can't
 *          be, they are fewer, with a warning.  Out of descriptors all the
 *          same, accepting pauses for a moment.
 */
#ifndef HOOKLINE_LISTEN_H
#define HOOKLINE_LISTEN_H

#include "loop.h"
#include "opt.h"
#include "stream.h"
#include "systemd.h"

/* PEM files.  With client_ca, a client has to show a certificate by one of
 * those, or its handshake fails. */
struct listen_tls {
	const char *cert, *key;		/* both or neither */
	const char *client_ca;		/* or NULL */
};
extern const struct opt listen_tls_options[];

struct listen_config {
	const char *const *addresses;	/* as address.h spells them */
	size_t naddresses;
	const struct systemd *passed;	/* sockets besides; or NULL */
	struct listen_tls tls;
	size_t max_clients;
	/* NULL, or: somebody waits, but all are taken.  The user may end a
	 * connection that it can spare; it is told again if need be. */
	void (*full)(void *arg);
};

struct listen;

/* Keeps `passed`.  accept: gives the stream, which is attached to nobody yet.
 * arg is passed to `full`, too. */
struct listen *listen_new(struct loop *, const struct listen_config *,
    void (*accept)(void *arg, struct stream *gives), void *arg,
    struct why *);

/* Reads the TLS files again: what connects from now on gets these, what is
 * open goes on as it is.  1: there are none.  On -1 and why, all is as it
 * was. */
int listen_reload(struct listen *, struct why *);

/* Stops accepting; open connections go on. */
void listen_stop(struct listen *);

/* After every stream was freed. */
void listen_free(struct listen *);		/* NULL is allowed */

/* The i-th address as it is: name "127.0.0.1" (or "unix:PATH") and port (0
 * for unix).  NULL when there is none. */
const char *listen_name(const struct listen *, size_t i, int *port);
/* What a service manager that passed the socket calls it; else empty. */
struct span listen_label(const struct listen *, size_t i);

#endif
