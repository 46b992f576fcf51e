/* certs.h - certificates that checking a signature needs: fetched, and kept.
 *
 * The URLs are ones that have been found worth it (snsurl.h).  A request is
 * held, with a copy of its body, until its certificate is there or can't be
 * had, first come, first served; what can't is not tried again for a while.
 *
 * Limits:  CERTS_MAX certificates, few fetches at once, and CERTS_HELD bytes
 *          of bodies held.
 * Owns:    the exchange's data (owed.h) while it is held.
 */
#ifndef WH_LISTEN_CERTS_H
#define WH_LISTEN_CERTS_H

#include "owed.h"
#include "why.h"

#define CERTS_MAX 16
#define CERTS_HELD ((size_t)16 << 20)

struct certs;

/* again: a request that was held may be looked at again. */
struct certs *certs_new(struct loop *, const char *cacert,
    void (*again)(void *arg, struct exchange *, struct span body), void *arg,
    struct why *);
/* NULL is allowed; again is not called. */
void certs_free(struct certs *);

/* 1 and the certificate, in PEM, until the loop goes on; or 0. */
int certs_find(const struct certs *, struct span url, struct span *pem);

/* Holds the request: 0; or -1: there is no room, or no hope for now. */
int certs_wait(struct certs *, struct span url, struct exchange *,
    struct span body);

#endif
