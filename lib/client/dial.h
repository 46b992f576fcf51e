/* client/dial.h - connects to a server and gives the stream; libcurl carries
 * (TLS, SNI, client certificates, unix sockets, proxies as its users know
 * them).
 *
 * Errors:  told to `done` with STATUS_UNREACHABLE, STATUS_TLS,
 *          STATUS_TIMEOUT or STATUS_USAGE.
 */
#ifndef HOOKLINE_CLIENT_DIAL_H
#define HOOKLINE_CLIENT_DIAL_H

#include "../loop.h"
#include "../stream.h"
#include "tls.h"

struct dial;

struct dial_config {
	const char *url;		/* ws and wss are http and https here */
	const char *unix_socket;	/* or NULL */
	const char *proxy;		/* a URL; NULL: as the environment
					   says, "": none */
	const char *proxy_user;		/* "name:password", or NULL */
	int family;			/* 4, 6, or 0: either */
	int64_t connect_timeout_ms;	/* name, TCP and TLS together */
	struct client_tls tls;
};

/* done: gives the stream, or NULL and why; then the dial is over.  It is
 * called from the loop. */
struct dial *dial_start(struct loop *, const struct dial_config *,
    void (*done)(void *arg, struct stream *gives, const struct why *),
    void *arg, struct why *);

/* Gives up; done is not called. */
void dial_cancel(struct dial *);

#endif
