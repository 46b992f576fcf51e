/* store.h - --spool: lines go to disk first, and jobs come from there.
 *
 * stdin's lines are put into the spool as events (envelope.h); jobs are made
 * of what a consumer is given, which may be older lines or other programs',
 * as there is room for them.  A job that is over is settled in the spool: it
 * is done, or put aside in dead.ndjson.  One that was interrupted stays.
 */
#ifndef WH_SEND_STORE_H
#define WH_SEND_STORE_H

#include "holds.h"
#include "job.h"
#include "lines.h"
#include "spool.h"

struct sender;

struct store {
	struct spool_writer *writer;		/* or NULL: nothing to put */
	struct spool_consumer *consumer;	/* or NULL: --enqueue */
	struct holds holds;	/* behind jobs that wait for long */
	struct loop_timer *more;	/* another turn's jobs */
	int64_t shed_ms;	/* jobs may go back from then on */
	struct buf event;
	struct buf results;	/* of --enqueue, until they are on disk */
	uint64_t told;		/* spool_settled, as was told */
	int waits;		/* for a full disk; was reported */
	int stopped;
	uint64_t dead;
};

/* reads: there are lines to put. */
int store_start(struct sender *, int reads, struct why *);
void store_done(struct sender *);

/* 0 or FULL; a line that is bad is reported, and has its result. */
int store_put(struct sender *, const struct lines_record *);
int store_put_whole(struct sender *, struct span body, struct why *);
int store_is_full(const struct sender *);

/* Makes jobs, if there is room. */
void store_pump(struct sender *);

/* A job of the spool's will be tried again; is over: answers what its result
 * is to say. */
void store_retry(void *sender, const struct job *, int64_t due_ms,
    const struct http_result *);
int store_settle(struct sender *, const struct job *, int outcome,
    const struct http_result *, const struct why *);

/* No more jobs. */
void store_stop(struct sender *);
/* Is there nothing more to be done, once stdin has ended? */
int store_is_done(struct sender *);
/* How many lines wait there for their time. */
size_t store_parked(const struct sender *);
/* For the end: are there lines left in the spool? */
int store_is_left(struct sender *);

/* ---- fetch.c's, for store.c ---- */

int fetch_start(struct sender *, struct why *);
/* The same as store_pump; 1: some lines have to wait. */
int fetch_pump(struct sender *);

#endif
