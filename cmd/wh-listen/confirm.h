/* confirm.h - --sns-confirm: a subscription is confirmed by fetching the URL
 * that Amazon's message tells, and the message is answered after that.
 *
 * The URL is one that snsurl_confirms has found to be Amazon's, in a message
 * whose signature is good.  A confirmation that fails is answered 503, and
 * Amazon asks again.
 *
 * Limits:  few at once; more are answered 503.
 * Owns:    the exchange's data (owed.h) while it waits.
 */
#ifndef WH_LISTEN_CONFIRM_H
#define WH_LISTEN_CONFIRM_H

#include "owed.h"
#include "why.h"

struct confirms;

/* Keeps cacert, a file's path or NULL. */
struct confirms *confirms_new(struct loop *, const char *cacert,
    struct why *);
void confirms_free(struct confirms *);	/* NULL is allowed */

/* Takes the exchange, which it answers.  If that leaves, what is being
 * fetched is fetched all the same. */
void confirms_start(struct confirms *, struct exchange *, struct span topic,
    struct span url);

#endif
