/* loop.c - timers, descriptors, signals and turns, on libuv.
 *
 * Descriptors are polled by one epoll set of our own, which is one uv_poll
 * to libuv.  uv_poll itself will not do: it makes what it polls non-blocking,
 * which would change the terminal or pipe under everybody who shares it; it
 * refuses files and /dev/null; and it tells of a pipe whose reader went as an
 * error (libuv 1.44).
 */
#include <sys/epoll.h>
#include <sys/eventfd.h>

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>
#include <uv.h>

#include "loop.h"

#define BATCH 256		/* descriptors served in one turn */

struct loop {
	uv_loop_t uv;
	uv_prepare_t turn_end;
	uv_poll_t polled;		/* the epoll set */
	int set;
	struct epoll_event batch[BATCH];
	int nbatch;			/* of them, being served now */
	struct loop_task *tasks;	/* ends with last */
	struct loop_task last;
};

struct loop_timer {
	uv_timer_t uv;
	loop_fn fn;
	void *arg;
};

struct loop_watch {
	struct loop *loop;
	int fd;
	int ready;		/* stands in for a file, or is -1 */
	int events;		/* wanted: LOOP_* */
	loop_watch_fn fn;
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

/* What happened, of what the watch asked for.  A descriptor that hung up or
 * is in error can be read and written: the call tells what is the matter. */
static int
happened(const struct loop_watch *w, uint32_t got)
{
	int events = 0;

	if (got & (EPOLLHUP | EPOLLERR))
		events = LOOP_READ | LOOP_WRITE | LOOP_GONE;
	if (got & EPOLLIN)
		events |= LOOP_READ;
	if (got & EPOLLOUT)
		events |= LOOP_WRITE;
	return events & w->events;
}

static void
on_polled(uv_poll_t *h, int unused, int unused2)
{
	struct loop *l = h->data;
	int i, events;

	(void)unused;
	(void)unused2;
	l->nbatch = epoll_wait(l->set, l->batch, BATCH, 0);
	for (i = 0; i < l->nbatch; i++) {
		struct loop_watch *w = l->batch[i].data.ptr;

		if (w == NULL)		/* freed by a callback before */
			continue;
		events = happened(w, l->batch[i].events);
		if (events != 0)
			w->fn(w->arg, events);
	}
	l->nbatch = 0;
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
	return uv_poll_start(&l->polled, UV_READABLE, on_polled);
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

/* ---- descriptors ---- */

/* epoll always tells of errors and hang-ups.  A watch that is paused hears
 * of each once, by EPOLLET, so that the loop does not spin on it. */
static struct epoll_event
asked(struct loop_watch *w)
{
	return (struct epoll_event){
		.events = (w->events & LOOP_READ ? EPOLLIN : 0u) |
		    (w->events & LOOP_WRITE ? EPOLLOUT : 0u) |
		    (w->events == 0 ? EPOLLET : 0u),
		.data.ptr = w
	};
}

static int
polled_fd(const struct loop_watch *w)
{
	return w->ready == -1 ? w->fd : w->ready;
}

/* Files and /dev/null cannot be polled (EPERM), as they are always ready:
 * so is an eventfd that nobody touches. */
static int
add(struct loop_watch *w)
{
	struct epoll_event ev = asked(w);

	if (epoll_ctl(w->loop->set, EPOLL_CTL_ADD, w->fd, &ev) == 0)
		return 0;
	if (errno != EPERM || (w->ready = eventfd(1, EFD_CLOEXEC)) == -1)
		return -1;
	return epoll_ctl(w->loop->set, EPOLL_CTL_ADD, w->ready, &ev);
}

struct loop_watch *
loop_watch_new(struct loop *l, int fd, loop_watch_fn fn, void *arg,
    struct why *why)
{
	struct loop_watch *w = calloc(1, sizeof(*w));

	if (w == NULL) {
		why_errno(why, STATUS_SOME, "watching a descriptor");
		return NULL;
	}
	*w = (struct loop_watch){ l, fd, -1, 0, fn, arg };
	if (add(w) == 0)
		return w;
	why_errno(why, STATUS_SOME, "watching a descriptor");
	if (w->ready != -1)
		close(w->ready);
	free(w);
	return NULL;
}

void
loop_watch_set(struct loop_watch *w, int events)
{
	struct epoll_event ev;

	w->events = events;
	ev = asked(w);
	epoll_ctl(w->loop->set, EPOLL_CTL_MOD, polled_fd(w), &ev);
}

void
loop_watch_free(struct loop_watch *w)
{
	int i;

	if (w == NULL)
		return;
	for (i = 0; i < w->loop->nbatch; i++)
		if (w->loop->batch[i].data.ptr == w)
			w->loop->batch[i].data.ptr = NULL;
	epoll_ctl(w->loop->set, EPOLL_CTL_DEL, polled_fd(w), NULL);
	if (w->ready != -1)
		close(w->ready);
	free(w);
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
