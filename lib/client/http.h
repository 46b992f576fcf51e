/* client/http.h - HTTP requests, many at once; libcurl on the loop.
 *
 * Keep-alive, no redirects, no cookies; HTTP/2 where TLS negotiates it and
 * libcurl is known to do it well.  A transfer counts as answered only if its
 * response head was whole.
 *
 * Errors:  told in http_result.why: STATUS_UNREACHABLE, STATUS_TLS,
 *          STATUS_TIMEOUT, STATUS_LOST (the connection failed under it),
 *          STATUS_PROTOCOL, STATUS_USAGE (a URL libcurl does not take); or
 *          by http_start, STATUS_USAGE.
 * Owns:    a request's body is borrowed until done; the rest is copied.
 */
#ifndef HOOKLINE_CLIENT_HTTP_H
#define HOOKLINE_CLIENT_HTTP_H

#include <stdint.h>

#include "../cidr.h"
#include "../http1.h"
#include "../loop.h"
#include "../span.h"
#include "tls.h"

struct http;
struct http_transfer;

#define HTTP_MAX_REPLY ((size_t)1 << 20)	/* read of a body */

struct http_config {
	struct client_tls tls;
	/* For trusted URLs: where they connect to, or by whom.  NULL: where
	 * they say, by the environment's proxies (no_proxy is honoured). */
	const char *unix_socket, *proxy;
	/* What URLs of strangers may reach besides public addresses; or
	 * NULL. */
	const struct cidr_list *allow;
	const char *const *resolve;	/* "HOST:PORT:ADDRESS[,ADDRESS]" ... */
	size_t nresolve;		/* ... and no other name lookup */
	int64_t timeout_ms, connect_timeout_ms;
	size_t max_reply;	/* bytes of a reply's body that are kept; what
				   follows is dropped, and beyond
				   HTTP_MAX_REPLY so is the connection */
	int64_t jobs_per_host;	/* connections to one host at most; what
				   waits for one, waits on its timeout */
};

struct http_request {
	const char *url;
	const char *method;
	const struct http1_field *headers;	/* replace libcurl's own */
	size_t nheaders;
	struct span body;	/* p NULL: no body at all */
	int public_only;	/* the URL is a stranger's: no address inside
				   (netguard.h), no unix socket, no proxy */
};

struct http_result {
	int status;			/* 0 if there was no whole answer */
	const struct http1_field *headers;	/* borrowed for the call */
	size_t nheaders;
	struct span body;
	int truncated;			/* the body was longer than max_reply */
	int blocked;			/* public_only forbade it */
	int connected;			/* so far it got, TLS included */
	int64_t ms;
	int64_t retry_after_ms;		/* or -1 */
	const struct why *why;		/* NULL if there was an answer */
};

/* Called from the loop, once for a transfer that was not cancelled. */
typedef void (*http_done_fn)(void *arg, const struct http_result *);

/* Keeps the config's strings. */
struct http *http_new(struct loop *, const struct http_config *,
    struct why *);
void http_free(struct http *);		/* cancels what is under way */

struct http_transfer *http_start(struct http *, const struct http_request *,
    http_done_fn, void *arg, struct why *);
void http_cancel(struct http_transfer *);

#endif
