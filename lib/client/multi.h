/* client/multi.h - libcurl's transfers on our loop; private to client/.
 *
 * Errors:  _new NULL and why (out of memory).
 * Owns:    an easy handle is its maker's; it is taken out of the multi
 *          (multi_remove) before it is cleaned up.
 */
#ifndef HOOKLINE_CLIENT_MULTI_H
#define HOOKLINE_CLIENT_MULTI_H

#include <curl/curl.h>

#include "../loop.h"
#include "../why.h"
#include "tls.h"

struct multi;

/* Who is told that a transfer is over; the handle stays in the multi. */
struct multi_user {
	void (*done)(void *arg, CURLcode);
	void *arg;
};

struct multi *multi_new(struct loop *, struct why *);
/* After every handle was removed; may be called in a user's `done`. */
void multi_free(struct multi *);		/* NULL is allowed */
CURLM *multi_native(struct multi *);

/* A handle with what every transfer of ours has in common; error is a buffer
 * of CURL_ERROR_SIZE bytes that lives as long as the handle. */
CURL *multi_easy(struct multi *, const struct client_tls *, char *error,
    struct why *);

/* Keeps the user until multi_remove. */
int multi_add(struct multi *, CURL *, struct multi_user *, struct why *);
void multi_remove(struct multi *, CURL *);

/* A socket for libcurl, known to the multi; or CURL_SOCKET_BAD. */
curl_socket_t multi_socket(struct multi *, const struct curl_sockaddr *);

/* From now on somebody else watches this descriptor. */
void multi_unwatch(struct multi *, curl_socket_t);

/* Did a transfer get as far as sending, TLS included? */
int multi_was_connected(CURL *);

/* What a failed transfer's code means; names the URL's host, or the unix
 * socket (which may be NULL) that could not be reached. */
struct multi_tried {
	CURL *easy;
	const char *error, *url, *unix_socket;
};
void multi_why(struct why *, CURLcode, const struct multi_tried *);

#endif
