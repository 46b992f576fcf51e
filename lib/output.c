/* output.c - lines to a descriptor.
 *
 * A pipe or terminal is opened anew through /proc/self/fd: that makes a
 * description of our own, which can be non-blocking without anybody else's
 * becoming so.  Where that fails (another user's terminal, no /proc), a poll
 * and then one write of at most PIPE_BUF bytes does not block a pipe.
 */
#include <sys/socket.h>
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "buf.h"
#include "output.h"
#include "say.h"

#define PIECE ((size_t)64 * 1024)	/* is written before the turn ends */
#define KEPT ((size_t)256 * 1024)	/* memory kept while idle */
#define PIPE_SIZE (1 << 20)		/* 14 times the throughput of 64k */

enum kind { BLOCKS, SOCKET, PLAIN };

struct output {
	struct loop *loop;
	int fd, own;		/* written to; our own to close, or -1 */
	enum kind kind;
	int terminal;		/* a status (say.h) may be on it */
	const struct output_user *user;
	void *arg;
	struct loop_watch *watch;
	struct loop_task task;	/* the turn's end */
	struct buf buf;
	uint64_t taken, told;	/* bytes written; and the user knows */
	int waiting;		/* for LOOP_WRITE */
	int full;		/* FULL was answered; room is due */
	int error;		/* an errno */
	int over;		/* and the user was told */
	int busy, freed;	/* in the user's callbacks; freed by one */
};

static int
reopen(int fd)
{
	char path[32];

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	return open(path, O_WRONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
}

/* A file stays as it is, for its offset and O_APPEND. */
static int
choose(struct output *o, int fd)
{
	struct stat st;

	o->fd = fd;
	o->own = -1;
	o->kind = PLAIN;
	if (fstat(fd, &st) == -1)
		return -1;
	if (S_ISSOCK(st.st_mode))
		o->kind = SOCKET;
	if (!S_ISFIFO(st.st_mode) && !S_ISCHR(st.st_mode))
		return 0;
	fcntl(fd, F_SETPIPE_SZ, PIPE_SIZE);	/* where it is one */
	o->terminal = isatty(fd);
	o->own = reopen(fd);
	if (o->own != -1)
		o->fd = o->own;
	else
		o->kind = BLOCKS;
	return 0;
}

/* ---- writing ---- */

static ssize_t
write_some(struct output *o)
{
	size_t n = o->buf.n;

	if (o->kind == SOCKET)
		return send(o->fd, o->buf.p, n, MSG_DONTWAIT | MSG_NOSIGNAL);
	if (o->kind == BLOCKS && n > PIPE_BUF)
		n = PIPE_BUF;
	return write(o->fd, o->buf.p, n);
}

/* Until all is written or the other end is full.  The user is told at the
 * turn's end. */
static void
flush(struct output *o)
{
	if (o->terminal && o->buf.n > 0)
		say_hide_status();
	while (o->buf.n > 0 && !o->waiting && o->error == 0) {
		ssize_t n = write_some(o);

		if (n >= 0) {
			buf_drop(&o->buf, (size_t)n);
			o->taken += (uint64_t)n;
			o->waiting = o->kind == BLOCKS;
		} else if (errno == EAGAIN) {
			o->waiting = 1;
		} else if (errno != EINTR) {
			o->error = errno == ECONNRESET ? EPIPE : errno;
		}
	}
	if (o->buf.n == 0 && o->buf.cap > KEPT)
		buf_done(&o->buf);
}

/* ---- telling ---- */

static void
tell_gone(struct output *o)
{
	struct why why;
	enum status s = STATUS_SOME;

	if (o->error == EPIPE)
		s = (enum status)(STATUS_SIGNAL + SIGPIPE);
	errno = o->error;
	why_errno(&why, s, "write error");
	loop_watch_set(o->watch, 0);
	buf_done(&o->buf);
	o->user->gone(o->arg, &why);
}

static void
tell(struct output *o)
{
	if (o->taken != o->told && o->error == 0) {
		o->told = o->taken;
		if (o->user->taken != NULL)
			o->user->taken(o->arg);
	}
	if (o->full && o->buf.n < OUTPUT_LIMIT / 2 && !o->freed &&
	    o->error == 0) {
		o->full = 0;
		o->user->room(o->arg);
	}
}

static void
destroy(struct output *o)
{
	buf_done(&o->buf);
	free(o);
}

/* The end of a turn in which something was put, written or heard. */
static void
turn(struct output *o)
{
	if (o->over)
		return;
	o->busy = 1;
	flush(o);
	tell(o);
	if (o->error != 0 && !o->freed) {
		o->over = 1;
		tell_gone(o);
	}
	o->busy = 0;
	if (o->freed)
		destroy(o);
	else if (!o->over)
		loop_watch_set(o->watch, LOOP_GONE |
		    (o->waiting && o->buf.n > 0 ? LOOP_WRITE : 0));
}

static void
on_task(void *arg)
{
	turn(arg);
}

static void
on_ready(void *arg, int events)
{
	struct output *o = arg;

	if (events & LOOP_GONE)
		o->error = EPIPE;
	if (events & LOOP_WRITE)
		o->waiting = 0;
	turn(o);
}

/* ---- the module's functions ---- */

struct output *
output_new(struct loop *l, int fd, const struct output_user *user, void *arg,
    struct why *why)
{
	struct output *o = calloc(1, sizeof(*o));

	if (o == NULL || choose(o, fd) == -1) {
		why_errno(why, STATUS_SOME, "output");
		free(o);
		return NULL;
	}
	o->loop = l;
	o->user = user;
	o->arg = arg;
	o->waiting = o->kind == BLOCKS;
	buf_init(&o->buf, SIZE_MAX);
	loop_task_init(&o->task, on_task, o);
	o->watch = loop_watch_new(l, o->fd, on_ready, o, why);
	if (o->watch == NULL) {
		output_free(o);
		return NULL;
	}
	loop_watch_set(o->watch, LOOP_GONE);
	return o;
}

void
output_free(struct output *o)
{
	if (o == NULL)
		return;
	loop_task_cancel(&o->task);
	loop_watch_free(o->watch);
	if (o->own != -1)
		close(o->own);
	o->freed = 1;
	if (!o->busy)
		destroy(o);
}

int
output_put(struct output *o, struct span line, char terminator)
{
	char *room;

	if (o->error != 0)
		return 0;
	loop_task_schedule(o->loop, &o->task);
	room = buf_room(&o->buf, line.n + 1);
	if (room == NULL) {
		o->error = ENOMEM;
		return 0;
	}
	if (line.n > 0)
		memcpy(room, line.p, line.n);
	room[line.n] = terminator;
	buf_took(&o->buf, line.n + 1);
	if (o->buf.n >= PIECE)
		flush(o);
	if (o->buf.n >= OUTPUT_LIMIT)
		o->full = 1;
	return output_full(o);
}

int
output_full(const struct output *o)
{
	return o->full;
}

uint64_t
output_position(const struct output *o)
{
	return o->taken + o->buf.n;
}

uint64_t
output_taken(const struct output *o)
{
	return o->taken;
}

int
output_is_empty(const struct output *o)
{
	return o->buf.n == 0;
}

void
output_metrics(const struct output *o, struct metrics *m)
{
	metrics_gauge(m, "output_waiting_bytes",
	    "Bytes that stdout has yet to take", o->buf.n);
}
