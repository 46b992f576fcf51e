/* client/reply.h - a reply as it comes in, line by line of its head and piece
 * by piece of its body; private to client/, pure.
 *
 * Heads of 1xx are dropped, and so are trailers.  `whole` tells that the
 * empty line that ends the final head was seen: libcurl 7.88 calls a reply
 * that was cut off inside its head a success.
 *
 * Errors:  -1 for a head beyond REPLY_MAX_HEAD, or memory.
 * Owns:    its bytes; what reply_headers answers is good until reply_clear.
 */
#ifndef HOOKLINE_CLIENT_REPLY_H
#define HOOKLINE_CLIENT_REPLY_H

#include "../buf.h"
#include "../http1.h"

#define REPLY_MAX_HEAD ((size_t)256 << 10)

struct reply_field {
	size_t name, name_n, value, value_n;	/* places in head */
};

struct reply {
	int status;
	int whole;		/* the final head is here, to its end */
	int truncated;		/* the body was longer than is kept ... */
	size_t seen;		/* ... and so much of it has come */
	struct buf head, body;
	struct reply_field *fields;
	size_t nfields, cap;
	struct http1_field *out;
};

void reply_init(struct reply *, size_t max_body);
void reply_done(struct reply *);
void reply_clear(struct reply *);	/* for the next one */

int reply_head_line(struct reply *, struct span);
/* 1: that is more than anybody wants to read. */
int reply_body(struct reply *, struct span);

/* The fields, nfields of them; NULL if memory is out. */
const struct http1_field *reply_headers(struct reply *);

#endif
