/* client/request.h - sets a request on a handle; private to client/.
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

/* The list is the caller's to free once the handle is done with it, also
 * after -1; the body is the request's. */
int request_set(CURL *, const struct http_request *,
    struct curl_slist **list, struct why *);

#endif
