/* consumer.c - who delivers from a spool. */
#include <sys/file.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "spool/consumer.h"

#define FIRST_LOOK_MS 20	/* for a lock that is about to go */
#define LAST_LOOK_MS 5000

void
consumer_ready(struct spool_consumer *c)
{
	c->ready = 1;
	loop_task_schedule(c->loop, &c->task);
}

void
consumer_trouble(struct spool_consumer *c, const char *what)
{
	struct why why;

	why_errno(&why, STATUS_SOME, what);
	c->user->trouble(c->arg, &why);
}

static void
on_task(void *arg)
{
	struct spool_consumer *c = arg;
	struct why why;

	if (state_flush(&c->state, &c->parts, &why) == -1)
		c->user->trouble(c->arg, &why);
	if (c->ready) {
		c->ready = 0;
		c->user->ready(c->arg);
	}
}

/* ---- what writers do ---- */

/* Whose writers have gone since: how many have not. */
static size_t
look_at_locks(struct spool_consumer *c)
{
	struct spool_part *p;
	size_t i, alive = 0;

	for (i = 0; i < c->parts.n; i++) {
		p = c->parts.v[i];
		if (p->reader.fd == -1 || p->reader.ended)
			continue;
		if (spool_reader_has_ended(&p->reader))
			p->quiet = 0;
		else
			alive++;
	}
	return alive;
}

/* A writer that closes its segment has the lock for a moment longer. */
static void
on_look(void *arg)
{
	struct spool_consumer *c = arg;

	if (look_at_locks(c) > 0 && c->look_ms < LAST_LOOK_MS) {
		c->look_ms *= 4;
		loop_timer_set(c->look, c->look_ms);
	}
	consumer_ready(c);
}

static void
on_grown(void *arg, const char *name, int closed)
{
	struct spool_consumer *c = arg;
	struct spool_part *p = parts_find(&c->parts, name);

	if (closed) {
		c->look_ms = FIRST_LOOK_MS;
		loop_timer_set(c->look, c->look_ms);
	}
	if (p == NULL || !p->quiet)
		return;
	p->quiet = 0;
	consumer_ready(c);
}

/* A segment that is new may be by who began after another one's end, which
 * must be known then: next_part looks at that. */
static void
on_changed(void *arg)
{
	struct spool_consumer *c = arg;
	size_t i;
	int new = parts_scan(&c->parts, c->folder.seg);

	if (new == -1)
		consumer_trouble(c, "seg");
	if (new > 0)
		look_at_locks(c);
	for (i = 0; i < c->parts.n; i++)
		c->parts.v[i]->quiet = 0;
	consumer_ready(c);
}

static void
on_due(void *arg)
{
	consumer_ready(arg);
}

/* ---- beginning and end ---- */

static int
take_lock(struct spool_consumer *c, const char *dir, struct why *why)
{
	c->lock = openat(c->folder.dir, "LOCK", O_RDWR | O_CREAT | O_CLOEXEC,
	    0600);
	if (c->lock == -1)
		return why_errno(why, STATUS_USAGE, dir);
	if (flock(c->lock, LOCK_EX | LOCK_NB) == 0)
		return 0;
	return why_set(why, STATUS_UNREACHABLE, errno == EWOULDBLOCK ?
	    "%s: somebody else delivers from it" : "%s: cannot be locked",
	    dir);
}

/* What happens from the watch's beginning on is told; so it comes first. */
static int
start(struct spool_consumer *c, const char *dir, struct why *why)
{
	static const struct spool_watch_user user = { on_grown, on_changed };

	if (spool_folder_open(&c->folder, dir, 1, why) == -1 ||
	    take_lock(c, dir, why) == -1)
		return -1;
	c->watch = watch_new(c->loop, dir, &user, c, why);
	if (c->watch == NULL)
		return -1;
	spool_mend(&c->folder);
	if (parts_scan(&c->parts, c->folder.seg) == -1)
		return why_errno(why, STATUS_USAGE, dir);
	if (state_open(&c->state, c->folder.dir, &c->parts, why) == -1)
		return -1;
	c->look = loop_timer_new(c->loop, on_look, c);
	c->due = loop_timer_new(c->loop, on_due, c);
	c->sweep = loop_timer_new(c->loop, consumer_sweep, c);
	c->dead = aside_new(c->loop, c->folder.dir, "dead.ndjson",
	    &consumer_dead_user, c);
	c->bad = aside_new(c->loop, c->folder.dir, "bad.ndjson",
	    &consumer_bad_user, c);
	if (c->look == NULL || c->due == NULL || c->sweep == NULL ||
	    c->dead == NULL || c->bad == NULL)
		return why_set(why, STATUS_SOME, "out of memory");
	consumer_sweep(c);
	return 0;
}

struct spool_consumer *
spool_consumer_new(struct loop *l, const char *dir, int64_t keep_ms,
    const struct spool_consumer_user *user, void *arg, struct why *why)
{
	struct spool_consumer *c = calloc(1, sizeof(*c));

	if (c == NULL) {
		why_set(why, STATUS_SOME, "out of memory");
		return NULL;
	}
	c->loop = l;
	c->user = user;
	c->arg = arg;
	c->keep_ms = keep_ms;
	c->lock = c->folder.dir = c->folder.seg = c->state.fd = -1;
	buf_init(&c->scratch, SIZE_MAX);
	loop_task_init(&c->task, on_task, c);
	if (start(c, dir, why) == 0)
		return c;
	spool_consumer_free(c);
	return NULL;
}

void
spool_consumer_free(struct spool_consumer *c)
{
	if (c == NULL)
		return;
	loop_task_cancel(&c->task);
	loop_timer_free(c->look);
	loop_timer_free(c->due);
	loop_timer_free(c->sweep);
	watch_free(c->watch);
	aside_free(c->dead);
	aside_free(c->bad);
	state_close(&c->state);
	parked_done(&c->parked);
	parts_done(&c->parts);
	buf_done(&c->scratch);
	if (c->lock != -1)
		close(c->lock);
	spool_folder_close(&c->folder);
	free(c);
}

void
spool_look(struct spool_consumer *c)
{
	look_at_locks(c);
}

void
spool_counts(const struct spool_consumer *c, struct spool_counts *counts)
{
	*counts = (struct spool_counts){ .given = c->given,
		.parked = c->parked.n,
		.aside = aside_waiting(c->dead) + aside_waiting(c->bad),
		.segments = c->parts.n };
}
