/* input.h - records from a descriptor: stdin, line by line.
 *
 * Reads when the loop says there is something and nobody downstream is FULL.
 * A last record without its terminator is a record.  A record over max_record
 * is reported to `bad` by number, skipped, and reading goes on.
 *
 * Errors:  a read error ends the input, told to `end`.
 * Owns:    the descriptor stays the caller's and is never made non-blocking.
 */
#ifndef HOOKLINE_INPUT_H
#define HOOKLINE_INPUT_H

#include <stdint.h>

#include "loop.h"
#include "records.h"

struct input;

struct input_user {
	/* A record without its terminator, numbered from 1: 0 or FULL. */
	int (*record)(void *arg, struct span, uint64_t number);
	void (*bad)(void *arg, uint64_t number, const struct why *);
	/* The end; why is NULL or a read error.  Called once, from the loop. */
	void (*end)(void *arg, const struct why *);
};

/* Is there nothing to read, ever: closed or /dev/null? */
int input_absent(int fd);

struct input *input_new(struct loop *, int fd, char terminator,
    size_t max_record, const struct input_user *, void *arg, struct why *);
void input_free(struct input *);	/* NULL is allowed */

/* It starts paused; resume starts it, and starts it again after FULL. */
void input_resume(struct input *);
void input_pause(struct input *);

#endif
