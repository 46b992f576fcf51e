/* client/http.c - requests over a pool of libcurl's handles.
 *
 * Transfers to strangers' URLs have connections of their own: one that was
 * opened for a trusted URL must not be reused for them, for its address was
 * never looked at.
 */
#include <stdlib.h>

#include "../clock.h"
#include "transfer.h"

#define MAX_IDLE 256		/* connections kept for reuse */
#define MAX_STREAMS 32L		/* on one connection; more are slower */

/* ---- a transfer's end ---- */

/* Back into the pool. */
static void
retire(struct http_transfer *t)
{
	multi_remove(t->pool->multi, t->easy);
	transfer_clear(t);
	list_remove(&t->link);
	list_add(&t->pool->idle, &t->link);
}

static void
on_done(void *arg, CURLcode code)
{
	struct http_transfer *t = arg;
	struct http *http = t->http;
	struct http_result r;
	struct why why;

	transfer_result(t, code, &r, &why);
	/* What the result borrows is the transfer's: not idle before that. */
	http->busy++;
	t->done(t->arg, &r);
	retire(t);
	if (--http->busy == 0 && http->dead)
		http_free(http);
}

/* ---- a transfer's start ---- */

/* From the pool, or a new one. */
static struct http_transfer *
take(struct http *http, struct pool *pool, struct why *why)
{
	/* The last to be used: the processor knows it still. */
	struct link *last = list_last(&pool->idle);

	if (last == NULL)
		return transfer_new(http, pool, on_done, why);
	list_remove(last);
	return LIST_OF(last, struct http_transfer, link);
}

static int
pool_open(struct http *http, struct pool *pool, struct why *why)
{
	CURLM *curl;

	if (pool->multi != NULL)
		return 0;
	pool->multi = multi_new(http->loop, why);
	if (pool->multi == NULL)
		return -1;
	curl = multi_native(pool->multi);
	curl_multi_setopt(curl, CURLMOPT_MAX_HOST_CONNECTIONS,
	    (long)http->config.jobs_per_host);
	curl_multi_setopt(curl, CURLMOPT_MAXCONNECTS, (long)MAX_IDLE);
	curl_multi_setopt(curl, CURLMOPT_MAX_CONCURRENT_STREAMS, MAX_STREAMS);
	return 0;
}

static int
list_names(struct http *http, struct why *why)
{
	struct curl_slist *l;
	size_t i;

	for (i = 0; i < http->config.nresolve; i++) {
		l = curl_slist_append(http->resolve, http->config.resolve[i]);
		if (l == NULL)
			return why_set(why, STATUS_SOME, "out of memory");
		http->resolve = l;
	}
	return 0;
}

/* ---- public ---- */

struct http *
http_new(struct loop *loop, const struct http_config *config,
    struct why *why)
{
	struct http *http;
	int i;

	if (client_tls_check(&config->tls, why) == -1)
		return NULL;
	http = calloc(1, sizeof(*http));
	if (http == NULL) {
		why_errno(why, STATUS_SOME, "client");
		return NULL;
	}
	http->loop = loop;
	http->config = *config;
	for (i = 0; i < POOLS; i++) {
		list_init(&http->pools[i].active);
		list_init(&http->pools[i].idle);
	}
	/* The first pool starts libcurl. */
	if (pool_open(http, &http->pools[TRUSTED], why) == -1 ||
	    list_names(http, why) == -1) {
		http_free(http);
		return NULL;
	}
	return http;
}

void
http_free(struct http *http)
{
	struct link *first;
	int i;

	if (http == NULL)
		return;
	http->dead = 1;
	if (http->busy > 0)
		return;		/* on_done will */
	for (i = 0; i < POOLS; i++) {
		struct pool *pool = &http->pools[i];

		while ((first = list_first(&pool->active)) != NULL)
			retire(LIST_OF(first, struct http_transfer, link));
		while ((first = list_first(&pool->idle)) != NULL) {
			list_remove(first);
			transfer_free(LIST_OF(first, struct http_transfer,
			    link));
		}
		multi_free(pool->multi);
	}
	curl_slist_free_all(http->resolve);
	free(http);
}

struct http_transfer *
http_start(struct http *http, const struct http_request *r,
    http_done_fn done, void *arg, struct why *why)
{
	struct pool *pool = &http->pools[r->public_only ? STRANGE : TRUSTED];
	struct http_transfer *t;

	if (request_check(r, why) == -1 || pool_open(http, pool, why) == -1)
		return NULL;
	t = take(http, pool, why);
	if (t == NULL)
		return NULL;
	list_add(&pool->active, &t->link);
	t->done = done;
	t->arg = arg;
	t->started_ms = clock_mono_ms();
	if (transfer_url(t, r->url, why) == -1 ||
	    request_set(t->easy, r, &t->lines, why) == -1 ||
	    multi_add(pool->multi, t->easy, &t->user, why) == -1) {
		retire(t);
		return NULL;
	}
	return t;
}

void
http_cancel(struct http_transfer *t)
{
	retire(t);
}
