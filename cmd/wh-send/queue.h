/* queue.h - deliveries: at most so many at once, and per host; retried with
 * backoff.
 *
 * A job is in flight, ready (waits for its host or for one of `jobs`), or
 * waits for its next try.  Jobs to a URL that answered 410 are not sent.
 *
 * Limits:  QUEUE_JOBS and QUEUE_BYTES held, `ahead` of them ready: FULL.
 * Owns:    a job from queue_put until `done` returns.
 */
#ifndef WH_SEND_QUEUE_H
#define WH_SEND_QUEUE_H

#include "client/http.h"
#include "flow.h"
#include "job.h"
#include "loop.h"

#define QUEUE_JOBS 10000
#define QUEUE_BYTES ((size_t)16 << 20)

struct queue;

struct queue_config {
	int64_t jobs, jobs_per_host, ahead;
	int64_t retries, backoff_first_ms, backoff_max_ms;
};

struct queue_user {
	/* A job is over.  The result is NULL if it was never sent, why is
	 * NULL if it was answered. */
	void (*done)(void *arg, const struct job *, enum outcome,
	    const struct http_result *, const struct why *);
	/* After FULL there is room; or nothing is held any more. */
	void (*room)(void *arg);
};

/* Keeps http; NULL when memory is out. */
struct queue *queue_new(struct loop *, struct http *,
    const struct queue_config *, const struct queue_user *, void *arg);
void queue_free(struct queue *);	/* NULL is allowed; done isn't called */

int queue_put(struct queue *, struct job *takes);	/* 0 or FULL */
int queue_full(const struct queue *);
size_t queue_held(const struct queue *);
size_t queue_flying(const struct queue *);	/* of them, in flight */

/* No more retries: what waits for one is given up now, what fails from now
 * on at once. */
void queue_stop(struct queue *);
/* Gives up all that is held. */
void queue_abandon(struct queue *);

#endif
