/* runner.h - `-- COMMAND`: a process for each request, so many at once.
 *
 * A job is a request whose line is printed: it has a place among the `jobs`
 * from then on, and its command runs when the line was taken, whether or not
 * the peer is still there.  Body on stdin, what is known of the request in
 * the environment (environment.h), stdout is the reply:
 *
 *	exit status 0		200
 *	anything else		500; so is more output than max_output
 *	not over in time	504; its process group is ended
 *
 * Its stderr is passed on, each line with the event's id.  What goes wrong is
 * told on stderr and recorded as STATUS_SOME.
 *
 * Errors:  NULL and why: STATUS_USAGE for a command that is not there.
 * Owns:    jobs, and the exchange's data (owed.h) while they run.
 */
#ifndef WH_LISTEN_RUNNER_H
#define WH_LISTEN_RUNNER_H

#include <stdint.h>

#include "metrics.h"
#include "opt.h"
#include "owed.h"
#include "tool.h"

struct runner;
struct job;

struct runner_config {
	char *const *argv;		/* kept */
	char *const *env;		/* kept */
	const struct opt_list *secret_envs;	/* not for the command */
	const char *search;		/* PATH's value */
	int64_t jobs, timeout_ms, max_output;
};

struct runner_user {
	/* A place has become free; the last job may be over. */
	void (*free)(void *arg);
	/* A job is over whose peer has left: what it would have been
	 * answered. */
	void (*unheard)(void *arg, const char *id, int status);
};

struct runner *runner_new(struct tool *, const struct runner_config *,
    const struct runner_user *, void *arg, struct why *);
/* What still runs is killed. */
void runner_free(struct runner *);		/* NULL is allowed */

/* Are all places taken? */
int runner_is_full(const struct runner *);
/* Is nothing running, or about to? */
int runner_is_idle(const struct runner *);

/* Takes a place, even where there is none.  NULL: out of memory. */
struct job *runner_job(struct runner *, const char *id,
    const struct http1_head *, struct span line, struct span body);
/* x is answered when it is over; NULL: it left.  Takes the job. */
void runner_start(struct job *takes, struct exchange *x);
/* Its line was never taken. */
void runner_drop(struct job *takes);

/* There is no more time: ends what runs, politely first, and waits for it.  No
 * other begins. */
void runner_end(struct runner *);
/* There is none at all. */
void runner_kill(struct runner *);

void runner_metrics(const struct runner *, struct metrics *);

#endif
