/* verify.h - --verify: is a request signed by somebody who has the secret?
 *
 * Errors:  -1 and why, STATUS_USAGE.
 */
#ifndef WH_LISTEN_VERIFY_H
#define WH_LISTEN_VERIFY_H

#include "front.h"
#include "span.h"
#include "why.h"

struct listener;

enum verify_state {
	VERIFY_NOT_ASKED,	/* no --verify */
	VERIFY_GOOD,
	VERIFY_BAD,
	VERIFY_WAITS,		/* for a certificate; tried again then */
	VERIFY_ANSWERED		/* 503: there is no certificate */
};

/* What is known of a request; good until the next is looked at. */
struct verified {
	enum verify_state state;
	const char *scheme;	/* GOOD only, and so are the others */
	const char *key;	/* the secret's name, or NULL */
	struct span id;		/* signed, the event's; or p NULL */
	char reason[200];	/* BAD only */
};

/* After the secrets and the handshakes. */
int verify_start(struct listener *, struct why *);
void verify_done(struct listener *);

/* The secrets were read again (secrets_reload). */
int verify_rekey(void *listener, struct why *);

void verify_request(struct listener *, struct exchange *, struct span body,
    struct verified *);

/* The request as others may be told of it: a field that is a secret itself
 * (GitLab's token) has no value there.  Good until the next call. */
const struct http1_head *verify_told(struct listener *,
    const struct exchange *);

/* One that is bad: 1, and it is answered 401; or 0, and it is taken all the
 * same (--on-bad tag). */
int verify_refuse(struct listener *, struct exchange *,
    const struct verified *);

#endif
