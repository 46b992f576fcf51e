/* watch.h - what happens in DIR/seg, by inotify: private to spool. */
#ifndef HOOKLINE_SPOOL_WATCH_H
#define HOOKLINE_SPOOL_WATCH_H

#include "loop.h"

struct spool_watch;

struct spool_watch_user {
	/* The segment of that name has grown.  closed: its writer has closed
	 * it, and will not have the lock in a moment. */
	void (*grown)(void *arg, const char *name, int closed);
	/* There are other names, or nobody knows what has happened. */
	void (*changed)(void *arg);
};

struct spool_watch *watch_new(struct loop *, const char *dir,
    const struct spool_watch_user *, void *arg, struct why *);
void watch_free(struct spool_watch *);		/* NULL is allowed */

#endif
