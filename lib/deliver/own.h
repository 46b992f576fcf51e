/* own.h - the parts of the engine: for this module's files alone. */
#ifndef HOOKLINE_DELIVER_OWN_H
#define HOOKLINE_DELIVER_OWN_H

#include "deliver.h"
#include "names.h"

/* ---- judge.c: what an answer means ---- */

/* What it says of the host, for its breaker. */
enum host {
	HOST_UNKNOWN,		/* nothing was sent, or TLS failed */
	HOST_WELL,
	HOST_ILL,
	HOST_AWAY		/* ill, whoever asks: see deliver.h */
};

struct verdict {
	int again;
	enum deliver_outcome outcome;	/* unless again */
	enum host host;
	int answered;			/* whatever it said */
};

struct verdict deliver_judge(const struct http_result *);
/* Fills why where the status alone says too little: NULL, or why. */
const struct why *deliver_explain(const struct http_result *, struct why *);

/* ---- gone.c: URLs that answered 410 ---- */

struct gone {
	struct names names;
	size_t bytes;
};

int deliver_gone_has(const struct gone *, const char *url);
/* Past its limit, or without memory, it is not remembered: the receiver
 * will say so again. */
void deliver_gone_add(struct gone *, const char *url);
void deliver_gone_done(struct gone *);

/* ---- lanes.c: jobs of one key ---- */

struct deliver_lane {
	struct named named;		/* first: names_find answers it */
	struct link jobs;		/* the first is not behind any */
	size_t n;
	char text[];
};

struct lanes {
	struct names names;
};

/* Joins its lane: 0 if it is the first there, 1 if it is behind others; -1 if
 * memory is out. */
int deliver_lanes_enter(struct lanes *, struct deliver_job *);
/* Answers the next if it was the first there; NULL if there is none. */
struct deliver_job *deliver_lanes_leave(struct lanes *, struct deliver_job *);

/* ---- sites.c: hosts and their ready jobs ---- */

/* Hosts that have a job ready and a place free. */
enum sites_ring {
	RING_NONE,
	RING_KNOWN,
	RING_FIRST,		/* not known, and nothing in flight there */
	RING_MORE,		/* not known */
	RINGS
};

struct deliver_site {
	struct named named;		/* first: names_find answers it */
	struct link ready;		/* jobs, by row */
	struct link ring;		/* among those to serve; or idle */
	enum sites_ring in;		/* which of the rings */
	struct heap_node pause;		/* in a heap while it is paused */
	int64_t jobs, nready;		/* that are held, and of them ready */
	int64_t active;			/* in flight */
	int64_t limit;			/* on that */
	int64_t row;			/* failures in a row */
	int64_t pauses;			/* since it was well */
	int known;			/* it answers; see sites.c */
	int warming;			/* limit is on its way up ... */
	int64_t good;			/* ... and so many answered well */
	char text[];
};

struct sites {
	struct names names;
	struct link rings[RINGS];
	struct link idle;		/* have no jobs, but a past */
	struct heap pauses;
	int64_t nbusy, nidle, npaused;	/* nbusy: have jobs */
	int64_t jobs, per_host, row, breaker_ms;
	int64_t flying, doubtful;	/* in flight; to hosts not known */
	int turn;			/* a new one's, else a known one's */
};

void deliver_sites_init(struct sites *, const struct deliver_config *);
void deliver_sites_done(struct sites *);

/* A job holds its site as long as it is held itself; deliver_sites_release
 * gives that back.  -1: out of memory. */
int deliver_sites_join(struct sites *, struct deliver_job *);
void deliver_sites_hold(struct deliver_site *);		/* for who only looks */
void deliver_sites_release(struct sites *, struct deliver_site *);

/* Ready; no more, without having been sent. */
void deliver_sites_put(struct sites *, struct deliver_job *);
void deliver_sites_drop(struct sites *, struct deliver_job *);

/* The next job that has a place, which it takes; NULL if there is none.
 * deliver_sites_leave gives the place back. */
struct deliver_job *deliver_sites_take(struct sites *);
int deliver_sites_have(const struct sites *);	/* Would it answer one? */
void deliver_sites_leave(struct sites *, struct deliver_site *);

/* Into its ring, or out of all, as it stands now. */
void deliver_sites_place(struct sites *, struct deliver_site *);
void deliver_sites_know(struct sites *, struct deliver_site *, int known);

static inline int
deliver_sites_is_paused(const struct deliver_site *s)
{
	return heap_is_in(&s->pause);
}

/* ---- breaker.c ---- */

/* An answer.  If it was the first after a pause and says that the host is
 * away: how many jobs were ready for it, else 0. */
int64_t deliver_sites_answer(struct sites *, struct deliver_site *,
    struct verdict, int64_t now_ms, int64_t asked_ms);
/* Ends the pauses that are over. */
void deliver_sites_run(struct sites *, int64_t now_ms);

/* ---- deliver.c: all of it ---- */

struct deliver {
	struct deliver_config config;
	const struct deliver_user *user;
	void *arg;
	struct sites sites;
	struct lanes lanes;
	struct gone gone;
	struct heap due, deadlines;
	struct rate_bucket bucket;
	struct link all, doomed;
	struct deliver_counts counts;
	uint64_t seed;
	int64_t woken_ms;		/* what the user was asked for */
	int was_full, stopped, pumping;
};

static inline int64_t
deliver_now(const struct deliver *d)
{
	return d->user->now(d->arg);
}

/* ---- job.c: where a job is, and its end ---- */

void deliver_job_enter(struct deliver *, struct deliver_job *,
    enum deliver_state);
/* Out of its place. */
void deliver_job_leave(struct deliver *, struct deliver_job *);
/* Out of all there is, but for its lane; it is in no place. */
void deliver_job_drop(struct deliver *, struct deliver_job *);
/* Its turn has come, as far as its key goes. */
void deliver_job_begin(struct deliver *, struct deliver_job *);

/* The job is nowhere already.  The next of its key goes on first, for the
 * user may do anything in `done`. */
void deliver_job_finish(struct deliver *, struct deliver_job *,
    enum deliver_outcome, const struct http_result *, const struct why *);
/* The same without an answer. */
void deliver_job_fail(struct deliver *, struct deliver_job *,
    enum deliver_outcome, const char *text);

static inline int
deliver_job_is_late(const struct deliver_job *j, int64_t at_ms)
{
	return j->deadline_ms != 0 && at_ms >= j->deadline_ms;
}

/* ---- settle.c ---- */

/* The job, which is nowhere, has this answer. */
void deliver_settle(struct deliver *, struct deliver_job *,
    const struct http_result *);

#endif
