/* cloud.h - --cloudevents: each job's request is a CloudEvent.
 *
 * What comes as a CloudEvent, in either mode or as a line that holds one,
 * keeps its attributes, and its bytes where the mode is the same.  All else
 * becomes the data of a new one.
 */
#ifndef WH_SEND_CLOUD_H
#define WH_SEND_CLOUD_H

#include "config.h"
#include "event.h"
#include "fields.h"
#include "job.h"

enum cloud_mode { CLOUD_OFF, CLOUD_STRUCTURED, CLOUD_BINARY };

/* Do --cloudevents, --ce-source, --ce-type and -H go together?
 * STATUS_USAGE. */
int cloud_check(const struct config *, const struct fields *given,
    struct why *);

/* Changes a job that is made; event is NULL for one without.  -1 and why:
 * STATUS_BAD_LINE or out of memory. */
int cloud_wrap(const struct config *, struct job *, const struct event *,
    struct buf *scratch, struct why *);

#endif
