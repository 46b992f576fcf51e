/* client/response.h - a reply as it comes in, line by line of its head and
 * piece by piece of its body; private to client/, pure.
 *
 * Heads of 1xx are dropped, and so are trailers.  `whole` tells that the
 * empty line that ends the final head was seen: libcurl 7.88 calls a reply
 * that was cut off inside its head a success.
 *
 * Errors:  -1 for a head beyond RESPONSE_MAX_HEAD, or memory.
 * Owns:    its bytes; what response_headers answers is good until
 *          response_clear.
 */
#ifndef HOOKLINE_CLIENT_RESPONSE_H
#define HOOKLINE_CLIENT_RESPONSE_H

#include "../buf.h"
#include "../http1.h"

#define RESPONSE_MAX_HEAD ((size_t)256 << 10)

struct response_field {
	size_t name, name_n, value, value_n;	/* places in head */
};

struct response {
	int status;
	int whole;		/* the final head is here, to its end */
	int truncated;		/* the body was longer than is kept ... */
	size_t seen;		/* ... and so much of it has come */
	struct buf head, body;
	struct response_field *fields;
	struct http1_field *out;	/* room for as many */
	size_t nfields, cap;
};

void response_init(struct response *, size_t max_body);
void response_done(struct response *);
void response_clear(struct response *);	/* for the next one */

int response_head_line(struct response *, struct span);
/* 1: that is more than anybody wants to read. */
int response_body(struct response *, struct span);

/* The fields, nfields of them. */
const struct http1_field *response_headers(struct response *);

#endif
