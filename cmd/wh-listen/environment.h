/* environment.h - a request as environment variables, for a command: what
 * variables.h says of its head, and
 *
 *	WH_ID WH_REMOTE
 *	WH_EVENT_ID WH_EVENT_TYPE WH_VERIFIED	where the event has them
 */
#ifndef WH_LISTEN_ENVIRONMENT_H
#define WH_LISTEN_ENVIRONMENT_H

#include "buf.h"
#include "http1.h"

#define ENVIRONMENT_PREFIX "WH_"

/* Appends NAME=value and a NUL for each; line is the request's event line.
 * -1: out of memory. */
int environment_add(struct buf *, const struct http1_head *,
    struct span line);

#endif
