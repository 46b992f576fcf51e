/* listen/plain.c - streams over bare sockets.
 *
 * libwebsockets is not asked to carry these: its RAW role closes the socket
 * the moment a peer has ended its own direction, and with it goes the answer
 * that a client which sends and half-closes (`printf ... | nc -N`) waits for.
 */
#include <sys/socket.h>

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "listen/own.h"

#define READ_SIZE ((size_t)64 * 1024)

struct plain {
	int fd;
	int wanted;		/* LOOP_* */
	struct loop_watch *watch;
	struct loop_task fail;
	struct loop *loop;
	struct stream *stream;
	int error;		/* of a send, told at the turn's end */
	int eof;
	int busy, freed;
	loop_fn gone;
	void *arg;
};

/* By edges: epoll would look a second time at each socket that was read, to
 * find that nothing more is there. */
static void
want(struct plain *c, int events, int on)
{
	int wanted = on ? c->wanted | events : c->wanted & ~events;

	if (wanted == c->wanted)
		return;
	c->wanted = wanted;
	loop_watch_set(c->watch, wanted == 0 ? 0 : wanted | LOOP_EDGE);
}

static void
tell_failure(struct plain *c, int error)
{
	struct why why;

	errno = error;
	why_errno(&why, STATUS_LOST, "connection lost");
	want(c, LOOP_READ | LOOP_WRITE, 0);
	stream_failed(c->stream, &why);
}

static void
on_fail(void *arg)
{
	struct plain *c = arg;

	tell_failure(c, c->error);
}

static ssize_t
plain_send(void *arg, struct span s)
{
	struct plain *c = arg;
	ssize_t n;

	if (c->error != 0)
		return -1;
	n = send(c->fd, s.p, s.n, MSG_DONTWAIT | MSG_NOSIGNAL);
	if (n >= 0)
		return n;
	if (errno == EAGAIN || errno == EINTR) {
		want(c, LOOP_WRITE, 1);
		return 0;
	}
	c->error = errno;
	loop_task_schedule(c->loop, &c->fail);
	return -1;
}

static void
plain_read(void *arg, int on)
{
	struct plain *c = arg;

	if (!c->eof)
		want(c, LOOP_READ, on);
}

static void
plain_shut(void *arg)
{
	struct plain *c = arg;

	shutdown(c->fd, SHUT_WR);
}

static void
destroy(struct plain *c)
{
	c->gone(c->arg);
	free(c);
}

static void
plain_free(void *arg)
{
	struct plain *c = arg;

	loop_task_cancel(&c->fail);
	loop_watch_free(c->watch);
	close(c->fd);
	c->freed = 1;
	if (!c->busy)
		destroy(c);
}

static const struct stream_carrier plain_carrier = {
	plain_send, plain_read, plain_shut, plain_free
};

/* Less than there is room for is all there was (epoll(7)), but for an end.
 * Who sends urgent data or descriptors along makes it less, and then has only
 * himself to wait for. */
static void
receive(struct plain *c, int events)
{
	/* One buffer serves all: what is received is borrowed. */
	static char buf[READ_SIZE];
	ssize_t n = recv(c->fd, buf, sizeof(buf), MSG_DONTWAIT);

	if (n == sizeof(buf) || (n > 0 && events & LOOP_END) ||
	    (n == -1 && errno == EINTR))
		loop_watch_again(c->watch);
	if (n > 0) {
		stream_received(c->stream, span_of(buf, (size_t)n));
	} else if (n == 0) {
		want(c, LOOP_READ, 0);
		c->eof = 1;
		stream_half_closed(c->stream);
	} else if (errno != EAGAIN && errno != EINTR) {
		tell_failure(c, errno);
	}
}

static void
on_ready(void *arg, int events)
{
	struct plain *c = arg;

	c->busy = 1;
	if (events & LOOP_WRITE) {
		want(c, LOOP_WRITE, 0);
		stream_writable(c->stream);
	}
	if (!c->freed && (events & c->wanted & LOOP_READ))
		receive(c, events);
	c->busy = 0;
	if (c->freed)
		destroy(c);
}

struct stream *
plain_stream(struct loop *l, int fd, const char *remote, loop_fn gone,
    void *arg)
{
	struct plain *c = calloc(1, sizeof(*c));

	if (c == NULL) {
		close(fd);
		return NULL;
	}
	c->fd = fd;
	c->loop = l;
	c->gone = gone;
	c->arg = arg;
	loop_task_init(&c->fail, on_fail, c);
	c->watch = loop_watch_new(l, fd, on_ready, c, NULL);
	/* Last, for it would tell of its end. */
	if (c->watch != NULL)
		c->stream = stream_new(l, &plain_carrier, c, remote, 0);
	if (c->stream == NULL) {
		loop_watch_free(c->watch);
		close(fd);
		free(c);
		return NULL;
	}
	want(c, LOOP_READ, 1);
	return c->stream;
}
