/* output.h - lines to a descriptor: stdout.
 *
 * What is put in a turn of the loop leaves in one write at its end, or
 * earlier where there is much of it; never a part of a line without the
 * rest following.  Positions count bytes since the start: a line is taken by
 * stdout once output_taken has reached output_position as it was after the
 * put.
 *
 * Errors:  a failed write is final and told to `gone` once, from the loop:
 *          EPIPE as STATUS_SIGNAL + SIGPIPE, all else as STATUS_SOME.  Puts
 *          after that are dropped, and `taken` is not called for them.
 * Owns:    the descriptor stays the caller's and is never made non-blocking.
 */
#ifndef HOOKLINE_OUTPUT_H
#define HOOKLINE_OUTPUT_H

#include <stdint.h>

#include "flow.h"
#include "loop.h"
#include "metrics.h"

#define OUTPUT_LIMIT ((size_t)1 << 20)	/* queued bytes that mean FULL */

struct output;

struct output_user {
	void (*room)(void *arg);	/* after FULL: half the limit is free */
	void (*taken)(void *arg);	/* output_taken grew; may be NULL */
	void (*gone)(void *arg, const struct why *);
};

struct output *output_new(struct loop *, int fd, const struct output_user *,
    void *arg, struct why *);
void output_free(struct output *);	/* NULL is allowed; unsent is lost */

/* The line and its terminator: 0 or FULL. */
int output_put(struct output *, struct span line, char terminator);
int output_full(const struct output *);

uint64_t output_position(const struct output *);
uint64_t output_taken(const struct output *);
int output_is_empty(const struct output *);	/* is all taken? */

/* What stdout has yet to take. */
void output_metrics(const struct output *, struct metrics *);

#endif
