/* progress.h - how far long work is, on one line of stderr.
 *
 *	wh-send: 12345 delivered, 3210/s, 64 in flight, 2 failed, 10 waiting
 *
 * Where stderr is a terminal, a status (say.h) from the second second on,
 * written anew five times a second where it has changed, and gone at the end.
 * --progress: elsewhere, too, and with --log json, then a message each
 * second; and the last count stays, on a terminal as well.  --no-progress,
 * -q: nothing.
 *
 * The option fragment --progress, --no-progress is here.
 */
#ifndef HOOKLINE_PROGRESS_H
#define HOOKLINE_PROGRESS_H

#include <stdint.h>

#include "loop.h"
#include "opt.h"

struct progress_opts {
	int progress;		/* 1: --progress, -1: --no-progress */
};
extern const struct opt progress_options[];

#define PROGRESS_COUNTS 6

struct progress_count {
	const char *what;	/* "in flight"; a literal */
	uint64_t n;
};

/* Tells how it stands: the first count is what is done, which the rate is
 * made of.  Answers how many there are. */
typedef size_t (*progress_fn)(void *arg,
    struct progress_count out[PROGRESS_COUNTS]);

struct progress;

/* NULL when memory is out. */
struct progress *progress_new(struct loop *, const struct progress_opts *,
    progress_fn, void *arg);

/* The work is over: the last word, and none after it. */
void progress_end(struct progress *);
void progress_free(struct progress *);	/* NULL is allowed */

#endif
