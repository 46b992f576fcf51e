/* input.c - records from a descriptor.
 *
 * A pipe or terminal is opened anew through /proc/self/fd: that makes a
 * description of our own, which can be non-blocking without anybody else's
 * becoming so.  Where that fails (another user's terminal, no /proc), one
 * read after each poll does not block either, unless somebody else reads the
 * same pipe.
 */
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "input.h"

#define PIECE ((size_t)64 * 1024)	/* read in one turn of the loop */
#define PIPE_SIZE (1 << 20)	/* its writer need not wait for our turns */

struct input {
	struct loop *loop;
	int fd, own;		/* read from; our own to close, or -1 */
	int is_socket;
	const struct input_user *user;
	void *arg;
	struct loop_watch *watch;
	struct loop_task task;	/* deliver what is left in the buffer */
	struct records records;	/* running between resume and pause or FULL */
	int eof, failed;	/* nothing more to read; because of why */
	int ended;		/* and the user was told */
	int busy, freed;	/* in the user's callbacks; freed by one */
	struct why why;
};

static int
reopen(int fd)
{
	char path[32];

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	return open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
}

/* A file stays as it is, since its offset is shared on purpose. */
static void
choose(struct input *in, int fd)
{
	struct stat st;

	in->fd = fd;
	in->own = -1;
	if (fstat(fd, &st) == -1)
		return;
	in->is_socket = S_ISSOCK(st.st_mode);
	if (S_ISFIFO(st.st_mode) || S_ISCHR(st.st_mode))
		in->own = reopen(fd);
	if (in->own != -1)
		in->fd = in->own;
	fcntl(in->fd, F_SETPIPE_SZ, PIPE_SIZE);	/* where it is one */
}

/* ---- records ---- */

static int
on_record(void *arg, struct span s, uint64_t number)
{
	struct input *in = arg;

	return in->user->record(in->arg, s, number);
}

static void
on_bad(void *arg, uint64_t number, const struct why *why)
{
	struct input *in = arg;

	in->user->bad(in->arg, number, why);
}

static const struct records_user records_user = { on_record, on_bad };

static void
end(struct input *in)
{
	in->records.running = 0;
	in->ended = 1;
	in->user->end(in->arg, in->failed ? &in->why : NULL);
}

static void
destroy(struct input *in)
{
	records_done(&in->records);
	free(in);
}

/* Passes on the records, then the end.  Any callback may pause or free. */
static void
work(struct input *in)
{
	in->busy = 1;
	if (in->eof)
		records_end(&in->records);
	else
		records_deliver(&in->records);
	if (in->records.running && in->eof)
		end(in);
	in->busy = 0;
	if (in->freed)
		destroy(in);
	else
		loop_watch_set(in->watch,
		    in->records.running && !in->eof ? LOOP_READ : 0);
}

/* ---- reading ---- */

static void
fail(struct input *in)
{
	why_errno(&in->why, STATUS_SOME, "read error");
	in->failed = in->eof = 1;
	records_forget(&in->records);
}

static void
read_piece(struct input *in)
{
	char *room = records_room(&in->records, PIECE);
	ssize_t n;

	if (room == NULL) {
		errno = ENOMEM;
		n = -1;
	} else if (in->is_socket) {
		n = recv(in->fd, room, PIECE, MSG_DONTWAIT);
	} else {
		n = read(in->fd, room, PIECE);
	}
	if (n > 0)
		records_took(&in->records, (size_t)n);
	else if (n == 0)
		in->eof = 1;
	else if (errno != EAGAIN && errno != EINTR)
		fail(in);
}

static void
on_ready(void *arg, int events)
{
	struct input *in = arg;

	(void)events;
	read_piece(in);
	work(in);
}

static void
on_task(void *arg)
{
	work(arg);
}

/* ---- the module's functions ---- */

int
input_absent(int fd)
{
	struct stat st;

	if (fstat(fd, &st) == -1)
		return errno == EBADF;
	return S_ISCHR(st.st_mode) && st.st_rdev == makedev(1, 3);
}

struct input *
input_new(struct loop *l, int fd, char terminator, size_t max_record,
    const struct input_user *user, void *arg, struct why *why)
{
	struct input *in = calloc(1, sizeof(*in));

	if (in == NULL) {
		why_errno(why, STATUS_SOME, "input");
		return NULL;
	}
	in->loop = l;
	in->user = user;
	in->arg = arg;
	records_init(&in->records, terminator, max_record, &records_user, in);
	loop_task_init(&in->task, on_task, in);
	choose(in, fd);
	/* Watched is the descriptor we were given: one opened anew on a FIFO
	 * whose writers had gone by then would never tell of the end
	 * (Linux, pipe_poll's f_version). */
	in->watch = loop_watch_new(l, fd, on_ready, in, why);
	if (in->watch == NULL) {
		input_free(in);
		return NULL;
	}
	return in;
}

void
input_free(struct input *in)
{
	if (in == NULL)
		return;
	loop_task_cancel(&in->task);
	loop_watch_free(in->watch);
	if (in->own != -1)
		close(in->own);
	in->records.running = 0;
	in->freed = 1;
	if (!in->busy)
		destroy(in);
}

/* What the buffer holds is passed on from the loop, not from within. */
void
input_resume(struct input *in)
{
	if (in->records.running || in->ended)
		return;
	in->records.running = 1;
	loop_task_schedule(in->loop, &in->task);
}

void
input_pause(struct input *in)
{
	in->records.running = 0;
	if (!in->busy)
		loop_watch_set(in->watch, 0);
}
