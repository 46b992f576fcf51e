/* subscribe.h - subscription handshakes: the requests by which providers ask
 * whether a receiver wants their webhooks, and the reply each wants to see.
 *
 * A request is the handshake of at most one provider, read strictly: the
 * method, the fields, query or body that its pages tell, each once; a
 * challenge is 1 to 4096 bytes of printable UTF-8.  Where the provider signs
 * (slack, discord, twitch, zoom, sns) the signature must have been checked,
 * by the scheme of the same name.  Everything else is no handshake, and to be
 * handled like any request.
 *
 * Pure but for the memory: storing a secret and fetching a URL is left to
 * the caller, and must be done before the reply is sent.
 *
 * Errors:  -1, and why: STATUS_USAGE.
 * Owns:    what a reply is made of, until the next subscribe_read.
 * Source:  the providers' pages on webhooks; W3C WebSub sections 5.3 and 7;
 *          CloudEvents: HTTP 1.1 Web Hooks for Event Delivery, section 4.
 */
#ifndef HOOKLINE_SUBSCRIBE_H
#define HOOKLINE_SUBSCRIBE_H

#include "front.h"
#include "opt.h"
#include "secret.h"

#define SUBSCRIBE_MAX_FIELDS 4

struct subscribe;

struct subscribe_config {
	const struct opt_list *names;	/* "slack", "meta,x": which ones */
	const struct opt_list *origins;	/* cloudevents: equal to one, or "*" */
	const struct opt_list *topics;	/* websub; none: any */
	int64_t rate;			/* cloudevents: deliveries a minute
					   that are allowed; 0: any */
};

/* Keeps the lists. */
struct subscribe *subscribe_new(const struct subscribe_config *,
    struct why *);
void subscribe_free(struct subscribe *);	/* NULL is allowed */

/* Is it among the names? */
int subscribe_has(const struct subscribe *, const char *name);

/* The i-th of the names, in their order, NULL behind the last; and the scheme
 * that signs its handshake, or NULL. */
const char *subscribe_name(const struct subscribe *, size_t i,
    const char **scheme);

struct subscribe_request {
	const struct http1_head *head;
	struct span body;
	const char *scheme;		/* whose signature is good, or NULL */
	struct span key;		/* the secret that made it */
	const struct secrets *secrets;	/* NULL, or: those named meta-token
					   and x (the consumer secret) are
					   looked for */
};

struct subscribe_reply {
	const char *provider;
	int status;
	struct front_field fields[SUBSCRIBE_MAX_FIELDS];
	size_t nfields;
	struct span body;
	struct span secret;		/* asana: to be stored; else p NULL */
	struct span url;		/* sns: to be fetched; else p NULL */
	struct span topic;		/* that is subscribed to, if told */
	const char *refusal;		/* NULL, or: it looks like provider's
					   handshake; why it is none */
};

/* 1 and the reply; 0: no handshake; -1: out of memory. */
int subscribe_read(struct subscribe *, const struct subscribe_request *,
    struct subscribe_reply *);

#endif
