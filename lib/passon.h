/* passon.h - what children say on stderr, passed on to ours.
 *
 * Each line is a message (say.h) with a name in front of it, so that control
 * bytes are shown as `?`.  Where nobody reads our stderr the children wait:
 * passon_line answers FULL, and `room` is called later.
 *
 * Errors:  NULL where memory or descriptors are out.
 */
#ifndef HOOKLINE_PASSON_H
#define HOOKLINE_PASSON_H

#include "flow.h"
#include "loop.h"

struct passon;

struct passon *passon_new(struct loop *, resume_fn room, void *arg);
void passon_free(struct passon *);		/* NULL is allowed */

/* 0 or FULL. */
int passon_line(struct passon *, const char *who, struct span line);

#endif
