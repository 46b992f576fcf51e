/* replay.h - --replay: what a recording says was sent, when it is due.
 *
 * A stage between the lines of a file and who would read stdin: of its lines
 * those with the direction "in" and the news of programs are left out, the
 * others come one after the other at the gaps that their times have, or at
 * once.  An `open` among them counts for their pace: who records anew into
 * the same file is not waited for.  A line without a time has no gap.
 *
 * Late by a little is made up for; late by more (the reader was FULL, or had
 * paused) puts off all that follows.
 *
 * Errors:  replay_new: NULL and why, STATUS_USAGE.
 */
#ifndef WS_CAT_REPLAY_H
#define WS_CAT_REPLAY_H

#include "lines.h"

struct replay;

/* "-" is stdin.  Keeps all it is given.  It starts paused. */
struct replay *replay_new(struct tool *, const struct lines_opts *,
    const char *path, int fast, const struct lines_in_user *, void *arg,
    struct why *);
void replay_free(struct replay *);		/* NULL is allowed */

struct lines_in *replay_lines(const struct replay *);
int replay_fd(const struct replay *);
/* Is there a line that was read and is not due? */
int replay_holds(const struct replay *);
void replay_resume(struct replay *);
void replay_pause(struct replay *);

#endif
