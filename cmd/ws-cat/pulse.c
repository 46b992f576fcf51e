/* pulse.c - pings a silent peer.
 *
 * It looks four times as often as it would have to ping, so as not to burden
 * each message with a timer; so a ping is late by a quarter at most.
 */
#include <stdlib.h>

#include "pulse.h"

#define LOOKS 4

struct pulse {
	struct loop *loop;
	struct ws *ws;
	const struct pulse_user *user;
	void *arg;
	struct loop_timer *timer;
	int64_t ping_ms, timeout_ms, every_ms;
	int64_t since_ms;	/* last sign of life */
	int64_t pinged_ms;	/* 0: not since then */
	uint64_t heard;
};

static int
is_alive(struct pulse *p)
{
	uint64_t heard = ws_heard(p->ws);
	int alive = heard != p->heard || !p->user->reading(p->arg);

	/* A ping would wait behind what is queued, and its answer say nothing
	 * about now.  A peer that is gone, TCP notices itself: there is
	 * something that is not acknowledged. */
	if (ws_queued(p->ws) > 0)
		alive = 1;
	p->heard = heard;
	return alive;
}

static void
on_timer(void *arg)
{
	struct pulse *p = arg;
	int64_t now = loop_now(p->loop);

	if (is_alive(p)) {
		p->since_ms = now;
		p->pinged_ms = 0;
	} else if (p->pinged_ms != 0 && now - p->pinged_ms >= p->timeout_ms) {
		p->user->dead(p->arg);
		return;
	} else if (p->pinged_ms == 0 && now - p->since_ms >= p->ping_ms) {
		ws_ping(p->ws, SPAN(""));
		p->pinged_ms = now;
	}
	loop_timer_set(p->timer, p->every_ms);
}

struct pulse *
pulse_new(struct loop *loop, struct ws *ws, int64_t ping_ms,
    int64_t timeout_ms, const struct pulse_user *user, void *arg)
{
	struct pulse *p = calloc(1, sizeof(*p));
	int64_t least = ping_ms < timeout_ms ? ping_ms : timeout_ms;

	if (p == NULL || (p->timer = loop_timer_new(loop, on_timer, p)) ==
	    NULL) {
		free(p);
		return NULL;
	}
	p->loop = loop;
	p->ws = ws;
	p->user = user;
	p->arg = arg;
	p->ping_ms = ping_ms;
	p->timeout_ms = timeout_ms;
	p->every_ms = least / LOOKS + 1;
	p->since_ms = loop_now(loop);
	loop_timer_set(p->timer, p->every_ms);
	return p;
}

void
pulse_free(struct pulse *p)
{
	if (p == NULL)
		return;
	loop_timer_free(p->timer);
	free(p);
}
