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

/* ---- the loop ---- */

/* libuv's epoll set is one descriptor of ours.  What it is to poll it knows
 * only once it has run. */
static int
start(struct loop *l)
{
	struct epoll_event ev = { .events = EPOLLIN, .data.ptr = l };
	int e;

	l->uv_first = 1;
	if ((e = uv_async_init(&l->uv, &l->kept, NULL)) != 0)
		return e;
	if (epoll_ctl(l->set, EPOLL_CTL_ADD, uv_backend_fd(&l->uv), &ev) == -1)
		return uv_translate_sys_error(errno);
	return 0;
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

/* libuv runs when it has something: its descriptors (signals, threads),
 * timers that are due, handles to close. */
static void
run_uv(struct loop *l)
{
	if (!l->uv_first && !l->uv_shared && uv_backend_timeout(&l->uv) != 0)
		return;
	l->uv_first = 0;
	uv_run(&l->uv, UV_RUN_NOWAIT);
}

static void
end_turn(struct loop *l)
{
	uv_update_time(&l->uv);
	do {
		run_tasks(l);
		run_uv(l);
	} while (l->tasks != &l->last);
}

void
loop_run(struct loop *l)
{
	end_turn(l);
	while (!l->stopped) {
		loop_poll(l, uv_backend_timeout(&l->uv));
		end_turn(l);
	}
	l->stopped = 0;
}

void
loop_stop(struct loop *l)
{
	l->stopped = 1;
}

void
loop_drain(struct loop *l)
{
	int i;

	for (i = 0; i < 3; i++) {
		l->uv_first = 1;
		end_turn(l);
		loop_poll(l, 0);
	}
}

int64_t
loop_now(const struct loop *l)
{
	return (int64_t)uv_now(&l->uv);
}

void *
loop_native(struct loop *l)
{
	l->uv_shared = 1;
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
	l->uv_first = 1;
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
