/* access.h - who may come in: --basic-file, --token-file.
 *
 * A request shows what it has in its Authorization field (Basic or Bearer),
 * or as ?token= in its target, which is all that a browser can do for a
 * websocket from a page of its own.  What fits any of the files will do.
 *
 * A hashed password that is not known yet is checked in another thread, a few
 * of them at once; some more wait for their turn, and others are told to come
 * back.
 *
 * Errors:  NULL, -1 and why: STATUS_USAGE.
 */
#ifndef WS_SERVE_ACCESS_H
#define WS_SERVE_ACCESS_H

#include "front.h"

struct access;

struct access_opts {
	const char *basic_file, *token_file;
};

/* A request that had to wait is let in (user: who it is, or empty; borrowed),
 * or (user NULL) is not. */
typedef void (*access_fn)(void *arg, struct exchange *,
    const struct span *user);

/* Keeps the options' strings. */
struct access *access_new(struct loop *, const struct access_opts *,
    access_fn, void *arg, struct why *);
void access_free(struct access *);		/* NULL is allowed */

enum access_answer {
	ACCESS_NO, ACCESS_YES, ACCESS_WRONG, ACCESS_WAITS, ACCESS_BUSY
};

/* May it come in?  Whoever may where there are no files.  ACCESS_NO: it shows
 * nothing; ACCESS_WRONG: what it shows does not fit.  ACCESS_WAITS: the
 * function is called, unless access_forget was before. */
enum access_answer access_ask(struct access *, struct exchange *,
    struct span *user);
void access_forget(struct access *, const struct exchange *);

/* 401, and what would do. */
void access_refuse(const struct access *, struct exchange *);

/* The head as it may be told: with `***` for an Authorization, and no token
 * in its target.  It may be in scratch, and is good until the next. */
const struct http1_head *access_told(struct access *,
    const struct http1_head *, struct http1_head *scratch);

/* Reads the files again, and tells how that went; on failure they are as they
 * were. */
void access_reload(struct access *);

#endif
