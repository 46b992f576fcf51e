/* hello.h - the messages of --hello, which are first on each connection.
 *
 * Each is a payload line (hookline-events.7), or text as it stands where
 * stdin's lines are: the option's argument, or each line of a file.
 *
 * Errors:  hello_init: -1 and why, STATUS_USAGE.
 * Owns:    all of it, until hello_done.
 */
#ifndef WS_CAT_HELLO_H
#define WS_CAT_HELLO_H

#include "config.h"
#include "msg.h"

struct hello {
	struct buf text;
	int is_file, is_raw, resumes;
	struct buf line, scratch;
};

int hello_init(struct hello *, const struct config *, struct why *);
void hello_done(struct hello *);

/* Calls fn with each message, $last being that (resume.h).  -1 and why: fn
 * answered so, or memory is out, or with that last it is no message. */
int hello_each(struct hello *, struct span last,
    int (*fn)(void *arg, struct msg), void *arg, struct why *);

#endif
