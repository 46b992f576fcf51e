/* stream.c - the queue, the turns and the ends that all carriers share.
 *
 * A user may free the stream in any of its callbacks.  So that no frame above
 * is left with freed memory, a stream that is inside a callback is only
 * closed then, and freed by the outermost call (busy).
 */
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "sendq.h"
#include "stream.h"

struct stream {
	struct loop *loop;
	const struct stream_carrier *ops;
	void *carrier;			/* NULL once it was freed */
	const struct stream_user *user;	/* NULL: nobody is told */
	void *arg;
	struct sendq queue;
	struct loop_task flush;
	struct loop_timer *linger;	/* made by stream_shut */
	int64_t linger_ms;
	int paused, choked, shutting, shut, half_closed, ended;
	int undrained;			/* put to since the last drained */
	int busy, freed;
	int is_tls;
	char remote[];
};

static void on_flush(void *);

struct stream *
stream_new(struct loop *l, const struct stream_carrier *ops, void *carrier,
    const char *remote, int is_tls)
{
	size_t n = strlen(remote) + 1;
	struct stream *s = calloc(1, sizeof(*s) + n);

	if (s == NULL)
		return NULL;
	s->loop = l;
	s->ops = ops;
	s->carrier = carrier;
	s->is_tls = is_tls;
	memcpy(s->remote, remote, n);
	sendq_init(&s->queue);
	loop_task_init(&s->flush, on_flush, s);
	return s;
}

void
stream_attach(struct stream *s, const struct stream_user *user, void *arg)
{
	s->user = user;
	s->arg = arg;
}

static void
release(struct stream *s)
{
	if (--s->busy == 0 && s->freed)
		free(s);
}

/* ---- ending ---- */

/* Tells the user, once. */
static void
end(struct stream *s, const struct why *why)
{
	const struct stream_user *user = s->user;

	if (s->ended || s->freed)
		return;
	s->ended = 1;
	loop_task_cancel(&s->flush);
	if (s->linger != NULL)
		loop_timer_stop(s->linger);
	s->busy++;
	if (user != NULL)
		user->ended(s->arg, why);
	release(s);
}

static void
on_linger(void *arg)
{
	end(arg, NULL);
}

/* All is sent: our direction ends, the peer's may last for linger_ms. */
static void
shut_now(struct stream *s)
{
	if (s->shut)
		return;
	s->shut = 1;
	s->ops->shut(s->carrier);
	if (s->half_closed) {
		end(s, NULL);
		return;
	}
	if (s->paused) {		/* the peer's end is to be noticed */
		s->paused = 0;
		s->ops->read(s->carrier, 1);
	}
	if (s->linger != NULL)
		loop_timer_set(s->linger, s->linger_ms);
	else			/* out of memory: no waiting */
		end(s, NULL);
}

/* ---- sending ---- */

static void
drained(struct stream *s)
{
	if (s->shutting) {
		shut_now(s);
	} else if (s->undrained && s->user != NULL) {
		s->undrained = 0;
		s->user->drained(s->arg);
	}
}

static void
on_flush(void *arg)
{
	struct stream *s = arg;
	struct span next;
	ssize_t n;

	s->busy++;
	while (!s->choked && !s->ended && (next = sendq_next(&s->queue)).n) {
		n = s->ops->send(s->carrier, next);
		if (n > 0)
			sendq_took(&s->queue, (size_t)n);
		else		/* -1: stream_failed will tell why */
			s->choked = 1;
	}
	if (s->queue.bytes == 0 && !s->ended && !s->freed)
		drained(s);
	release(s);
}

static int
queued(struct stream *s, int failed)
{
	if (failed)
		return -1;
	s->undrained = 1;
	if (!s->choked)
		loop_task_schedule(s->loop, &s->flush);
	return 0;
}

int
stream_put(struct stream *s, struct span bytes)
{
	if (s->ended || s->shutting)
		return -1;
	return queued(s, sendq_copy(&s->queue, bytes) != 0);
}

int
stream_share(struct stream *s, struct block *b, size_t off, size_t n)
{
	if (s->ended || s->shutting)
		return -1;
	return queued(s, sendq_share(&s->queue, b, off, n) != 0);
}

int
stream_send(struct stream *s, struct span bytes)
{
	ssize_t n = 0;

	if (s->ended || s->shutting)
		return -1;
	if (!s->choked && s->queue.bytes == 0 && bytes.n > 0) {
		n = s->ops->send(s->carrier, bytes);
		s->choked = n <= 0;	/* -1: stream_failed will tell why */
	}
	if (n > 0)
		bytes = span_from(bytes, (size_t)n);
	return bytes.n == 0 ? 0 : stream_put(s, bytes);
}

size_t
stream_queued(const struct stream *s)
{
	return s->queue.bytes;
}

void
stream_each_queued(const struct stream *s, void (*fn)(void *arg,
    const struct block *, size_t off, size_t n), void *arg)
{
	sendq_each(&s->queue, fn, arg);
}

/* ---- receiving ---- */

void
stream_pause(struct stream *s)
{
	if (s->paused || s->ended || s->shutting)
		return;
	s->paused = 1;
	s->ops->read(s->carrier, 0);
}

void
stream_resume(struct stream *s)
{
	if (!s->paused || s->ended)
		return;
	s->paused = 0;
	s->ops->read(s->carrier, 1);
}

void
stream_shut(struct stream *s, int64_t linger_ms)
{
	if (s->shutting || s->ended)
		return;
	s->linger = loop_timer_new(s->loop, on_linger, s);
	s->linger_ms = linger_ms;
	s->shutting = 1;
	if (!s->choked)
		loop_task_schedule(s->loop, &s->flush);
}

void
stream_free(struct stream *s)
{
	if (s == NULL || s->freed)
		return;
	s->freed = s->ended = 1;
	s->busy++;
	loop_task_cancel(&s->flush);
	loop_timer_free(s->linger);
	s->linger = NULL;
	sendq_done(&s->queue);
	s->ops->free(s->carrier);
	s->carrier = NULL;
	release(s);
}

const char *
stream_remote(const struct stream *s)
{
	return s->remote;
}

int
stream_is_tls(const struct stream *s)
{
	return s->is_tls;
}

/* ---- for carriers ---- */

void
stream_received(struct stream *s, struct span bytes)
{
	if (s->ended || s->shutting || s->user == NULL)
		return;
	s->busy++;
	s->user->received(s->arg, bytes);
	release(s);
}

void
stream_writable(struct stream *s)
{
	s->choked = 0;
	if (!s->ended)
		on_flush(s);
}

void
stream_half_closed(struct stream *s)
{
	if (s->ended)
		return;
	if (s->shut || s->user == NULL || s->user->half_closed == NULL) {
		end(s, NULL);
		return;
	}
	s->half_closed = 1;
	s->busy++;
	if (!s->shutting)
		s->user->half_closed(s->arg);
	release(s);
}

void
stream_failed(struct stream *s, const struct why *why)
{
	end(s, why);
}
