/* consumer.h - the parts of the consumer: private to spool. */
#ifndef HOOKLINE_SPOOL_CONSUMER_H
#define HOOKLINE_SPOOL_CONSUMER_H

#include "spool/aside.h"
#include "spool/parked.h"
#include "spool/parts.h"
#include "spool/state.h"
#include "spool/watch.h"

struct spool_consumer {
	struct loop *loop;
	const struct spool_consumer_user *user;
	void *arg;
	struct spool_folder folder;
	int lock;
	int64_t keep_ms;
	struct spool_parts parts;
	struct spool_state state;
	struct spool_aside *dead, *bad;
	struct spool_watch *watch;
	struct loop_task task;		/* flushes, and tells */
	struct loop_timer *look;	/* at locks */
	int64_t look_ms;
	struct loop_timer *sweep;	/* of what is kept */
	struct parked parked;
	struct loop_timer *due;		/* the first of them */
	int parked_last;		/* was given, not a new line */
	struct buf scratch;
	uint64_t given;
	int ready;			/* is to be told */
};

/* ---- consumer.c ---- */

/* spool_next may have something; told at the turn's end. */
void consumer_ready(struct spool_consumer *);
/* A failed system call on something of that name. */
void consumer_trouble(struct spool_consumer *, const char *what);

/* ---- settled.c ---- */

extern const struct spool_aside_user consumer_dead_user, consumer_bad_user;

/* A line that doesn't verify. */
void consumer_put_bad(struct spool_consumer *, struct spool_part *,
    struct span line);
/* A segment that was read to its end, and whose lines are settled. */
void consumer_retire(struct spool_consumer *, struct spool_part *);
/* Deletes what was kept long enough, now and from time to time; the
 * consumer's. */
void consumer_sweep(void *arg);

#endif
