/* child.h - child processes on the loop, their pipes with backpressure.
 *
 * A child has a process group of its own, pipes for stdin, stdout and stderr,
 * no other descriptor of ours, every signal at its default, and is told
 * SIGTERM should we be killed.  No shell has a part in it.  It is started in
 * another thread, and may be spoken to and stopped at once.
 *
 * Its end: the process is over, and what it wrote has been passed on.  What
 * it left running is left alone if it has let go of stdout and stderr; else
 * it has CHILD_LINGER_MS to do so, and is stopped then, group and all.
 *
 * Input that it doesn't take is dropped once it has closed stdin or ended.
 *
 * Units:   bytes; milliseconds.
 * Errors:  child_new: NULL and why, STATUS_SOME: no memory, no descriptors.
 *          That no process could be made, or the file not be executed, is a
 *          way to end.
 * Owns:    a child is its user's until child_free, which may be called in any
 *          callback, `ended` too.
 */
#ifndef HOOKLINE_CHILD_H
#define HOOKLINE_CHILD_H

#include <stdint.h>

#include "buf.h"
#include "loop.h"
#include "span.h"
#include "why.h"

#define CHILD_LINGER_MS 1000
#define CHILD_GRACE_MS 2000	/* a good time between SIGTERM and SIGKILL */

struct child;

/* All children of a program. */
struct children;

struct child_end {
	int status;		/* 0 to 255; or -1: */
	int signum;		/* the signal that ended it, or 0, */
	int fault;		/* or why it never was: an errno, or 0 */
};

struct child_user {
	/* stdout: bytes as they come; 0 or FULL, then none until
	 * child_resume. */
	int (*output)(void *arg, struct span);
	/* stderr: a line without its end, a long one in pieces; the same. */
	int (*error)(void *arg, struct span line);
	/* After FULL from child_put: half of input_limit is free.  May be
	 * NULL. */
	void (*room)(void *arg);
	void (*ended)(void *arg, const struct child_end *);
};

struct child_config {
	const char *file;		/* as by child_find */
	char *const *argv;		/* NULL behind the last */
	char *const *env;		/* the same */
	size_t input_limit;		/* queued bytes that mean FULL */
};

/* NULL when memory is out. */
struct children *children_new(struct loop *);
/* Kills those that are left, groups and all, waits for them, and says no more;
 * child_free is still to be called for each. */
void children_free(struct children *);		/* NULL is allowed */
/* Only kills them: for who is about to end. */
void children_kill(struct children *);

/* Finds the file that a command's name stands for: itself if it has a slash,
 * else in the folders of search (PATH's value).  0 and its name with a NUL
 * behind in *file; or -1 and why, STATUS_USAGE. */
int child_find(struct buf *file, const char *name, const char *search,
    struct why *why);

/* The config is borrowed, and what it points to; the user is kept. */
struct child *child_new(struct children *, const struct child_config *,
    const struct child_user *, void *arg, struct why *why);

/* Where it still runs it is killed, its group, too, and nothing more is
 * heard of it. */
void child_free(struct child *);		/* NULL is allowed */

/* To its stdin: 0 or FULL.  What doesn't fit into the pipe is copied. */
int child_put(struct child *, struct span);
/* No more: its stdin ends behind what was put. */
void child_end_input(struct child *);

/* Room again after FULL from output or error. */
void child_resume(struct child *);

/* Asks its group to end by SIGTERM; what is there grace_ms later is killed.
 * `ended` comes as ever. */
void child_stop(struct child *, int64_t grace_ms);

/* Appends "ended with status 3", "was ended by SIGTERM" or "could not be run:
 * Permission denied".  -1 when out is at its limit. */
int child_tell_end(struct buf *out, const struct child_end *);

#endif
