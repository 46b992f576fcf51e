/* client/transfer.h - one request on its way, and the handle it goes by;
 * private to client/.
 */
#ifndef HOOKLINE_CLIENT_TRANSFER_H
#define HOOKLINE_CLIENT_TRANSFER_H

#include "../list.h"
#include "http.h"
#include "multi.h"
#include "request.h"
#include "response.h"

enum { TRUSTED, STRANGE, POOLS };

struct pool {
	struct multi *multi;		/* once needed */
	struct link active, idle;
};

struct http {
	struct loop *loop;
	struct http_config config;
	struct pool pools[POOLS];
	struct curl_slist *resolve;
	int busy, dead;
};

struct http_transfer {
	struct link link;		/* active or idle */
	struct http *http;
	struct pool *pool;
	struct multi_user user;
	CURL *easy;
	struct request_lines lines;
	/* As libcurl takes it apart, and as it was: the next request is
	 * likely to be for the same. */
	CURLU *parsed;
	char *url;
	struct response response;
	char blocked[CIDR_IP_TEXT];	/* the address, if one was */
	int head_too_long, cut;		/* we ended it ourselves */
	int64_t started_ms;
	http_done_fn done;
	void *arg;
	char error[CURL_ERROR_SIZE];
};

/* done: the multi tells it (multi.h).  NULL and why. */
struct http_transfer *transfer_new(struct http *, struct pool *,
    void (*done)(void *arg, CURLcode), struct why *);
void transfer_free(struct http_transfer *);

/* Sets the URL: 0, or -1 and why. */
int transfer_url(struct http_transfer *, const char *url, struct why *);

/* For the next request. */
void transfer_clear(struct http_transfer *);

/* What has become of it; the result borrows from the transfer, and why. */
void transfer_result(struct http_transfer *, CURLcode, struct http_result *,
    struct why *);

#endif
