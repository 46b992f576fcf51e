/* own.h - what the files of listen share: for them only. */
#ifndef HOOKLINE_LISTEN_OWN_H
#define HOOKLINE_LISTEN_OWN_H

#include "listen.h"

/* A stream over an accepted socket, which it owns from now on (and closes if
 * it answers NULL).  gone(arg) is called once, when the socket is closed. */
struct stream *plain_stream(struct loop *, int fd, const char *remote,
    loop_fn gone, void *arg);

/* The same with TLS, by libwebsockets. */
struct tls;
struct tls *tls_new(struct loop *, const char *cert, const char *key,
    struct why *);
struct stream *tls_stream(struct tls *, int fd, const char *remote,
    loop_fn gone, void *arg);
void tls_free(struct tls *);			/* NULL is allowed */

#endif
