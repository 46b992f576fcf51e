/* work.c - what blocks, in libuv's threads. */
#include <stdlib.h>

#include "own.h"

struct loop_work {
	uv_work_t uv;
	uv_loop_t *loop;
	loop_fn run, done;
	void *arg;
};

static void
on_run(uv_work_t *uv)
{
	struct loop_work *w = uv->data;

	w->run(w->arg);
}

static void
on_done(uv_work_t *uv, int unused)
{
	struct loop_work *w = uv->data;

	(void)unused;		/* none is ever cancelled */
	w->done(w->arg);
}

struct loop_work *
loop_work_new(struct loop *l, loop_fn run, loop_fn done, void *arg)
{
	struct loop_work *w = malloc(sizeof(*w));

	if (w == NULL)
		return NULL;
	w->uv.data = w;
	w->loop = &l->uv;
	w->run = run;
	w->done = done;
	w->arg = arg;
	return w;
}

/* Fails only where it is given no function. */
void
loop_work_start(struct loop_work *w)
{
	uv_queue_work(w->loop, &w->uv, on_run, on_done);
}

void
loop_work_free(struct loop_work *w)
{
	free(w);
}
