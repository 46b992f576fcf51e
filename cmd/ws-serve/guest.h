/* guest.h - who a client is: its name, if it has shown one; the address that
 * it comes from (--trust-proxy); how many come from there (--max-per-ip); and
 * how often somebody there is wrong about who he is (--login-rate).
 *
 * An address of IPv6 counts as its /64, which is what one customer is given.
 * Clients without an address (unix sockets) are not counted.
 *
 * Errors:  -1 and why, STATUS_USAGE.
 */
#ifndef WS_SERVE_GUEST_H
#define WS_SERVE_GUEST_H

#include "forwarded.h"
#include "front.h"
#include "list.h"
#include "names.h"
#include "throttle.h"

struct place;

struct guest {
	struct link link;
	struct place *place;		/* where it counts, or NULL */
	char *user;			/* UTF-8, or NULL */
	char remote[];
};

struct guests {
	struct forwarded forwarded;
	size_t max;			/* from one address; 0: any number */
	struct names places;
	struct link all;
	struct throttle *logins;	/* NULL: as often as they like */
};

int guests_init(struct guests *, const struct opt_list *proxies, int64_t max,
    struct why *);
/* From now on logins are counted: so many may fail ("60/m"; "0": any). */
int guests_count_logins(struct guests *, const char *rate, struct why *);
void guests_done(struct guests *);	/* those that are still there, too */

/* The request's client has come, and is there until guest_leave.  0 and *g,
 * which is NULL where its stream knows all there is to say; else the status
 * to refuse it with: 429, or 503 when memory is out. */
int guest_come(struct guests *, const struct exchange *, struct span user,
    struct guest **g);
void guest_leave(struct guests *, struct guest *);	/* NULL is allowed */

/* Its address; peer: what the stream says. */
static inline const char *
guest_remote(const struct guest *g, const char *peer)
{
	return g != NULL ? g->remote : peer;
}

/* It has that name from now on, or (empty) none: -1 if memory is out. */
int guest_name(struct guests *, const struct exchange *, struct span user,
    struct guest **g);

/* How long is it until somebody at its address may say again who he is?  In
 * ms, or 0.  One that is wrong, or has yet to be checked, is one less. */
int64_t guest_login_wait(struct guests *, const struct exchange *,
    int64_t now_ms);
void guest_login(struct guests *, const struct exchange *, int64_t now_ms);

#endif
