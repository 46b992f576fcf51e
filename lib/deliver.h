/* deliver.h - deliveries: which is attempted when, and what an answer means.
 *
 * A job waits for its time, or behind another of its key, or at its site (a
 * scheme, host and port) for a place; then it is attempted, and its answer
 * settles it or makes it wait again.  Nothing here sends anything or knows
 * what time it is: the user (struct deliver_user) starts attempts, has the
 * clock, and calls deliver_run when it was asked to.
 *
 * Retried are jobs that got no answer and the statuses 408, 425, 429 and 5xx,
 * as the plan says (retry.h).  A site whose jobs fail `row` times in a row is
 * paused, for breaker_ms or as long as its Retry-After asks; then one attempt
 * is in flight to it, after the answer 2, 4, and so on.  While it is paused
 * nothing is counted against its jobs.  If that first attempt then finds that
 * it is the host that is away (no answer at all, 502, 503, 504), it stands
 * for one of every job that was ready for the site: else, at one attempt a
 * pause, a host that is gone for good would keep its jobs for days.
 *
 * A site that has not answered (the last time) may be one that hangs: such
 * sites leave a quarter of the places to others, and while half are taken they
 * have one each.
 *
 * Jobs of one key are attempted one after the other, in the order of
 * deliver_put: the next when the one before it is over, whatever came of it.
 *
 * Limits:  `limit` bytes held (deliver_job.bytes), `ahead` jobs ready or
 *          behind others: FULL.
 * Errors:  what memory is out for ends as DELIVER_FAILED.
 * Owns:    a job from deliver_put until `done` is called for it.
 * Units:   milliseconds of the user's clock, which never steps back.
 */
#ifndef HOOKLINE_DELIVER_H
#define HOOKLINE_DELIVER_H

#include <stdint.h>

#include "client/http.h"
#include "flow.h"
#include "heap.h"
#include "list.h"
#include "rate.h"
#include "retry.h"

#define DELIVER_NEVER INT64_MAX

enum deliver_outcome {
	DELIVER_DELIVERED,	/* a 2xx */
	DELIVER_FAILED,		/* final: another status, TLS, an interrupt */
	DELIVER_EXHAUSTED,	/* retried as often, or as long, as allowed */
	DELIVER_GONE,		/* 410, now or for an earlier job */
	DELIVER_BLOCKED,	/* an address that its URL may not reach */
	DELIVER_INVALID		/* it can't be sent */
};

/* Where a job is. */
enum deliver_state {
	DELIVER_BEHIND,		/* another of its key */
	DELIVER_WAITING,	/* for its time */
	DELIVER_READY,		/* at its site, for a place */
	DELIVER_FLYING,
	DELIVER_DOOMED		/* about to be given up */
};

struct deliver_site;
struct deliver_lane;

/* A part of the user's job: its first member. */
struct deliver_job {
	/* Set by the user before deliver_put, zero where not said; the
	 * pointers are kept as long as the job is. */
	const char *site;		/* jobs with it share limits */
	const char *url;		/* without user info */
	struct span key;		/* p NULL: no order */
	size_t bytes;			/* of memory that the job takes */
	int64_t attempts;		/* that were made; counted on here */
	int64_t tries;			/* retries used: attempts at least */
	int64_t due_ms;			/* no attempt before that ... */
	int64_t deadline_ms;		/* ... or after this; 0: no such time */

	/* The engine's own. */
	enum deliver_state state;
	struct heap_node due, deadline;
	struct link all;		/* of all jobs */
	struct link row;		/* at its site, or of the doomed */
	struct link lane;		/* of those of its key */
	struct deliver_site *at;
	struct deliver_lane *in;	/* or NULL */
};

struct deliver_config {
	int64_t jobs, jobs_per_host;	/* in flight */
	int64_t ahead;			/* 0: as many as may be held */
	size_t limit;			/* bytes held */
	int64_t row, breaker_ms;	/* row 0: no breaker */
	struct retry_plan plan;
	uint64_t seed;			/* of the jitter */
	struct rate rate;		/* of attempts; n 0: no limit */
};

struct deliver_user {
	int64_t (*now)(void *arg);
	/* Call deliver_run in so long; replaces what was asked before.
	 * DELIVER_NEVER: not at all. */
	void (*wake)(void *arg, int64_t in_ms);

	/* Starts an attempt, 0: deliver_answer comes later, never from within.
	 * More than 0: not now, but in so long; it doesn't count.
	 * -1 and why: it can't be made, which is final (STATUS_USAGE:
	 * DELIVER_INVALID, else DELIVER_FAILED). */
	int64_t (*attempt)(void *arg, struct deliver_job *, struct why *);
	/* Forget an attempt: there will be no answer. */
	void (*cancel)(void *arg, struct deliver_job *);

	/* A job will be tried again at due_ms, r says why.  May be NULL. */
	void (*retry)(void *arg, const struct deliver_job *, int64_t due_ms,
	    const struct http_result *r);
	/* A site is paused for so long, the how manieth time since it was
	 * well; r is what it met last.  May be NULL. */
	void (*paused)(void *arg, const char *site, int64_t ms, int64_t times,
	    const struct http_result *r);
	/* A job is over, and the user's again.  r is NULL if it was not
	 * answered now, why is NULL if there is nothing to add to r. */
	void (*done)(void *arg, struct deliver_job *gives,
	    enum deliver_outcome, const struct http_result *r,
	    const struct why *why);
	/* After FULL there is room; or nothing is held any more. */
	void (*room)(void *arg);
};

struct deliver;

/* Keeps the user and arg; NULL when memory is out. */
struct deliver *deliver_new(const struct deliver_config *,
    const struct deliver_user *, void *arg);
/* Each job that is held goes to forget(arg, job), in place of `done`.
 * NULL is allowed. */
void deliver_free(struct deliver *, void (*forget)(void *arg,
    struct deliver_job *gives));

int deliver_put(struct deliver *, struct deliver_job *takes); /* 0, FULL */
void deliver_run(struct deliver *);
/* What came of an attempt. */
void deliver_answer(struct deliver *, struct deliver_job *,
    const struct http_result *);

/* The attempt isn't made yet, after all: it is wanted in so long, or (0) as
 * soon as there is a place; it doesn't count. */
void deliver_postpone(struct deliver *, struct deliver_job *, int64_t in_ms);

int deliver_full(const struct deliver *);

/* No more retries, and nothing that waits: what waits for its time or for a
 * paused site is given up now, and what is behind it; what fails from now
 * on at once. */
void deliver_stop(struct deliver *);
/* Gives up all that is held. */
void deliver_abandon(struct deliver *);

/* Gives back, each by gives(arg, job, due_ms), up to `most` jobs that wait for
 * their time, at least_ms from now or later, or for a paused site's: due_ms,
 * no sooner than that either.  How many there were.
 *
 * Without a key they may be put again at any time.  With a key they are those
 * behind one that waits like that, all of them in their order, and due_ms is
 * its; they are to be put again in that order, before any other of the key,
 * and it is soon enough when that one is over. */
size_t deliver_shed(struct deliver *, int64_t least_ms, size_t most,
    void (*gives)(void *arg, struct deliver_job *, int64_t due_ms), void *arg);

struct deliver_counts {
	size_t held, bytes;
	int64_t behind, waiting, ready, flying;
	int64_t paused;			/* sites */
};
void deliver_counts(const struct deliver *, struct deliver_counts *);

const char *deliver_outcome_name(enum deliver_outcome);

#endif
