/* pulse.c - are the clients still there?
 *
 * After ping_ms without a byte from it a client is pinged; after
 * ping_timeout_ms more, it is dead.  One that is taking what we send is
 * alive, and so is one that we do not read, unless it is its own queue that
 * we wait for.  One that waits for its command is pinged all the same: it
 * can't be heard, but the ping fails where it has left.
 *
 * One timer looks at all of them, four times as often as it would have to
 * ping, so as not to burden each message or client with a timer.
 */
#include <inttypes.h>

#include "own.h"

#define LOOKS 4

static int
is_alive(struct client *c)
{
	uint64_t heard = ws_heard(c->ws);
	size_t queued = ws_queued(c->ws);
	int alive = heard != c->heard || queued < c->queued ||
	    c->hub->held ||
	    (queued == 0 && !c->held && !slow_may_read(c));

	c->heard = heard;
	c->queued = queued;
	return alive;
}

static void
dead(struct client *c)
{
	struct why why;

	why_set(&why, STATUS_TIMEOUT, "no answer to a ping within %" PRId64
	    " ms", c->hub->config->ping_timeout_ms);
	hub_gone(c, &(struct ws_closed){ .code = WS_ABNORMAL, .why = &why });
}

static void
look(struct client *c, int64_t now)
{
	const struct hub_config *f = c->hub->config;

	if (is_alive(c)) {
		c->since_ms = now;
		c->pinged_ms = 0;
	} else if (c->pinged_ms != 0 &&
	    now - c->pinged_ms >= f->ping_timeout_ms) {
		if (!c->held || c->queued > 0) {
			dead(c);
			return;
		}
		c->since_ms = now;
		c->pinged_ms = 0;
	} else if (c->pinged_ms == 0 && now - c->since_ms >= f->ping_ms) {
		/* That the ping itself is taken says nothing: c->queued stays
		 * what it was. */
		ws_ping(c->ws, SPAN(""));
		c->pinged_ms = now;
	}
}

static int64_t
interval(const struct hub_config *f)
{
	return (f->ping_ms < f->ping_timeout_ms ? f->ping_ms :
	    f->ping_timeout_ms) / LOOKS + 1;
}

static void
on_timer(void *arg)
{
	struct hub *h = arg;
	struct client *c, *next;

	for (c = h->clients; c != NULL; c = next) {
		next = c->next;
		look(c, loop_now(h->loop));
	}
	loop_timer_set(h->pulse, interval(h->config));
}

int
pulse_init(struct hub *h)
{
	if (h->config->ping_ms == 0)
		return 0;
	h->pulse = loop_timer_new(h->loop, on_timer, h);
	if (h->pulse == NULL)
		return -1;
	loop_timer_set(h->pulse, interval(h->config));
	return 0;
}

void
pulse_done(struct hub *h)
{
	loop_timer_free(h->pulse);
}
