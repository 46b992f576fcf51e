/* client/transfer.c - one request on its way. */
#include <stdlib.h>
#include <string.h>

#include "../clock.h"
#include "../fields.h"
#include "../netguard.h"
#include "../retry.h"
#include "transfer.h"

/* libcurl 7.88 (Debian 12) loses answers over HTTP/2: with nginx, which may
 * answer a POST before it has read it, half of all requests on a reused
 * connection failed or hung although they had been answered, curl(1)'s too.
 * So HTTP/2 is for versions well past that. */
#define HTTP2_SINCE 0x080500

/* ---- libcurl's callbacks ---- */

static size_t
on_head(char *p, size_t size, size_t n, void *arg)
{
	struct http_transfer *t = arg;

	if (response_head_line(&t->response, span_of(p, size * n)) == 0)
		return size * n;
	t->head_too_long = 1;
	return 0;
}

static size_t
on_body(char *p, size_t size, size_t n, void *arg)
{
	struct http_transfer *t = arg;
	int over = response_body(&t->response, span_of(p, size * n));

	t->cut = over > 0;
	return over == 0 ? size * n : 0;
}

static int
is_strange(const struct http_transfer *t)
{
	return t->pool == &t->http->pools[STRANGE];
}

static curl_socket_t
on_open(void *arg, curlsocktype purpose, struct curl_sockaddr *addr)
{
	struct http_transfer *t = arg;
	struct cidr_ip ip;

	(void)purpose;
	if (is_strange(t) &&
	    !netguard_allows(t->http->config.allow, &addr->addr)) {
		if (cidr_ip_from(&ip, &addr->addr) == 0)
			cidr_ip_text(t->blocked, &ip);
		return CURL_SOCKET_BAD;
	}
	return multi_socket(t->pool->multi, addr);
}

/* ---- what has become of it ---- */

static int64_t
asked_wait(const struct http_result *r)
{
	struct span value = fields_value(r->headers, r->nheaders,
	    SPAN("Retry-After"));

	return value.p != NULL ? retry_after_ms(value, clock_wall_us()) : -1;
}

/* 0 if there was a whole answer. */
static int
judge(const struct http_transfer *t, CURLcode code, struct why *why)
{
	if (t->head_too_long)
		return why_set(why, STATUS_PROTOCOL,
		    "the reply's head is too long");
	if (code != CURLE_OK && !t->cut) {
		multi_why(why, code, &(struct multi_tried){ t->easy, t->error,
		    t->url, is_strange(t) ? NULL :
		    t->http->config.unix_socket });
		if (t->blocked[0] != '\0' && why->status == STATUS_UNREACHABLE)
			why_set(why, STATUS_REFUSED,
			    "%s is not a public address", t->blocked);
		return -1;
	}
	if (!t->response.whole)
		return why_set(why, STATUS_PROTOCOL,
		    "the reply was cut off inside its head");
	return 0;
}

void
transfer_result(struct http_transfer *t, CURLcode code,
    struct http_result *r, struct why *why)
{
	*r = (struct http_result){ .retry_after_ms = -1,
	    .connected = multi_was_connected(t->easy),
	    .ms = clock_mono_ms() - t->started_ms };
	if (judge(t, code, why) == -1) {
		r->why = why;
		r->blocked = why->status == STATUS_REFUSED;
		return;
	}
	r->headers = response_headers(&t->response);
	r->status = t->response.status;
	r->nheaders = t->response.nfields;
	r->body = buf_span(&t->response.body);
	r->truncated = t->response.truncated;
	r->retry_after_ms = asked_wait(r);
}

/* ---- making ---- */

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
	const char *proxy = is_strange(t) ? "" : c->proxy;
	CURL *easy = t->easy;

	curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, on_open);
	curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, t);
	curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_head);
	curl_easy_setopt(easy, CURLOPT_HEADERDATA, t);
	curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body);
	curl_easy_setopt(easy, CURLOPT_WRITEDATA, t);
	curl_easy_setopt(easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
	curl_easy_setopt(easy, CURLOPT_CURLU, t->parsed);
	/* Without CURLOPT_PIPEWAIT: libcurl 8.14 has all others wait for the
	 * answer on a host's first connection, if that is HTTP/1.1. */
	curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, http_version());
	curl_easy_setopt(easy, CURLOPT_PATH_AS_IS, 1L);
	curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, (long)c->timeout_ms);
	curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS,
	    (long)c->connect_timeout_ms);
	if (t->http->resolve != NULL)
		curl_easy_setopt(easy, CURLOPT_RESOLVE, t->http->resolve);
	if (proxy != NULL)
		curl_easy_setopt(easy, CURLOPT_PROXY, proxy);
	/* "" is none, and then the environment is not asked, twice over. */
	if (proxy != NULL && *proxy == '\0')
		curl_easy_setopt(easy, CURLOPT_NOPROXY, "*");
	if (!is_strange(t) && c->unix_socket != NULL)
		curl_easy_setopt(easy, CURLOPT_UNIX_SOCKET_PATH,
		    c->unix_socket);
}

void
transfer_free(struct http_transfer *t)
{
	curl_easy_cleanup(t->easy);
	curl_url_cleanup(t->parsed);
	request_lines_done(&t->lines);
	response_done(&t->response);
	free(t->url);
	free(t);
}

struct http_transfer *
transfer_new(struct http *http, struct pool *pool,
    void (*done)(void *arg, CURLcode), struct why *why)
{
	struct http_transfer *t = calloc(1, sizeof(*t));

	if (t == NULL) {
		why_errno(why, STATUS_SOME, "client");
		return NULL;
	}
	t->http = http;
	t->pool = pool;
	t->user = (struct multi_user){ done, t };
	response_init(&t->response, http->config.max_reply);
	t->easy = multi_easy(pool->multi, &http->config.tls, t->error, why);
	t->parsed = curl_url();
	if (t->easy != NULL && t->parsed != NULL) {
		set_tastes(t);
		return t;
	}
	why_set(why, STATUS_SOME, "client: out of memory");
	transfer_free(t);
	return NULL;
}

/* libcurl takes its URLs apart and puts them together again for each
 * request; with CURLOPT_CURLU it makes a copy of what we took apart once.
 * CURLOPT_URL has it forget the last one's text (7.88). */
int
transfer_url(struct http_transfer *t, const char *url, struct why *why)
{
	CURLUcode code;

	if (t->url != NULL && strcmp(t->url, url) == 0)
		return 0;
	free(t->url);
	t->url = strdup(url);
	if (t->url == NULL)
		return why_errno(why, STATUS_SOME, "client");
	code = curl_url_set(t->parsed, CURLUPART_URL, url,
	    CURLU_NON_SUPPORT_SCHEME | CURLU_PATH_AS_IS);
	if (code != CURLUE_OK) {
		free(t->url);
		t->url = NULL;
		return why_set(why, STATUS_USAGE, "URL: %s",
		    curl_url_strerror(code));
	}
	curl_easy_setopt(t->easy, CURLOPT_URL, NULL);
	return 0;
}

void
transfer_clear(struct http_transfer *t)
{
	/* The body is the caller's, and about to go. */
	curl_easy_setopt(t->easy, CURLOPT_POSTFIELDS, NULL);
	response_clear(&t->response);
	t->head_too_long = t->cut = 0;
	t->blocked[0] = t->error[0] = '\0';
}
