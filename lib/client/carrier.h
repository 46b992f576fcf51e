/* client/carrier.h - a connection that libcurl made, as a stream; private to
 * client/.
 */
#ifndef HOOKLINE_CLIENT_CARRIER_H
#define HOOKLINE_CLIENT_CARRIER_H

#include <curl/curl.h>

#include "../stream.h"
#include "multi.h"

/* Takes the multi and the easy handle, which was connected in it
 * (CURLOPT_CONNECT_ONLY); url is copied, for messages.  Gives the stream, or
 * NULL and why (both are freed then). */
struct stream *carrier_stream(struct loop *, struct multi *takes, CURL *easy,
    const char *url, int is_tls, struct why *);

#endif
