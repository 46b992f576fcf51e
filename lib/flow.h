/* flow.h - how lines and bytes pass from stage to stage.
 *
 * Every stage is one call: put(arg, span) takes the span, always, and answers
 * 0 or FULL.  FULL means "taken; no more until I call you": the stage calls
 * the resume function that its header names once it has room again.  A stage
 * may still be put to after FULL (nothing is ever refused or dropped), but
 * the memory then is the caller's responsibility.
 */
#ifndef HOOKLINE_FLOW_H
#define HOOKLINE_FLOW_H

#include "span.h"

#define FULL 1

/* Borrows the span. */
typedef int (*put_fn)(void *arg, struct span);

/* There is room again, or: go on. */
typedef void (*resume_fn)(void *arg);

#endif
