/* front.c - connections as they come and wait, and the user's word on them. */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

#include "own.h"

static void
bury(struct front *f)
{
	struct conn *c;

	while ((c = LIST_FIRST(&f->dead)) != NULL) {
		LIST_REMOVE(c, all);
		buf_done(&c->in);
		free(c);
	}
}

static void
release(struct front *f)
{
	struct exchange *x;

	loop_task_cancel(&f->task);
	bury(f);
	while ((x = LIST_FIRST(&f->spare)) != NULL) {
		LIST_REMOVE(x, spare);
		exchange_really_free(x);
	}
	buf_done(&f->out);
	free(f);
}

void
front_enter(struct front *f)
{
	f->busy++;
}

void
front_leave(struct front *f)
{
	if (--f->busy == 0 && f->freed)
		release(f);
}

/* Does what x may still grow to fit beside the other bodies? */
static int
has_room(const struct front *f, const struct exchange *x)
{
	size_t more = x->head.length > 0 ? (size_t)x->head.length : 1;

	return f->buffered == 0 ||
	    f->buffered + more <= (size_t)f->config.max_buffered;
}

static void
on_task(void *arg)
{
	struct front *f = arg;
	struct conn *c;

	front_enter(f);
	bury(f);
	while ((c = TAILQ_FIRST(&f->crowded)) != NULL &&
	    has_room(f, c->exchange)) {
		conn_body(c);
		conn_run(c);
	}
	if (f->stopped && f->nconns == 0 && f->user.emptied != NULL)
		f->user.emptied(f->arg);
	front_leave(f);
}

struct front *
front_new(struct loop *loop, const struct front_config *config,
    const struct front_user *user, void *arg)
{
	struct front *f = calloc(1, sizeof(*f));

	if (f == NULL)
		return NULL;
	f->loop = loop;
	f->config = *config;
	f->user = *user;
	f->arg = arg;
	f->date_s = -1;
	buf_init(&f->out, SIZE_MAX);
	LIST_INIT(&f->conns);
	LIST_INIT(&f->dead);
	LIST_INIT(&f->spare);
	TAILQ_INIT(&f->heads);
	TAILQ_INIT(&f->bodies);
	TAILQ_INIT(&f->parked);
	TAILQ_INIT(&f->crowded);
	loop_task_init(&f->task, on_task, f);
	return f;
}

void
front_take(struct front *f, struct stream *stream)
{
	if (f->stopped)
		stream_free(stream);
	else
		conn_new(f, stream);
}

void
front_stop(struct front *f)
{
	struct conn *c, *next;

	f->stopped = 1;
	for (c = LIST_FIRST(&f->conns); c != NULL; c = next) {
		next = LIST_NEXT(c, all);
		if (c->state == CONN_HEAD && !c->running && c->in.n == 0)
			conn_shut(c, LINGER_STOPPED_MS);
	}
}

size_t
front_open(const struct front *f)
{
	return f->nconns;
}

/* The first in the queue, which has waited longest, if it has so long. */
static struct conn *
waited(const struct front *f, const struct conn_queue *queue, int64_t ms)
{
	struct conn *c = TAILQ_FIRST(queue);

	return c != NULL && loop_now(f->loop) - c->since >= ms ? c : NULL;
}

void
front_shed(struct front *f)
{
	struct conn *c = waited(f, &f->heads, f->config.shed_ms);

	if (c == NULL)
		c = waited(f, &f->bodies, 5 * f->config.shed_ms);
	if (c == NULL)
		return;
	front_enter(f);
	f->shed++;
	if ((c->state == CONN_HEAD && !c->begun) ||
	    stream_queued(c->stream) > 0)
		conn_free(c);
	else
		reply_error_at_once(c, 408, "others wait for a connection");
	front_leave(f);
}

void
front_free(struct front *f)
{
	struct conn *c;

	if (f == NULL || f->freed)
		return;
	front_enter(f);
	f->freed = 1;
	while ((c = LIST_FIRST(&f->conns)) != NULL)
		conn_free(c);
	front_leave(f);
}

static size_t
count_waiting(const struct front *f)
{
	struct conn *c;
	size_t n = 0;

	TAILQ_FOREACH(c, &f->parked, waits)
		n++;
	TAILQ_FOREACH(c, &f->crowded, waits)
		n++;
	return n;
}

void
front_metrics(const struct front *f, struct metrics *m)
{
	char code[16];
	int i;

	metrics_gauge(m, "connections", "Open connections", f->nconns);
	metrics_counter(m, "connections_taken", "Connections accepted",
	    f->taken);
	metrics_counter(m, "connections_shed",
	    "Connections closed to make room for others", f->shed);
	metrics_family(m, "requests",
	    "Requests answered, by status (101: upgraded)", "code");
	for (i = 0; i < STATUSES; i++) {
		snprintf(code, sizeof(code), "%d", i);
		if (f->answered[i] > 0)
			metrics_member(m, code, f->answered[i]);
	}
	metrics_counter(m, "requests_abandoned",
	    "Requests whose sender left before the answer", f->left);
	metrics_gauge(m, "requests_in_flight",
	    "Requests that are not yet answered", f->nopen);
	metrics_gauge(m, "requests_waiting",
	    "Requests that wait for room, their bodies unread",
	    count_waiting(f));
	metrics_counter(m, "body_bytes", "Bytes of the bodies of requests",
	    f->body_bytes);
}

/* ---- the user's word ---- */

static void
wait_as(struct conn *c, enum conn_state state)
{
	struct exchange *x = c->exchange;
	int64_t now = loop_now(c->front->loop);

	if (x->park_until == 0)
		x->park_until = now + c->front->config.park_ms;
	conn_become(c, state);
	conn_deadline(c, x->park_until > now ? x->park_until - now : 0);
}

void
front_accept(struct exchange *x)
{
	struct conn *c = x->conn;

	assert(c->state == CONN_HELD || c->state == CONN_PARKED);
	if (!has_room(c->front, x)) {
		wait_as(c, CONN_CROWDED);
		return;
	}
	conn_body(c);
	conn_run_later(c);
}

void
front_park(struct exchange *x)
{
	struct conn *c = x->conn;

	assert(c->state == CONN_HELD || c->state == CONN_PARKED);
	wait_as(c, CONN_PARKED);
}

/* Those that park again go to the end of the queue, so counting is enough. */
void
front_unpark_all(struct front *f)
{
	struct conn *c;
	size_t n = 0;

	front_enter(f);
	TAILQ_FOREACH(c, &f->parked, waits)
		n++;
	while (n-- > 0 && (c = TAILQ_FIRST(&f->parked)) != NULL)
		conn_head(c);
	front_leave(f);
}

struct stream *
front_upgrade(struct exchange *x, struct span *rest)
{
	struct conn *c = x->conn;
	struct stream *stream = c->stream;

	reply_count(c->front, 101);
	*rest = c->running ? c->now : buf_span(&c->in);
	if (c->paused)
		stream_resume(stream);
	c->stream = NULL;
	conn_free(c);
	return stream;
}
