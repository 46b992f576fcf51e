/* client/http.c - requests over a pool of libcurl's handles.
 *
 * Transfers to strangers' URLs have connections of their own: one that was
 * opened for a trusted URL must not be reused for them, for its address was
 * never looked at.
 */
#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "../clock.h"
#include "../netguard.h"
#include "../retry.h"
#include "http.h"
#include "multi.h"
#include "reply.h"
#include "request.h"

#define MAX_IDLE 256		/* connections kept for reuse */
#define MAX_STREAMS 32L		/* on one connection; more are slower */

/* libcurl 7.88 (Debian 12) loses answers over HTTP/2: with nginx, which may
 * answer a POST before it has read it, half of all requests on a reused
 * connection failed or hung although they had been answered, curl(1)'s too.
 * So HTTP/2 is for versions well past that. */
#define HTTP2_SINCE 0x080500

enum { TRUSTED, STRANGE, POOLS };

struct pool {
	struct multi *multi;		/* once needed */
	struct http_transfer *active, *idle;
};

struct http {
	struct loop *loop;
	struct http_config config;
	struct pool pools[POOLS];
	int busy, dead;
};

struct http_transfer {
	struct http_transfer *prev, *next;
	struct http *http;
	struct pool *pool;
	struct multi_user user;
	CURL *easy;
	struct curl_slist *list;
	char *url;			/* for messages */
	struct reply reply;
	char blocked[INET6_ADDRSTRLEN];	/* the address, if one was */
	int head_too_long;
	int64_t started_ms;
	http_done_fn done;
	void *arg;
	char error[CURL_ERROR_SIZE];
};

/* ---- libcurl's callbacks ---- */

static size_t
on_head(char *p, size_t size, size_t n, void *arg)
{
	struct http_transfer *t = arg;

	if (reply_head_line(&t->reply, span_of(p, size * n)) == 0)
		return size * n;
	t->head_too_long = 1;
	return 0;
}

static size_t
on_body(char *p, size_t size, size_t n, void *arg)
{
	struct http_transfer *t = arg;

	return reply_body(&t->reply, span_of(p, size * n)) == 0 ? size * n : 0;
}

static void
note_blocked(struct http_transfer *t, const struct sockaddr *sa)
{
	struct sockaddr_in in;
	struct sockaddr_in6 in6;

	if (sa->sa_family == AF_INET) {
		memcpy(&in, sa, sizeof(in));
		inet_ntop(AF_INET, &in.sin_addr, t->blocked,
		    sizeof(t->blocked));
	} else {
		memcpy(&in6, sa, sizeof(in6));
		inet_ntop(AF_INET6, &in6.sin6_addr, t->blocked,
		    sizeof(t->blocked));
	}
}

static curl_socket_t
on_open(void *arg, curlsocktype purpose, struct curl_sockaddr *addr)
{
	struct http_transfer *t = arg;

	(void)purpose;
	/* A unix socket is the user's own choice, never a URL's. */
	if (t->pool == &t->http->pools[STRANGE] && addr->family != AF_UNIX &&
	    !netguard_public(&addr->addr)) {
		note_blocked(t, &addr->addr);
		return CURL_SOCKET_BAD;
	}
	return multi_socket(t->pool->multi, addr);
}

/* ---- lists ---- */

static void
list_add(struct http_transfer **list, struct http_transfer *t)
{
	t->prev = NULL;
	t->next = *list;
	if (*list != NULL)
		(*list)->prev = t;
	*list = t;
}

static void
list_remove(struct http_transfer **list, struct http_transfer *t)
{
	if (t->prev != NULL)
		t->prev->next = t->next;
	else
		*list = t->next;
	if (t->next != NULL)
		t->next->prev = t->prev;
}

/* ---- a transfer's end ---- */

static void
transfer_free(struct http_transfer *t)
{
	curl_easy_cleanup(t->easy);
	curl_slist_free_all(t->list);
	reply_done(&t->reply);
	free(t->url);
	free(t);
}

/* Back into the pool. */
static void
retire(struct http_transfer *t)
{
	multi_remove(t->pool->multi, t->easy);
	list_remove(&t->pool->active, t);
	/* The body is the caller's, and about to go. */
	curl_easy_setopt(t->easy, CURLOPT_POSTFIELDS, NULL);
	curl_slist_free_all(t->list);
	t->list = NULL;
	free(t->url);
	t->url = NULL;
	reply_clear(&t->reply);
	list_add(&t->pool->idle, t);
}

static int64_t
asked_wait(const struct http_result *r)
{
	size_t i;

	for (i = 0; i < r->nheaders; i++)
		if (span_case_eq(r->headers[i].name, SPAN("Retry-After")))
			return retry_after_ms(r->headers[i].value,
			    clock_wall_us());
	return -1;
}

/* 0 if there was a whole answer. */
static int
judge(const struct http_transfer *t, CURLcode code, struct why *why)
{
	if (t->head_too_long)
		return why_set(why, STATUS_PROTOCOL,
		    "the reply's head is too long");
	if (code != CURLE_OK) {
		multi_why(why, code, t->error, t->url);
		if (t->blocked[0] != '\0' && why->status == STATUS_UNREACHABLE)
			why_set(why, STATUS_REFUSED,
			    "%s is not a public address", t->blocked);
		return -1;
	}
	if (!t->reply.whole)
		return why_set(why, STATUS_PROTOCOL,
		    "the reply was cut off inside its head");
	return 0;
}

static void
on_done(void *arg, CURLcode code)
{
	struct http_transfer *t = arg;
	struct http *http = t->http;
	struct http_result r = { .retry_after_ms = -1 };
	struct why why;

	r.ms = clock_mono_ms() - t->started_ms;
	if (judge(t, code, &why) == -1) {
		r.why = &why;
		r.blocked = why.status == STATUS_REFUSED;
	} else if ((r.headers = reply_headers(&t->reply)) == NULL) {
		why_set(&why, STATUS_SOME, "out of memory");
		r.why = &why;
	} else {
		r.status = t->reply.status;
		r.nheaders = t->reply.nfields;
		r.body = buf_span(&t->reply.body);
		r.truncated = t->reply.truncated;
		r.retry_after_ms = asked_wait(&r);
	}
	/* What the result borrows is the transfer's: not idle before that. */
	http->busy++;
	t->done(t->arg, &r);
	retire(t);
	if (--http->busy == 0 && http->dead)
		http_free(http);
}

/* ---- a transfer's start ---- */

static long
http_version(void)
{
	return curl_version_info(CURLVERSION_NOW)->version_num >=
	    HTTP2_SINCE ? (long)CURL_HTTP_VERSION_2TLS :
	    (long)CURL_HTTP_VERSION_1_1;
}

static void
set_tastes(struct http_transfer *t)
{
	const struct http_config *c = &t->http->config;
	CURL *easy = t->easy;

	curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, on_open);
	curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, t);
	curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_head);
	curl_easy_setopt(easy, CURLOPT_HEADERDATA, t);
	curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body);
	curl_easy_setopt(easy, CURLOPT_WRITEDATA, t);
	curl_easy_setopt(easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
	curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, http_version());
	curl_easy_setopt(easy, CURLOPT_PIPEWAIT, 1L);
	curl_easy_setopt(easy, CURLOPT_PATH_AS_IS, 1L);
	curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, (long)c->timeout_ms);
	curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS,
	    (long)c->connect_timeout_ms);
	if (c->unix_socket != NULL)
		curl_easy_setopt(easy, CURLOPT_UNIX_SOCKET_PATH,
		    c->unix_socket);
	if (t->pool == &t->http->pools[STRANGE])
		curl_easy_setopt(easy, CURLOPT_PROXY, "");
}

static struct http_transfer *
transfer_new(struct http *http, struct pool *pool, struct why *why)
{
	struct http_transfer *t = calloc(1, sizeof(*t));

	if (t == NULL) {
		why_errno(why, STATUS_SOME, "client");
		return NULL;
	}
	t->http = http;
	t->pool = pool;
	t->user = (struct multi_user){ on_done, t };
	reply_init(&t->reply, http->config.max_reply);
	t->easy = multi_easy(pool->multi, &http->config.tls, t->error, why);
	if (t->easy == NULL) {
		free(t);
		return NULL;
	}
	set_tastes(t);
	return t;
}

/* From the pool, or a new one. */
static struct http_transfer *
take(struct http *http, struct pool *pool, struct why *why)
{
	struct http_transfer *t = pool->idle;

	if (t == NULL)
		return transfer_new(http, pool, why);
	list_remove(&pool->idle, t);
	t->head_too_long = 0;
	t->blocked[0] = t->error[0] = '\0';
	return t;
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

/* ---- public ---- */

struct http *
http_new(struct loop *loop, const struct http_config *config,
    struct why *why)
{
	struct http *http;

	if (client_tls_check(&config->tls, why) == -1)
		return NULL;
	http = calloc(1, sizeof(*http));
	if (http == NULL) {
		why_errno(why, STATUS_SOME, "client");
		return NULL;
	}
	http->loop = loop;
	http->config = *config;
	if (pool_open(http, &http->pools[TRUSTED], why) == -1) {
		free(http);
		return NULL;
	}
	return http;
}

void
http_free(struct http *http)
{
	struct http_transfer *t;
	int i;

	if (http == NULL)
		return;
	http->dead = 1;
	if (http->busy > 0)
		return;		/* on_done will */
	for (i = 0; i < POOLS; i++) {
		struct pool *pool = &http->pools[i];

		while (pool->active != NULL)
			retire(pool->active);
		while ((t = pool->idle) != NULL) {
			list_remove(&pool->idle, t);
			transfer_free(t);
		}
		multi_free(pool->multi);
	}
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
	list_add(&pool->active, t);
	t->done = done;
	t->arg = arg;
	t->started_ms = clock_mono_ms();
	t->url = strdup(r->url);
	if (t->url == NULL) {
		why_errno(why, STATUS_SOME, "client");
		retire(t);
		return NULL;
	}
	if (request_set(t->easy, r, &t->list, why) == -1 ||
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
