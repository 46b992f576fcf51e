/* pipes.c - what goes to a child's stdin and comes from its stdout and
 * stderr.
 */
#include <errno.h>
#include <unistd.h>

#include "flow.h"
#include "own.h"

#define LONGEST ((size_t)3072)	/* of a line of stderr in one piece */

/* ---- stdin ---- */

void
child_input_close(struct child *c)
{
	struct child_input *in = &c->in;

	loop_watch_free(in->watch);
	in->watch = NULL;
	if (in->fd != -1)
		close(in->fd);
	in->fd = -1;
	buf_done(&in->queue);
}

/* How much it took of s; all of it where nobody reads it any more. */
static size_t
feed(struct child *c, struct span s)
{
	size_t did = 0;
	ssize_t n;

	while (did < s.n) {
		n = write(c->in.fd, s.p + did, s.n - did);
		if (n >= 0) {
			did += (size_t)n;
		} else if (errno == EAGAIN) {
			break;
		} else if (errno != EINTR) {
			child_input_close(c);
			return s.n;
		}
	}
	return did;
}

static void
on_writable(void *arg, int events)
{
	struct child *c = arg;
	struct child_input *in = &c->in;
	size_t did = feed(c, buf_span(&in->queue));

	(void)events;
	if (in->fd != -1) {
		buf_drop(&in->queue, did);
		if (in->queue.n == 0 && in->ending)
			child_input_close(c);
		else if (in->queue.n == 0)
			loop_watch_set(in->watch, 0);
	}
	if (in->full && in->queue.n < in->limit / 2 + 1) {
		in->full = 0;
		if (c->user->room != NULL)
			c->user->room(c->arg);
	}
}

/* 0, or -1: it can't be kept, so that its stdin is at its end. */
static int
keep(struct child *c, struct span s)
{
	struct child_input *in = &c->in;

	if (in->watch == NULL)
		in->watch = loop_watch_new(c->all->loop, in->fd, on_writable,
		    c, NULL);
	if (in->watch == NULL || buf_add(&in->queue, s) != 0)
		return -1;
	loop_watch_set(in->watch, LOOP_WRITE);
	return 0;
}

int
child_put(struct child *c, struct span s)
{
	struct child_input *in = &c->in;

	if (in->fd != -1 && in->queue.n == 0)
		s = span_from(s, feed(c, s));
	if (in->fd == -1)
		return 0;
	if (s.n > 0 && keep(c, s) != 0) {
		child_input_close(c);
		return 0;
	}
	in->full = in->queue.n > 0 && in->queue.n >= in->limit;
	return in->full ? FULL : 0;
}

void
child_end_input(struct child *c)
{
	c->in.ending = 1;
	if (c->in.queue.n == 0)
		child_input_close(c);
}

/* ---- stdout and stderr ---- */

static void
output_close(struct child_output *o)
{
	loop_watch_free(o->watch);
	o->watch = NULL;
	if (o->fd != -1)
		close(o->fd);
	o->fd = -1;
}

static void
output_watch(struct child_output *o)
{
	if (o->watch != NULL)
		loop_watch_set(o->watch, o->full ? 0 : LOOP_READ);
}

/* What there is, 0 at the end, -1: nothing yet. */
static ssize_t
take(struct child *c, struct child_output *o, size_t most)
{
	ssize_t n = read(o->fd, c->all->chunk, most);

	if (n == -1 && errno != EAGAIN && errno != EINTR)
		n = 0;
	return n;
}

static void
on_output(void *arg, int events)
{
	struct child *c = arg;
	ssize_t n = take(c, &c->out, CHUNK);

	(void)events;
	if (n > 0) {
		c->out.full = c->user->output(c->arg,
		    span_of(c->all->chunk, (size_t)n)) == FULL;
		if (c->out.full)
			output_watch(&c->out);
	} else if (n == 0) {
		output_close(&c->out);
		if (child_pipes_ended(c))
			child_output_ended(c);
	}
}

/* The next piece of what has come: a line, or the most of a long one that
 * ends between two characters; p is NULL where neither is there. */
static struct span
piece(const struct child *c, int at_end, size_t *used)
{
	struct span s = buf_span(&c->line);
	const char *feed_at = s.n == 0 ? NULL : memchr(s.p, '\n', s.n);

	if (feed_at != NULL && (size_t)(feed_at - s.p) <= LONGEST) {
		s.n = (size_t)(feed_at - s.p);
		*used = s.n + 1;
		return s;
	}
	if (s.n > LONGEST) {
		size_t i = LONGEST;

		while (i > LONGEST - 4 && (s.p[i] & 0xc0) == 0x80)
			i--;
		s.n = i;
	} else if (!at_end || s.n == 0) {
		return (struct span){ NULL, 0 };
	}
	*used = s.n;
	return s;
}

/* Passes lines on as long as they are taken. */
static void
pass_lines(struct child *c)
{
	struct span s;
	size_t used;

	c->err.full = 0;
	while (!c->err.full &&
	    (s = piece(c, c->err.fd == -1, &used)).p != NULL) {
		c->err.full = c->user->error(c->arg, s) == FULL;
		if (c->freed)
			return;
		buf_drop(&c->line, used);
	}
	if (c->line.n == 0)
		buf_done(&c->line);
	output_watch(&c->err);
	if (child_pipes_ended(c))
		child_output_ended(c);
}

static void
on_error(void *arg, int events)
{
	struct child *c = arg;
	ssize_t n = take(c, &c->err, LONGEST + 1);

	(void)events;
	if (n < 0)
		return;
	/* Without memory it is lost: it was for people. */
	if (n > 0)
		(void)buf_add(&c->line, span_of(c->all->chunk, (size_t)n));
	else
		output_close(&c->err);
	pass_lines(c);
}

void
child_resume(struct child *c)
{
	if (c->out.full) {
		c->out.full = 0;
		output_watch(&c->out);
	}
	if (c->err.full)
		pass_lines(c);
}

int
child_pipes_start(struct child *c, struct why *why)
{
	struct loop *loop = c->all->loop;

	c->out.watch = loop_watch_new(loop, c->out.fd, on_output, c, why);
	if (c->out.watch == NULL)
		return -1;
	c->err.watch = loop_watch_new(loop, c->err.fd, on_error, c, why);
	if (c->err.watch == NULL)
		return -1;
	output_watch(&c->out);
	output_watch(&c->err);
	return 0;
}

void
child_pipes_close(struct child *c)
{
	child_input_close(c);
	output_close(&c->out);
	output_close(&c->err);
	buf_done(&c->line);
}

int
child_pipes_ended(const struct child *c)
{
	return c->out.fd == -1 && c->err.fd == -1 && !c->err.full;
}
