/* aside.h - files that lines are put aside to: dead.ndjson, bad.ndjson.
 *
 * What is put while a write and its fdatasync go on, in another thread, goes
 * out in the next.  What can't be written now is tried again, for ever.  The
 * file may be emptied by others meanwhile, while they hold a lock on it.
 */
#ifndef HOOKLINE_SPOOL_ASIDE_H
#define HOOKLINE_SPOOL_ASIDE_H

#include "spool/own.h"

struct spool_aside;

struct spool_aside_user {
	/* The line is on disk; called in the order of puts. */
	void (*stored)(void *arg, struct spool_ref);
	/* It will be tried again; told once, until it works. */
	void (*trouble)(void *arg, const struct why *);
};

/* Keeps the name; NULL when memory is out. */
struct spool_aside *aside_new(struct loop *, int dir, const char *name,
    const struct spool_aside_user *, void *arg);
void aside_free(struct spool_aside *);	/* NULL is allowed */

/* A line without its line feed.  -1: out of memory. */
int aside_put(struct spool_aside *, struct span line, struct spool_ref);
/* Bytes that wait. */
size_t aside_waiting(const struct spool_aside *);

#endif
