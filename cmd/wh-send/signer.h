/* signer.h - --sign: each attempt's own time and signatures.
 *
 * Errors:  -1 and why: STATUS_USAGE for schemes and secrets.
 * Owns:    the secrets, and what signer_put answers, until the next call.
 */
#ifndef WH_SEND_SIGNER_H
#define WH_SEND_SIGNER_H

#include "client/http.h"
#include "job.h"
#include "secret.h"
#include "sign.h"

struct signer {
	struct secrets secrets;
	struct sign *sign;		/* NULL: nothing is signed */
	struct http1_field *fields;
	size_t cap;
};

/* Standard Webhooks where there is a secret and no scheme is named.  Keeps
 * the lists' strings. */
int signer_init(struct signer *, const struct opt_list *schemes,
    const struct secret_opts *, struct why *);
void signer_done(struct signer *);

/* Reads the secrets again; on -1 the old ones stay in force. */
int signer_reload(struct signer *, struct why *);

/* Signs the job's request as it is sent now: the fields of the request are
 * the job's, less old ones of these schemes, and the new ones. */
int signer_put(struct signer *, const struct job *, struct http_request *,
    struct why *);

#endif
