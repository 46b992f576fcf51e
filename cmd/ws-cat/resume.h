/* resume.h - `$last` in --hello and the URL: what --resume remembers.
 *
 * `$last` is a name of its own: `$lastly` is not it.
 */
#ifndef WS_CAT_RESUME_H
#define WS_CAT_RESUME_H

#include "buf.h"

enum resume_place {
	RESUME_JSON,	/* as JSON; within strings its text, escaped */
	RESUME_TEXT,	/* a string's text, else as JSON */
	RESUME_URL	/* the same, percent-encoded */
};

/* Appends the template with each $last replaced.  last is JSON; empty where
 * there is none yet: then null in JSON, and nothing elsewhere.  -1: out of
 * memory. */
int resume_fill(struct buf *out, struct span template, enum resume_place,
    struct span last);

#endif
