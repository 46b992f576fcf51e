/* pulse.h - is the peer still there?
 *
 * After ping_ms without a byte from it, it is pinged; after timeout_ms more
 * without a byte, it is dead.  A peer that we do not read from, or that has
 * yet to take what is queued for it, is taken for alive.
 */
#ifndef WS_CAT_PULSE_H
#define WS_CAT_PULSE_H

#include "loop.h"
#include "ws.h"

struct pulse;

struct pulse_user {
	int (*reading)(void *arg);	/* do we read at the moment? */
	void (*dead)(void *arg);	/* once, from the loop */
};

/* NULL if memory is out. */
struct pulse *pulse_new(struct loop *, struct ws *, int64_t ping_ms,
    int64_t timeout_ms, const struct pulse_user *, void *arg);
void pulse_free(struct pulse *);		/* NULL is allowed */

#endif
