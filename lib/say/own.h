/* own.h - messages as JSON: for this module's files alone. */
#ifndef HOOKLINE_SAY_OWN_H
#define HOOKLINE_SAY_OWN_H

#include "buf.h"

/* Messages are no longer than that. */
#define SAY_LONGEST 4096	/* PIPE_BUF: so much is written to a pipe
				   whole, whoever else writes there */

/* Shows what may not go to a terminal as `?`: C0, DEL, and the C1 controls
 * as UTF-8 spells them. */
void say_scrub(char *text, size_t n);

/* Makes room, so that messages can be said when memory is out. */
int say_json_init(struct buf *line);

/* The message as a line, at most SAY_LONGEST bytes; the text is scrubbed.
 * -1: there is no memory. */
int say_json(struct buf *line, const char *level, const char *tool,
    char *text, size_t n);

/* The same with a member besides, of any length; figures are JSON. */
int say_json_counters(struct buf *line, const char *tool,
    struct span figures);

#endif
