/* own.h - what the files of listen share: for them only. */
#ifndef HOOKLINE_LISTEN_OWN_H
#define HOOKLINE_LISTEN_OWN_H

#include <openssl/ssl.h>

#include "listen.h"

/* A stream over an accepted socket, which it owns from now on.  gone(arg) is
 * called once, when the socket is closed; but not where it answers NULL,
 * having closed it. */
struct stream *plain_stream(struct loop *, int fd, const char *remote,
    loop_fn gone, void *arg);

/* The same with TLS, by libwebsockets. */
struct tls;
struct tls *tls_new(struct loop *, const struct listen_tls *, struct why *);
int tls_reload(struct tls *, struct why *);
struct stream *tls_stream(struct tls *, int fd, const char *remote,
    loop_fn gone, void *arg);
void tls_free(struct tls *);			/* NULL is allowed */

/* What is shown to clients and asked of them. */
struct cert {
	struct listen_tls files;
	SSL_CTX *now;		/* never used for a connection itself */
	unsigned loads;
};
/* Loads the files, all or none.  Again, too: then on -1 nothing changes. */
int cert_load(struct cert *, struct why *);
/* All connections of ctx from now on are served with what is loaded then. */
void cert_serve(struct cert *, SSL_CTX *ctx);
void cert_done(struct cert *);

#endif
