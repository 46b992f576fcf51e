/* listener.h - wh-listen's state, which its files share: main.c wires it up
 * and ends it, intake.c takes requests in, verify.c checks who sent them,
 * record.c passes their lines on, settle.c answers them; service.c is for
 * whoever watches over it.
 */
#ifndef WH_LISTEN_LISTENER_H
#define WH_LISTEN_LISTENER_H

#include "answers.h"
#include "client.h"
#include "config.h"
#include "front.h"
#include "gate.h"
#include "id.h"
#include "listen.h"
#include "output.h"
#include "repeat.h"
#include "replies.h"
#include "reply.h"
#include "runner.h"
#include "secret.h"
#include "sign.h"
#include "spool.h"
#include "subscribe.h"
#include "turns.h"
#include "verify.h"

#define PARK_MS 5000		/* a request waits so long for a place */
#define BODIES ((int64_t)8 << 20)	/* at once, besides a largest one */

struct listener {
	struct config config;
	struct opt_list operands;
	struct tool tool;
	struct reply reply;		/* --reply; in its stead, one of: */
	struct filter *computed;	/* --reply-filter, or NULL */
	struct replies *replies;	/* --reply-lines, or NULL */
	struct runner *runner;		/* -- COMMAND, or NULL */
	struct turns *turns;		/* the requests that wait for it */
	struct gate gate;
	struct secrets secrets;
	struct subscribe *subscribe;	/* or NULL: no --handshake */
	struct confirms *confirms;	/* or NULL: no --sns-confirm */
	struct sign *sign;		/* or NULL: no --verify */
	struct certs *certs;		/* or NULL: no scheme needs any */
	struct buf url;			/* the request's, as it is signed */
	struct http1_head told;		/* the same, without its secrets */
	struct clients clients;
	struct repeats repeats;		/* of --dedupe */
	struct output *output;
	struct lines_out *out;
	struct spool_writer *spool;	/* --spool, or NULL */
	int refused;			/* by it, lately; was reported */
	struct front *front;
	struct listen *listen;
	struct answers answers;
	struct loop_timer *until;	/* --for */
	struct buf line;		/* the event at hand, and its id */
	char id[ID_SIZE];
	int64_t printed;		/* requests that made a line */
	uint64_t handshakes;		/* that were answered */
	uint64_t unverified;		/* requests */
	int stopping;
	int gone;			/* stdout */
	int mute;			/* stdin, where replies came from */
};

/* ---- main.c ---- */

/* No more requests; the program ends once what is in flight is done. */
void listener_stop(struct listener *);
/* Whatever may have been the last thing waited for is done. */
void listener_check_end(struct listener *);
/* Were as many requests printed as -n asked for? */
int listener_has_enough(const struct listener *);

/* ---- intake.c ---- */

/* What the front calls, with the listener. */
extern const struct front_user intake_user;
/* What becomes of those whose turn it is. */
extern const struct turns_user intake_turns;

/* Looks again at a request that was held, with the listener. */
void intake_again(void *listener, struct exchange *, struct span body);

/* ---- record.c: where a request's line goes ---- */

int record_start(struct listener *, struct why *);
int record_is_full(const struct listener *);

/* Puts the request's line: 0, and *position is what record_taken must reach
 * before the request may be answered (*is_line 0: a filter left nothing of
 * it); or -1 where it could not be made or a filter failed, which was
 * reported. */
int record_put(struct listener *, const struct exchange *,
    struct span body, const struct verified *, uint64_t *position,
    int *is_line);
/* The event at hand is not needed any more. */
void record_release(struct listener *);
uint64_t record_taken(const struct listener *);
/* Has everything that was put been taken, or can it never be? */
int record_is_done(const struct listener *);
/* For the exit status, at the end: what the spool did not take. */
void record_report(struct listener *);

/* ---- handshake.c ---- */

int handshake_start(struct listener *, struct why *);
/* Is a secret of that name a handshake's, and signs nothing? */
int handshake_owns(const struct listener *, const char *name);
/* Is the request a handshake?  1: it is, and is, or will be, answered. */
int handshake_reply(struct listener *, struct exchange *, struct span body,
    const struct verified *);
/* The same for one whose head is all there is to it, whatever --method says:
 * a provider that sends its webhooks by POST asks by GET or OPTIONS. */
int handshake_in_head(struct listener *, struct exchange *);

/* ---- settle.c: the answers ---- */

int settle_start(struct listener *, struct why *);
void settle_done(struct listener *);
/* Is the event wanted, whatever is printed? */
int settle_needs_line(const struct listener *);

/* The request's line was put, or there was none: the answer the user wants,
 * once record_taken has reached position. */
void settle_later(struct listener *, struct exchange *, struct span body,
    uint64_t position, int is_line);
/* It has; x is NULL if the peer left. */
void settle(struct listener *, struct exchange *, void *how);
/* It never will: 503. */
void settle_not(struct listener *, struct exchange *, void *how,
    const char *reason);

/* Ours, not --reply's: a reason for people, and a field or none. */
void settle_refuse(struct exchange *, int status, const char *name,
    struct span value, const char *reason);
/* 503 with Retry-After. */
void settle_busy(struct exchange *, const char *reason);

/* ---- service.c ---- */

void service_metrics(void *listener, struct metrics *);
void service_reload(void *listener);
/* What the front asks for --health and --metrics. */
int service_healthy(void *listener);
int service_print_metrics(void *listener, struct buf *);

#endif
