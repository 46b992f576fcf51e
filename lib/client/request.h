/* client/request.h - sets a request on a handle, but for its URL; private to
 * client/.
 *
 * Errors:  -1 and why: STATUS_USAGE for what must not be sent (header
 *          injection, framing of the caller's), or out of memory.
 */
#ifndef HOOKLINE_CLIENT_REQUEST_H
#define HOOKLINE_CLIENT_REQUEST_H

#include <curl/curl.h>

#include "../why.h"
#include "http.h"

int request_check(const struct http_request *, struct why *);

/* The header fields' lines; zeroed to begin with.  They are the caller's
 * until the handle is done with them, and room for the next request's. */
struct request_lines {
	struct curl_slist *nodes;
	size_t cap;
};

/* The body is the request's. */
int request_set(CURL *, const struct http_request *, struct request_lines *,
    struct why *);
void request_lines_done(struct request_lines *);

#endif
