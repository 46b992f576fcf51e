/* conn.c - a connection: its requests, one after the other. */
#include <stdlib.h>

#include "own.h"

#define EARLY ((size_t)16 * 1024)	/* kept while a request is open */

static void on_received(void *, struct span);
static void on_drained(void *);
static void on_ended(void *, const struct why *);
static void on_half_closed(void *);
static void on_timer(void *);
static void on_task(void *);

static const struct stream_user stream_user = {
	.received = on_received, .drained = on_drained, .ended = on_ended,
	.half_closed = on_half_closed
};

struct conn *
conn_new(struct front *f, struct stream *stream)
{
	struct conn *c = calloc(1, sizeof(*c));

	if (c != NULL)
		c->timer = loop_timer_new(f->loop, on_timer, c);
	if (c == NULL || c->timer == NULL) {
		free(c);
		stream_free(stream);
		return NULL;
	}
	c->front = f;
	c->stream = stream;
	c->timer_at = NEVER;
	c->state = CONN_DEAD;
	conn_become(c, CONN_HEAD);
	buf_init(&c->in, SIZE_MAX);
	loop_task_init(&c->task, on_task, c);
	LIST_INSERT_HEAD(&f->conns, c, all);
	f->nconns++;
	f->taken++;
	stream_attach(stream, &stream_user, c);
	conn_deadline(c, f->config.header_timeout_ms);
	return c;
}

static struct conn_queue *
queue_of(struct conn *c)
{
	struct front *f = c->front;

	switch (c->state) {
	case CONN_HEAD:
		return &f->heads;
	case CONN_BODY:
		return &f->bodies;
	case CONN_PARKED:
		return &f->parked;
	case CONN_CROWDED:
		return &f->crowded;
	default:
		return NULL;
	}
}

void
conn_become(struct conn *c, enum conn_state state)
{
	struct conn_queue *queue = queue_of(c);

	if (queue != NULL)
		TAILQ_REMOVE(queue, c, waits);
	c->state = state;
	queue = queue_of(c);
	if (queue == NULL)
		return;
	c->since = loop_now(c->front->loop);
	TAILQ_INSERT_TAIL(queue, c, waits);
}

void
conn_end_exchange(struct conn *c, int tell)
{
	struct front *f = c->front;
	struct exchange *x = c->exchange;

	if (x == NULL)
		return;
	if (c->state == CONN_PARKED || c->state == CONN_CROWDED)
		conn_become(c, CONN_HELD);
	c->exchange = NULL;
	f->nopen--;
	if (tell)
		f->user.gone(f->arg, x);
	if (x->body.n > 0) {
		f->buffered -= x->body.n;
		if (!TAILQ_EMPTY(&f->crowded))
			loop_task_schedule(f->loop, &f->task);
	}
	exchange_free(f, x);
}

void
conn_free(struct conn *c)
{
	struct front *f = c->front;

	if (c->state == CONN_DEAD)
		return;
	conn_end_exchange(c, 0);
	conn_become(c, CONN_DEAD);
	stream_free(c->stream);
	loop_timer_free(c->timer);
	loop_task_cancel(&c->task);
	LIST_REMOVE(c, all);
	LIST_INSERT_HEAD(&f->dead, c, all);
	f->nconns--;
	loop_task_schedule(f->loop, &f->task);
}

/* Most deadlines are put off before they come, so the timer is only touched
 * where it would be late. */
void
conn_deadline(struct conn *c, int64_t in_ms)
{
	int64_t now = loop_now(c->front->loop);

	c->deadline = in_ms == NEVER ? NEVER : now + in_ms;
	if (c->deadline >= c->timer_at)
		return;
	c->timer_at = c->deadline;
	loop_timer_set(c->timer, in_ms);
}

/* A peer that does not read is not waited for longer than idle_timeout. */
void
conn_shut(struct conn *c, int64_t linger_ms)
{
	conn_become(c, CONN_CLOSING);
	if (!c->running)	/* else it may be what is being read */
		buf_done(&c->in);
	stream_shut(c->stream, linger_ms);
	conn_deadline(c, c->front->config.idle_timeout_ms + linger_ms);
}

/* ---- reading on ---- */

/* The peer will say no more, and what it said is dealt with. */
static void
at_eof(struct conn *c)
{
	if (c->state == CONN_BODY)
		reply_error(c, 400, "the body was cut short");
	else if (c->state == CONN_HEAD && !c->full)
		conn_shut(c, LINGER_MS);
	else if (c->state == CONN_HELD && c->front->user.eof != NULL)
		c->front->user.eof(c->front->arg, c->exchange);
}

static void
pause_or_resume(struct conn *c)
{
	int much = c->in.n >= EARLY && c->state != CONN_HEAD &&
	    c->state != CONN_BODY;

	if (c->full || much)
		stream_pause(c->stream);
	else if (c->paused)
		stream_resume(c->stream);
	c->paused = c->full || much;
}

static void
settle(struct conn *c)
{
	if (c->state == CONN_DEAD)
		return;
	if (c->state == CONN_CLOSING || c->in.n == 0)
		buf_done(&c->in);
	if (c->eof && c->state != CONN_CLOSING)
		at_eof(c);
	if (c->state != CONN_DEAD && c->state != CONN_CLOSING)
		pause_or_resume(c);
}

void
conn_run(struct conn *c)
{
	c->now = buf_span(&c->in);
	conn_read(c);
	if (c->state != CONN_DEAD && c->state != CONN_CLOSING)
		buf_drop(&c->in, c->in.n - c->now.n);
	settle(c);
}

void
conn_run_later(struct conn *c)
{
	if (!c->running)
		loop_task_schedule(c->front->loop, &c->task);
}

static void
on_received(void *arg, struct span bytes)
{
	struct conn *c = arg;
	struct front *f = c->front;

	front_enter(f);
	if (c->in.n > 0) {
		if (buf_add(&c->in, bytes) != 0)
			conn_free(c);
		else
			conn_run(c);
	} else {
		c->now = bytes;
		conn_read(c);
		if (c->state != CONN_DEAD && c->state != CONN_CLOSING &&
		    c->now.n > 0 && buf_add(&c->in, c->now) != 0)
			conn_free(c);
		settle(c);
	}
	front_leave(f);
}

static void
on_task(void *arg)
{
	struct conn *c = arg;
	struct front *f = c->front;

	front_enter(f);
	conn_run(c);
	front_leave(f);
}

static void
on_drained(void *arg)
{
	struct conn *c = arg;

	if (c->full) {
		c->full = 0;
		conn_deadline(c, c->front->config.idle_timeout_ms);
		conn_run_later(c);
	}
}

static void
on_half_closed(void *arg)
{
	struct conn *c = arg;

	c->eof = 1;
	conn_run_later(c);
}

static void
on_ended(void *arg, const struct why *why)
{
	struct conn *c = arg;
	struct front *f = c->front;

	(void)why;
	front_enter(f);
	f->left += c->exchange != NULL;
	conn_end_exchange(c, 1);
	conn_free(c);
	front_leave(f);
}

/* ---- time ---- */

static void
too_late(struct conn *c)
{
	switch (c->state) {
	case CONN_HEAD:
		if (stream_queued(c->stream) > 0)
			conn_free(c);	/* nobody reads what we say */
		else if (c->begun)
			reply_error(c, 408, "the request took too long");
		else
			conn_shut(c, LINGER_MS);
		break;
	case CONN_BODY:
		reply_error(c, 408, "the body took too long");
		break;
	case CONN_PARKED:
	case CONN_CROWDED:
		reply_error(c, 503, "busy");
		break;
	case CONN_CLOSING:
		conn_free(c);
		break;
	case CONN_HELD:
	case CONN_ASKED:
	case CONN_DEAD:
		break;
	}
}

static void
on_timer(void *arg)
{
	struct conn *c = arg;
	struct front *f = c->front;
	int64_t now = loop_now(f->loop), deadline = c->deadline;

	front_enter(f);
	c->timer_at = NEVER;
	if (deadline > now && deadline != NEVER)
		conn_deadline(c, deadline - now);
	else if (deadline <= now)
		too_late(c);
	front_leave(f);
}
