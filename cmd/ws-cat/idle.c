/* idle.c - has the peer anything to say?
 *
 * As pulse.c does, it looks now and then, so that messages are no burden; so
 * it is late by a quarter at most.
 */
#include <stdlib.h>

#include "idle.h"

#define LOOKS 4

struct idle {
	struct loop *loop;
	struct ws *ws;
	const struct idle_user *user;
	void *arg;
	struct loop_timer *timer;
	int64_t idle_ms, since_ms;
	uint64_t said;
};

static void
on_timer(void *arg)
{
	struct idle *i = arg;
	uint64_t said = ws_said(i->ws);
	int64_t now = loop_now(i->loop);

	if (said != i->said || !i->user->reading(i->arg)) {
		i->said = said;
		i->since_ms = now;
	} else if (now - i->since_ms >= i->idle_ms) {
		i->user->idle(i->arg);
		return;
	}
	loop_timer_set(i->timer, i->idle_ms / LOOKS + 1);
}

struct idle *
idle_new(struct loop *loop, struct ws *ws, int64_t idle_ms,
    const struct idle_user *user, void *arg)
{
	struct idle *i = calloc(1, sizeof(*i));

	if (i == NULL || (i->timer = loop_timer_new(loop, on_timer, i)) ==
	    NULL) {
		free(i);
		return NULL;
	}
	i->loop = loop;
	i->ws = ws;
	i->user = user;
	i->arg = arg;
	i->idle_ms = idle_ms;
	i->since_ms = loop_now(loop);
	loop_timer_set(i->timer, idle_ms / LOOKS + 1);
	return i;
}

void
idle_free(struct idle *i)
{
	if (i == NULL)
		return;
	loop_timer_free(i->timer);
	free(i);
}
