/* consent.h - --handshake cloudevents: a URL is asked, once, whether it wants
 * deliveries from here, and how many a minute.
 *
 * The question is OPTIONS with WebHook-Request-Origin; yes is a 2xx whose
 * WebHook-Allowed-Origin is that origin or `*`, and WebHook-Allowed-Rate how
 * many (`*`, or missing: as many as we like, or as were asked for).  A no is
 * remembered for five minutes.  Deliveries are spaced evenly.
 *
 * Limits:  CONSENT_URLS remembered; the one asked longest ago goes first.
 * Source:  CloudEvents: HTTP 1.1 Web Hooks for Event Delivery, section 4.
 */
#ifndef WH_SEND_CONSENT_H
#define WH_SEND_CONSENT_H

#include "client/http.h"
#include "job.h"
#include "loop.h"

#define CONSENT_URLS 10000

struct consent;

struct consent_config {
	const char *origin;
	int64_t rate;		/* a minute, that we ask for; 0: don't */
};

struct consent_user {
	/* The URL has answered, or not: ask again for this job now; or, where
	 * r is not NULL, that is what its attempt came to. */
	void (*answered)(void *arg, struct job *, const struct http_result *r);
};

/* Keeps all of these; NULL and why. */
struct consent *consent_new(struct loop *, struct http *,
    const struct consent_config *, const struct consent_user *, void *arg,
    struct why *);
void consent_free(struct consent *);	/* NULL is allowed */

#define CONSENT_ASKING INT64_MAX

/* May the job be sent?  0: now, once; more: in so many ms; CONSENT_ASKING:
 * `answered` will be called; -1 and why: never. */
int64_t consent_check(struct consent *, struct job *, struct why *);
/* `answered` is not to be called for this job; it may not have been waited
 * for at all. */
void consent_forget(struct job *);

#endif
