/* sending.h - the engine (deliver.h) over libcurl, on the loop.
 *
 * Owns:    its jobs from deliver_put until `done` returns.
 */
#ifndef WH_SEND_SENDING_H
#define WH_SEND_SENDING_H

#include "client/http.h"
#include "consent.h"
#include "job.h"
#include "loop.h"
#include "signer.h"

struct sending;

struct sending_user {
	/* As deliver_user has them. */
	void (*done)(void *arg, struct job *gives, enum deliver_outcome,
	    const struct http_result *, const struct why *);
	void (*retry)(void *arg, const struct job *, int64_t due_ms,
	    const struct http_result *);	/* or NULL */
	void (*paused)(void *arg, const char *site, int64_t ms, int64_t times,
	    const struct http_result *);	/* or NULL */
	void (*room)(void *arg);
};

/* Keeps all but the config; NULL and why. */
struct sending *sending_new(struct loop *, struct http *,
    const struct deliver_config *, const struct sending_user *, void *arg,
    struct why *);
void sending_free(struct sending *);	/* NULL is allowed; done isn't called */

/* URLs are to be asked first; keeps the config.  -1 and why. */
int sending_ask_first(struct sending *, const struct consent_config *,
    struct why *);

/* Requests are to be signed; keeps the signer. */
void sending_sign(struct sending *, struct signer *);

struct deliver *sending_engine(struct sending *);

#endif
