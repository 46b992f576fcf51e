/* pulse.c - are the clients still there?
 *
 * After ping_ms without a byte from it a client is pinged; after
 * ping_timeout_ms more, it is dead.  One that is taking what we send is
 * alive, and so is one that we do not read, unless it is its own queue that
 * we wait for.  One that waits for its command is pinged all the same: it
 * can't be heard, but the ping fails where it has left.
 *
 * Each is looked at when it may have to be pinged, or be dead: one timer is
 * set to the first of those times, and messages touch none of it.  So clients
 * are pinged as they came, one after the other, and are not all gone through;
 * what is due within TICK_MS is done at once.
 */
#include <inttypes.h>

#include "list.h"
#include "own.h"

#define LOOKS 4		/* at one that has a queue, while it may be silent */
#define TICK_MS 50

static struct client *
first(const struct hub *h)
{
	return h->pulses.first == NULL ? NULL :
	    LIST_OF(h->pulses.first, struct client, pulse);
}

/* The last sign of life, as far as it can be told now. */
static int64_t
alive_at(struct client *c, int64_t now)
{
	size_t queued = ws_queued(c->ws);
	int alive = queued < c->queued || c->hub->held ||
	    (queued == 0 && !c->held && !slow_may_read(c));

	c->queued = queued;
	return alive ? now : ws_heard_ms(c->ws);
}

static void
dead(struct client *c)
{
	struct why why;

	why_set(&why, STATUS_TIMEOUT, "no answer to a ping within %" PRId64
	    " ms", c->hub->config->ping_timeout_ms);
	hub_gone(c, &(struct ws_closed){ .code = WS_ABNORMAL, .why = &why });
}

/* When it is to be looked at next. */
static int64_t
next_look(const struct client *c, int64_t now)
{
	const struct hub_config *f = c->hub->config;
	int64_t due = c->pinged_ms != 0 ? c->pinged_ms + f->ping_timeout_ms :
	    c->alive_ms + f->ping_ms;
	int64_t soon = now + (f->ping_ms < f->ping_timeout_ms ? f->ping_ms :
	    f->ping_timeout_ms) / LOOKS + 1;

	/* That it takes what is queued shows only if it is looked at. */
	return c->queued > 0 && soon < due ? soon : due;
}

/* Its ping was not answered in time. */
static int
is_overdue(const struct client *c, int64_t now)
{
	return c->pinged_ms != 0 &&
	    now - c->pinged_ms >= c->hub->config->ping_timeout_ms;
}

static void
look(struct client *c, int64_t now)
{
	const struct hub_config *f = c->hub->config;
	int64_t alive = alive_at(c, now);

	if (is_overdue(c, now) && c->held && c->queued == 0)
		alive = now;
	if (alive > c->alive_ms) {
		c->alive_ms = alive;
		c->pinged_ms = 0;
	}
	if (is_overdue(c, now)) {
		dead(c);
		return;
	}
	if (c->pinged_ms == 0 && now - c->alive_ms >= f->ping_ms) {
		/* That the ping itself is taken says nothing: c->queued stays
		 * what it was. */
		ws_ping(c->ws, SPAN(""));
		c->pinged_ms = now;
	}
	heap_add(&c->hub->pulses, &c->pulse, next_look(c, now));
}

static void
set_timer(struct hub *h)
{
	int64_t in_ms;

	if (h->pulses.first == NULL)
		return;
	in_ms = h->pulses.first->at_ms - loop_now(h->loop);
	loop_timer_set(h->pulse, in_ms > TICK_MS ? in_ms : TICK_MS);
}

static void
on_timer(void *arg)
{
	struct hub *h = arg;
	struct client *c;
	int64_t now = loop_now(h->loop);

	while ((c = first(h)) != NULL && c->pulse.at_ms <= now) {
		heap_remove(&h->pulses, &c->pulse);
		look(c, now);
	}
	set_timer(h);
}

void
pulse_begin(struct client *c)
{
	struct hub *h = c->hub;

	if (h->pulse == NULL)
		return;
	c->alive_ms = loop_now(h->loop);
	heap_add(&h->pulses, &c->pulse, c->alive_ms + h->config->ping_ms);
	if (!loop_timer_active(h->pulse))
		set_timer(h);
}

void
pulse_end(struct client *c)
{
	heap_remove(&c->hub->pulses, &c->pulse);
}

int
pulse_init(struct hub *h)
{
	if (h->config->ping_ms == 0)
		return 0;
	h->pulse = loop_timer_new(h->loop, on_timer, h);
	return h->pulse == NULL ? -1 : 0;
}

void
pulse_done(struct hub *h)
{
	loop_timer_free(h->pulse);
}
