/* place.h - where a job goes: to the user's URL, or to a line's own.
 *
 * Errors:  -1 and why, STATUS_USAGE, for the user's; as enum made has them
 *          for a line's.
 */
#ifndef WH_SEND_PLACE_H
#define WH_SEND_PLACE_H

#include "event.h"
#include "make.h"

/* The user's URL, for the make. */
int place_init(struct make *, const char *url, struct why *);

/* There, by the user's method. */
void place_base(const struct make *, struct job *);
/* Where the event says: its URL, which is a stranger's, or its target under
 * the user's. */
enum made place_event(struct make *, struct job *, const struct event *,
    struct why *);

#endif
