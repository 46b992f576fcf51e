/* spool_taker.h - a consumer under test, and what it leaves. */
#ifndef HOOKLINE_TESTS_SPOOL_TAKER_H
#define HOOKLINE_TESTS_SPOOL_TAKER_H

#include "spool_rig.h"

struct taker {
	struct rig *rig;
	struct spool_consumer *c;
	int readies, troubles;
	struct why why;
};

static void
taker_ready(void *arg)
{
	struct taker *t = arg;

	t->readies++;
	loop_stop(t->rig->loop);
}

static void
taker_trouble(void *arg, const struct why *why)
{
	struct taker *t = arg;

	t->troubles++;
	t->why = *why;
}

static const struct spool_consumer_user taker_user = { taker_ready,
	taker_trouble };

static inline void
take_from(struct taker *t, struct rig *r, int64_t keep_ms)
{
	*t = (struct taker){ .rig = r };
	t->c = spool_consumer_new(r->loop, r->dir, keep_ms, &taker_user, t,
	    &t->why);
	CHECK(t->c != NULL);
}

/* The number that the next line holds, or -1. */
static inline int
next(struct taker *t, struct spool_line *l)
{
	char text[64];

	if (spool_next(t->c, l) == 0)
		return -1;
	snprintf(text, sizeof(text), "%.*s", (int)l->event.n, l->event.p);
	return atoi(text + strlen("{\"number\":"));
}

/* The same, waiting for it. */
static inline int
await(struct taker *t, struct spool_line *l)
{
	struct loop_timer *timer = loop_timer_new(t->rig->loop, rig_stop,
	    t->rig->loop);
	int n;

	loop_timer_set(timer, 20000);
	while ((n = next(t, l)) == -1 && loop_timer_active(timer))
		loop_run(t->rig->loop);
	loop_timer_free(timer);
	return n;
}

/* Runs the loop until so many segments are left. */
static inline void
await_segments(struct taker *t, size_t n)
{
	struct loop_timer *timer = loop_timer_new(t->rig->loop, rig_stop,
	    t->rig->loop);
	struct spool_counts counts;
	struct spool_line l;

	loop_timer_set(timer, 20000);
	for (;;) {
		CHECK(spool_next(t->c, &l) == 0);
		spool_counts(t->c, &counts);
		if (counts.segments == n || !loop_timer_active(timer))
			break;
		loop_run(t->rig->loop);
	}
	CHECK(counts.segments == n);
	loop_timer_free(timer);
}

static inline void
write_numbers(struct rig *r, int from, int to)
{
	for (; from <= to; from++)
		rig_put(r, from);
	rig_run(r);
}

static inline void
end_writer(struct rig *r)
{
	spool_writer_free(r->writer);
	r->writer = NULL;
}

static inline size_t
segments(struct rig *r)
{
	struct spool_names names = rig_names(r);
	size_t n = names.n;

	spool_names_done(&names);
	return n;
}

/* How many lines of the file hold the text. */
static inline int
holds(struct rig *r, const char *name, const char *text)
{
	char path[160];
	struct buf b;
	char *p, *save = NULL;
	int n = 0;

	snprintf(path, sizeof(path), "%s/%s", r->dir, name);
	buf_init(&b, SIZE_MAX);
	if (file_read(&b, path, NULL) == 0 && buf_addc(&b, '\0') == 0)
		for (p = strtok_r(b.p, "\n", &save); p != NULL;
		    p = strtok_r(NULL, "\n", &save))
			n += strstr(p, text) != NULL;
	buf_done(&b);
	return n;
}

#endif
