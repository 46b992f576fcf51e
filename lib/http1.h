/* http1.h - HTTP/1.1 messages as bytes: heads and bodies, strictly.
 *
 * Pure and incremental; nothing is copied or rewritten.  A message is never
 * read in two ways: bare CR or LF, NUL, obs-fold, white space before a
 * colon, repeated or malformed Content-Length, Content-Length beside
 * Transfer-Encoding, any coding but one final `chunked`, and a missing or
 * repeated Host are errors.
 *
 * Errors:  HTTP1_BAD, and the status to answer with in error.status (400,
 *          414, 431, 501, 505) and a reason.
 * Owns:    nothing: spans are of the bytes passed in.
 * Source:  RFC 9112, RFC 9110 sections 5 to 8.
 */
#ifndef HOOKLINE_HTTP1_H
#define HOOKLINE_HTTP1_H

#include <stdint.h>

#include "span.h"

#define HTTP1_MAX_FIELDS 128
#define HTTP1_BAD (-1)
#define HTTP1_MORE 0

struct http1_field {
	struct span name, value;	/* value without white space around */
};

struct http1_error {
	int status;
	const char *reason;		/* a literal */
};

struct http1_head {
	struct span method, target;	/* of a request */
	int status;			/* of a response */
	struct span reason;
	int minor;			/* HTTP/1.minor: 0 or 1 */
	struct http1_field fields[HTTP1_MAX_FIELDS];
	size_t nfields;
	int keep_alive;			/* what Connection and version say */
	int expect_continue;
	int chunked;
	int64_t length;			/* Content-Length, or -1 */
};

/* Parses a head from the start of in.  seen is the caller's note of how far
 * earlier calls looked (0 at first), so that a head that drips in is not
 * searched anew each time.  Answers the head's length in bytes, HTTP1_MORE,
 * or HTTP1_BAD.  max_head is the limit on that length (431). */
long http1_request(struct span in, size_t *seen, size_t max_head,
    struct http1_head *, struct http1_error *);
long http1_response(struct span in, size_t *seen, size_t max_head,
    struct http1_head *, struct http1_error *);

/* The field of that name (case aside): *value of the first, and how many
 * there are. */
size_t http1_field(const struct http1_head *, const char *name,
    struct span *value);

/* Is the token in a comma-separated list field, over all its lines? */
int http1_has_token(const struct http1_head *, const char *name,
    const char *token);

/* A request's target, split: path as it stands (before `?`), query after it
 * (p is NULL without one).  An absolute-form target's path is what follows
 * the authority; an empty path is "/". */
void http1_target(struct span target, struct span *path, struct span *query);

/* A body: none, so many bytes, or chunks. */
struct http1_body {
	int64_t left;		/* of the length, or of this chunk */
	int chunked, state;
	size_t line;		/* bytes of this chunk line or trailer */
	int done;
};
void http1_body_init(struct http1_body *, const struct http1_head *);

/* Takes bytes from in: how many (>= 0), with *data those of them that are
 * body; call again until it takes none or done is set.  Or HTTP1_BAD. */
long http1_body_feed(struct http1_body *, struct span in, struct span *data,
    struct http1_error *);

/* "OK" for 200; "" where the status has no standard phrase. */
const char *http1_reason(int status);

/* Is it a token (RFC 9110 section 5.6.2)? */
int http1_is_token(struct span);

/* May it be a field's value: no control character but tabs? */
int http1_is_value(struct span);

#endif
