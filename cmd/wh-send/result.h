/* result.h - the result line of a job.
 *
 * Members in this order: type, id, time, line (not with --body), url (without
 * user info), outcome, status (if there was an answer), attempts, ms (of the
 * last attempt), error (if there was no answer), reply (if asked for).
 */
#ifndef WH_SEND_RESULT_H
#define WH_SEND_RESULT_H

#include "buf.h"
#include "job.h"
#include "why.h"

#define RESULT_REPLY_MAX ((size_t)4096)	/* bytes of a body that are kept */

/* Appends the line; r and why as deliver_user.done has them.  -1: out of
 * memory. */
int result_print(struct buf *out, const struct job *, int outcome,
    const struct http_result *, const struct why *, int with_reply);

#endif
