/* aside.c - files that lines are put aside to. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "file.h"
#include "spool/aside.h"

#define AGAIN_MS 1000

struct batch {
	struct buf lines, refs;
};

struct spool_aside {
	struct loop *loop;
	const char *name;
	const struct spool_aside_user *user;
	void *arg;
	struct loop_task task;
	struct loop_timer *again;
	struct loop_work *work;
	struct batch next;
	int writing, freed;
	int failed;			/* was told, and is so still */
	/* The thread's while writing. */
	int dir;
	struct batch batch;
	int error;			/* an errno, or 0 */
};

/* ---- in the thread ---- */

/* Opened anew for each batch, so that after a failed fdatasync nothing is
 * said of pages that the kernel has dropped. */
static void
run(void *arg)
{
	struct spool_aside *a = arg;
	int fd = openat(a->dir, a->name, O_RDWR | O_CREAT | O_APPEND |
	    O_CLOEXEC, 0600);

	a->error = 0;
	if (fd == -1 || file_append(fd, buf_span(&a->batch.lines)) == -1 ||
	    fsync(a->dir) == -1)
		a->error = errno;
	if (fd != -1)
		close(fd);
}

/* ---- on the loop ---- */

static void
batch_done(struct batch *b)
{
	buf_done(&b->lines);
	buf_done(&b->refs);
}

static void
destroy(struct spool_aside *a)
{
	loop_work_free(a->work);
	if (a->dir != -1)
		close(a->dir);
	batch_done(&a->next);
	batch_done(&a->batch);
	free(a);
}

static void
begin(void *arg)
{
	struct spool_aside *a = arg;
	struct batch spare = a->batch;

	if (a->writing || (a->batch.lines.n == 0 && a->next.lines.n == 0))
		return;
	if (a->batch.lines.n == 0) {	/* else it is tried again */
		a->batch = a->next;
		a->next = spare;
	}
	a->writing = 1;
	loop_work_start(a->work);
}

static void
tell_stored(struct spool_aside *a)
{
	struct spool_ref ref;

	while (a->batch.refs.n > 0 && !a->freed) {
		memcpy(&ref, a->batch.refs.p, sizeof(ref));
		buf_drop(&a->batch.refs, sizeof(ref));
		a->user->stored(a->arg, ref);
	}
	buf_clear(&a->batch.lines);
}

static void
done(void *arg)
{
	struct spool_aside *a = arg;
	struct why why;

	if (a->error == 0 && !a->freed) {
		a->failed = 0;
		tell_stored(a);
	} else if (!a->freed && !a->failed) {
		a->failed = 1;
		errno = a->error;
		why_errno(&why, STATUS_SOME, a->name);
		a->user->trouble(a->arg, &why);
	}
	a->writing = 0;
	if (a->freed)
		destroy(a);
	else if (a->error != 0)
		loop_timer_set(a->again, AGAIN_MS);
	else
		loop_task_schedule(a->loop, &a->task);
}

/* ---- the module's functions ---- */

struct spool_aside *
aside_new(struct loop *l, int dir, const char *name,
    const struct spool_aside_user *user, void *arg)
{
	struct spool_aside *a = calloc(1, sizeof(*a));

	if (a == NULL)
		return NULL;
	a->loop = l;
	a->name = name;
	a->user = user;
	a->arg = arg;
	buf_init(&a->next.lines, SIZE_MAX);
	buf_init(&a->next.refs, SIZE_MAX);
	buf_init(&a->batch.lines, SIZE_MAX);
	buf_init(&a->batch.refs, SIZE_MAX);
	loop_task_init(&a->task, begin, a);
	/* Of its own: the thread may outlive the caller's. */
	a->dir = fcntl(dir, F_DUPFD_CLOEXEC, 0);
	a->again = loop_timer_new(l, begin, a);
	a->work = loop_work_new(l, run, done, a);
	if (a->dir != -1 && a->again != NULL && a->work != NULL)
		return a;
	aside_free(a);
	return NULL;
}

void
aside_free(struct spool_aside *a)
{
	if (a == NULL)
		return;
	loop_task_cancel(&a->task);
	loop_timer_free(a->again);
	a->freed = 1;
	if (!a->writing)
		destroy(a);
}

int
aside_put(struct spool_aside *a, struct span line, struct spool_ref ref)
{
	size_t before = a->next.lines.n;

	if (buf_add(&a->next.lines, line) == -1 ||
	    buf_addc(&a->next.lines, '\n') == -1 ||
	    buf_add(&a->next.refs, span_of(&ref, sizeof(ref))) == -1) {
		buf_trim(&a->next.lines, before);
		return -1;
	}
	if (!loop_timer_active(a->again))
		loop_task_schedule(a->loop, &a->task);
	return 0;
}

size_t
aside_waiting(const struct spool_aside *a)
{
	return a->next.lines.n + a->batch.lines.n;
}
