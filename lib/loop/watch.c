/* watch.c - descriptors, polled by an epoll set of our own.
 *
 * uv_poll will not do: it makes what it polls non-blocking, which would
 * change the terminal or pipe under everybody who shares it; it refuses files
 * and /dev/null; and it tells of a pipe whose reader went as an error (libuv
 * 1.44).
 */
#include <sys/epoll.h>
#include <sys/eventfd.h>

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "own.h"

struct loop_watch {
	struct loop *loop;
	int fd;
	int ready;		/* stands in for a file, or is -1 */
	int events;		/* wanted: LOOP_* */
	loop_watch_fn fn;
	void *arg;
};

/* What happened, of what the watch asked for.  A descriptor that hung up or
 * is in error can be read and written: the call tells what is the matter. */
static int
happened(const struct loop_watch *w, uint32_t got)
{
	int events = 0, wanted = w->events;

	if (wanted & LOOP_EDGE)
		wanted |= LOOP_END;
	if (got & (EPOLLHUP | EPOLLERR))
		events = LOOP_READ | LOOP_WRITE | LOOP_GONE | LOOP_END;
	if (got & EPOLLIN)
		events |= LOOP_READ;
	if (got & EPOLLOUT)
		events |= LOOP_WRITE;
	if (got & EPOLLRDHUP)
		events |= LOOP_END;
	return events & wanted;
}

/* epoll always tells of errors and hang-ups.  A watch that is paused hears
 * of each once, by EPOLLET, so that the loop does not spin on it. */
static struct epoll_event
asked(struct loop_watch *w)
{
	return (struct epoll_event){
		.events = (w->events & LOOP_READ ? EPOLLIN : 0u) |
		    (w->events & LOOP_WRITE ? EPOLLOUT : 0u) |
		    (w->events & LOOP_EDGE ? EPOLLET | EPOLLRDHUP : 0u) |
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

static void
serve(struct loop *l, const struct epoll_event *ev)
{
	struct loop_watch *w = ev->data.ptr;
	int events;

	if (ev->data.ptr == l)
		l->uv_first = 1;
	else if (w != NULL && (events = happened(w, ev->events)) != 0)
		w->fn(w->arg, events);
}

void
loop_poll(struct loop *l, int timeout)
{
	int i;

	l->nbatch = epoll_wait(l->set, l->batch, LOOP_BATCH, timeout);
	uv_update_time(&l->uv);
	for (i = 0; i < l->nbatch; i++)
		serve(l, &l->batch[i]);
	l->nbatch = 0;
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

/* epoll looks anew at what is changed. */
void
loop_watch_again(struct loop_watch *w)
{
	struct epoll_event ev = asked(w);

	epoll_ctl(w->loop->set, EPOLL_CTL_MOD, polled_fd(w), &ev);
}

void
loop_watch_set(struct loop_watch *w, int events)
{
	/* A pause hears of a hang-up anew, see asked(). */
	if (events == w->events && events != 0)
		return;
	w->events = events;
	loop_watch_again(w);
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
