/* idle.h - has the peer anything to say?
 *
 * After idle_ms in which nothing came but pongs, it has not.  While we do not
 * read, nobody can tell.
 */
#ifndef WS_CAT_IDLE_H
#define WS_CAT_IDLE_H

#include "loop.h"
#include "ws.h"

struct idle;

struct idle_user {
	int (*reading)(void *arg);	/* do we read at the moment? */
	void (*idle)(void *arg);	/* once, from the loop */
};

/* NULL if memory is out. */
struct idle *idle_new(struct loop *, struct ws *, int64_t idle_ms,
    const struct idle_user *, void *arg);
void idle_free(struct idle *);			/* NULL is allowed */

#endif
