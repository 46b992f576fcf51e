/* record.h - --record: what goes over the connections, as lines of a file.
 *
 * They are event lines (hookline-events.7): messages in both directions, with
 * `direction`, and what becomes of connections.  Lines are whole, and in the
 * file by the end of the turn they came in; a pipe may be slower, and is
 * waited for.  Each function allows NULL: nothing is recorded.
 *
 * Errors:  record_new: NULL and why, STATUS_USAGE.  Later, what can't be
 *          written ends the recording alone: it is said, STATUS_SOME, and the
 *          file ends with the last line that is whole.
 */
#ifndef WS_CAT_RECORD_H
#define WS_CAT_RECORD_H

#include "msg.h"
#include "tool.h"

struct record;

/* Keeps path and tool.  changed: there is room again after record_full, or
 * all is written. */
struct record *record_new(struct tool *, const char *path, resume_fn changed,
    void *arg, struct why *);
void record_free(struct record *);

/* url may be NULL: there is but one. */
void record_message(struct record *, const char *direction, const char *url,
    struct msg);
/* An event line as it is. */
void record_event(struct record *, struct span);

int record_full(const struct record *);
/* Is all of it written, or given up? */
int record_is_done(const struct record *);
/* Is that descriptor's file the one that is written to? */
int record_is_to(const struct record *, int fd);

#endif
