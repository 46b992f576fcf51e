/* writer.c - batches: what arrives while one is written is the next. */
#include <stdlib.h>

#include "spool/own.h"

#define KEPT ((size_t)1 << 20)	/* memory kept while idle */
#define AGAIN_MS 1000		/* a batch that waits for better times */

struct spool_writer {
	struct loop *loop;
	const struct spool_writer_user *user;
	void *arg;
	struct loop_task task;		/* begins a batch at the turn's end */
	struct loop_timer *again;	/* for the batch that waits */
	struct loop_work *work;
	struct buf next;
	uint64_t position, settled;
	int full;			/* FULL was answered; room is due */
	int writing, telling, freed;
	/* The thread's while writing. */
	struct spool_segment segment;
	struct buf batch;
	int result;
	struct why why;
	/* Ours again. */
	uint64_t batch_end;		/* the position after it */
	uint64_t batches;
	int broken;
};

static size_t
unsettled(const struct spool_writer *w)
{
	return w->next.n + w->batch.n;
}

static void
destroy(struct spool_writer *w)
{
	loop_work_free(w->work);
	spool_segment_close(&w->segment);
	buf_done(&w->next);
	buf_done(&w->batch);
	free(w);
}

/* ---- a batch ---- */

static void
run(void *arg)
{
	struct spool_writer *w = arg;

	w->result = spool_segment_write(&w->segment, buf_span(&w->batch),
	    &w->why);
}

static void
begin(void *arg)
{
	struct spool_writer *w = arg;
	struct buf spare = w->batch;

	if (w->writing || w->batch.n > 0 || w->next.n == 0)
		return;
	w->batch = w->next;
	w->next = spare;
	w->batch_end = w->position;
	w->writing = 1;
	loop_work_start(w->work);
}

static void
empty(struct buf *b)
{
	if (b->cap > KEPT)
		buf_done(b);
	else
		buf_trim(b, 0);
}

static void
tell(struct spool_writer *w)
{
	if (w->result == 0)
		w->user->taken(w->arg);
	else
		w->user->refused(w->arg, &w->why);
	if (w->full && unsettled(w) < SPOOL_LIMIT / 2 && !w->freed) {
		w->full = 0;
		w->user->room(w->arg);
	}
}

static void
try_again(void *arg)
{
	struct spool_writer *w = arg;

	w->writing = 1;
	loop_work_start(w->work);
}

/* What came of a batch; 0: it waits. */
static int
conclude(struct spool_writer *w)
{
	w->broken = w->segment.broken;
	if (w->result == -1 && !w->broken && w->user->waiting != NULL) {
		loop_timer_set(w->again, AGAIN_MS);
		w->user->waiting(w->arg, &w->why);
		return 0;
	}
	empty(&w->batch);
	w->settled = w->batch_end;
	w->batches++;
	tell(w);
	return 1;
}

static void
done(void *arg)
{
	struct spool_writer *w = arg;
	int next = 1;

	w->writing = 0;
	if (!w->freed) {
		w->telling = 1;
		next = conclude(w);
		w->telling = 0;
	}
	if (w->freed)
		destroy(w);
	else if (next)
		loop_task_schedule(w->loop, &w->task);
}

/* ---- the module's functions ---- */

struct spool_writer *
spool_writer_new(struct loop *l, const char *dir,
    const struct spool_writer_user *user, void *arg, struct why *why)
{
	struct spool_writer *w = calloc(1, sizeof(*w));

	if (w == NULL) {
		why_set(why, STATUS_SOME, "out of memory");
		return NULL;
	}
	w->loop = l;
	w->user = user;
	w->arg = arg;
	w->segment.fd = w->segment.folder.dir = w->segment.folder.seg = -1;
	buf_init(&w->next, SIZE_MAX);
	buf_init(&w->batch, SIZE_MAX);
	loop_task_init(&w->task, begin, w);
	w->work = loop_work_new(l, run, done, w);
	w->again = loop_timer_new(l, try_again, w);
	if (w->work == NULL || w->again == NULL)
		why_set(why, STATUS_SOME, "out of memory");
	else if (spool_segment_open(&w->segment, dir, why) == 0)
		return w;
	spool_writer_free(w);
	return NULL;
}

void
spool_writer_free(struct spool_writer *w)
{
	if (w == NULL)
		return;
	/* The rest may be done while the loop is freed, with its timers. */
	loop_timer_free(w->again);
	loop_task_cancel(&w->task);
	w->freed = 1;
	if (!w->writing && !w->telling)
		destroy(w);
}

int
spool_put(struct spool_writer *w, struct span event)
{
	if (spool_seal(&w->next, event) != 0)
		return -1;
	w->position++;
	loop_task_schedule(w->loop, &w->task);
	if (unsettled(w) >= SPOOL_LIMIT)
		w->full = 1;
	return w->full ? FULL : 0;
}

int
spool_full(const struct spool_writer *w)
{
	return w->full;
}

uint64_t
spool_batches(const struct spool_writer *w)
{
	return w->batches;
}

int
spool_broken(const struct spool_writer *w)
{
	return w->broken;
}

uint64_t
spool_position(const struct spool_writer *w)
{
	return w->position;
}

uint64_t
spool_settled(const struct spool_writer *w)
{
	return w->settled;
}
