/* loop.c - turns, timers, signals and tasks, on libuv. */
#include <sys/epoll.h>

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "own.h"

struct loop_timer {
	uv_timer_t uv;
	loop_fn fn;
	void *arg;
};

struct loop_signal {
	uv_signal_t uv;
	loop_signal_fn fn;
	void *arg;
};

static void
run_tasks(struct loop *l)
{
	while (l->tasks != &l->last) {
		struct loop_task *t = l->tasks;

		loop_task_cancel(t);
		t->fn(t->arg);
	}
}

/* libuv's last step before it waits.  Handles of one kind run in the reverse
 * order of their start, so this one, started first, is the last. */
static void
on_turn_end(uv_prepare_t *h)
{
	run_tasks(h->data);
}

/* ---- the loop ---- */

static int
start(struct loop *l)
{
	int e;

	if ((e = uv_prepare_init(&l->uv, &l->turn_end)) != 0 ||
	    (e = uv_prepare_start(&l->turn_end, on_turn_end)) != 0 ||
	    (e = uv_poll_init(&l->uv, &l->polled, l->set)) != 0)
		return e;
	l->turn_end.data = l;
	l->polled.data = l;
	return uv_poll_start(&l->polled, UV_READABLE, loop_polled);
}

static void
close_handle(uv_handle_t *h, void *unused)
{
	(void)unused;
	if (!uv_is_closing(h))
		uv_close(h, NULL);
}

struct loop *
loop_new(struct why *why)
{
	struct loop *l = calloc(1, sizeof(*l));
	int e;

	if (l == NULL || (l->set = epoll_create1(EPOLL_CLOEXEC)) == -1) {
		why_errno(why, STATUS_SOME, "event loop");
		free(l);
		return NULL;
	}
	l->tasks = &l->last;
	l->last.link = &l->tasks;
	if ((e = uv_loop_init(&l->uv)) != 0) {
		close(l->set);
		free(l);
	} else if ((e = start(l)) != 0) {
		loop_free(l);
	} else {
		return l;
	}
	why_set(why, STATUS_SOME, "event loop: %s", uv_strerror(e));
	return NULL;
}

void
loop_free(struct loop *l)
{
	if (l == NULL)
		return;
	uv_walk(&l->uv, close_handle, NULL);
	while (uv_loop_close(&l->uv) == UV_EBUSY)
		uv_run(&l->uv, UV_RUN_DEFAULT);
	close(l->set);
	free(l);
}

void
loop_run(struct loop *l)
{
	uv_run(&l->uv, UV_RUN_DEFAULT);
	/* What the last turn put off must not be lost. */
	run_tasks(l);
}

void
loop_stop(struct loop *l)
{
	uv_stop(&l->uv);
}

/* libuv closes handles at the end of a turn; the first may only take note
 * of an earlier loop_stop. */
void
loop_drain(struct loop *l)
{
	int i;

	for (i = 0; i < 3; i++)
		uv_run(&l->uv, UV_RUN_NOWAIT);
}

int64_t
loop_now(const struct loop *l)
{
	return (int64_t)uv_now(&l->uv);
}

void *
loop_native(struct loop *l)
{
	return &l->uv;
}

/* ---- timers ---- */

static void
on_timer(uv_timer_t *h)
{
	struct loop_timer *t = h->data;

	t->fn(t->arg);
}

static void
free_handle(uv_handle_t *h)
{
	free(h->data);
}

struct loop_timer *
loop_timer_new(struct loop *l, loop_fn fn, void *arg)
{
	struct loop_timer *t = malloc(sizeof(*t));

	if (t == NULL)
		return NULL;
	uv_timer_init(&l->uv, &t->uv);	/* cannot fail */
	t->uv.data = t;
	t->fn = fn;
	t->arg = arg;
	return t;
}

void
loop_timer_set(struct loop_timer *t, int64_t in_ms)
{
	uv_timer_start(&t->uv, on_timer, in_ms < 0 ? 0 : (uint64_t)in_ms, 0);
}

void
loop_timer_stop(struct loop_timer *t)
{
	uv_timer_stop(&t->uv);
}

int
loop_timer_active(const struct loop_timer *t)
{
	return uv_is_active((const uv_handle_t *)&t->uv);
}

void
loop_timer_free(struct loop_timer *t)
{
	if (t != NULL)
		uv_close((uv_handle_t *)&t->uv, free_handle);
}

/* ---- signals ---- */

static void
on_signal(uv_signal_t *h, int signum)
{
	struct loop_signal *s = h->data;

	s->fn(s->arg, signum);
}

struct loop_signal *
loop_signal_new(struct loop *l, int signum, loop_signal_fn fn, void *arg)
{
	struct loop_signal *s = malloc(sizeof(*s));

	if (s == NULL)
		return NULL;
	if (uv_signal_init(&l->uv, &s->uv) != 0) {
		free(s);
		return NULL;
	}
	s->uv.data = s;
	s->fn = fn;
	s->arg = arg;
	if (uv_signal_start(&s->uv, on_signal, signum) != 0) {
		loop_signal_free(s);
		return NULL;
	}
	return s;
}

void
loop_signal_free(struct loop_signal *s)
{
	if (s != NULL)
		uv_close((uv_handle_t *)&s->uv, free_handle);
}

/* ---- tasks ---- */

void
loop_task_init(struct loop_task *t, loop_fn fn, void *arg)
{
	*t = (struct loop_task){ fn, arg, NULL, NULL };
}

void
loop_task_schedule(struct loop *l, struct loop_task *t)
{
	if (t->link != NULL)
		return;
	t->link = l->last.link;
	t->next = &l->last;
	*t->link = t;
	l->last.link = &t->next;
}

void
loop_task_cancel(struct loop_task *t)
{
	if (t->link == NULL)
		return;
	*t->link = t->next;
	t->next->link = t->link;
	t->link = NULL;
}
