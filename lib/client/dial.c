/* client/dial.c - connections made by libcurl (CURLOPT_CONNECT_ONLY), handed
 * over as streams.
 */
#include <stdlib.h>
#include <string.h>

#include "carrier.h"
#include "dial.h"
#include "multi.h"
#include "url.h"

struct dial {
	struct loop *loop;
	struct multi *multi;
	struct multi_user user;
	CURL *easy;
	char *url, *unix_socket;
	int is_tls;
	void (*done)(void *arg, struct stream *, const struct why *);
	void *arg;
	char error[CURL_ERROR_SIZE];
};

static void
dial_free(struct dial *d)
{
	if (d->easy != NULL) {
		multi_remove(d->multi, d->easy);
		curl_easy_cleanup(d->easy);
	}
	multi_free(d->multi);
	free(d->url);
	free(d->unix_socket);
	free(d);
}

static void
on_done(void *arg, CURLcode code)
{
	struct dial *d = arg;
	struct stream *stream = NULL;
	struct why why;

	if (code != CURLE_OK) {
		multi_why(&why, code, &(struct multi_tried){ d->easy,
		    d->error, d->url, d->unix_socket });
		/* A connection that fails under the TLS handshake. */
		if (why.status == STATUS_LOST)
			why.status = STATUS_UNREACHABLE;
	} else {
		stream = carrier_stream(d->loop, d->multi, d->easy, d->url,
		    d->is_tls, &why);
		d->multi = NULL;
		d->easy = NULL;
	}
	d->done(d->arg, stream, stream == NULL ? &why : NULL);
	dial_free(d);
}

static int
take_url(struct dial *d, const char *text, struct why *why)
{
	struct url u;

	if (url_parse(&u, text, "ws", why) == -1)
		return -1;
	d->url = url_http(&u);
	d->is_tls = u.secure;
	url_done(&u);
	return d->url != NULL ? 0 :
	    why_set(why, STATUS_SOME, "out of memory");
}

static int
prepare(struct dial *d, const struct dial_config *config, struct why *why)
{
	d->multi = multi_new(d->loop, why);
	if (d->multi == NULL)
		return -1;
	d->easy = multi_easy(d->multi, &config->tls, d->error, why);
	if (d->easy == NULL)
		return -1;
	curl_easy_setopt(d->easy, CURLOPT_URL, d->url);
	curl_easy_setopt(d->easy, CURLOPT_CONNECT_ONLY, 1L);
	curl_easy_setopt(d->easy, CURLOPT_CONNECTTIMEOUT_MS,
	    (long)config->connect_timeout_ms);
	/* What is spoken over it is HTTP/1.1: no offer of anything else. */
	curl_easy_setopt(d->easy, CURLOPT_SSL_ENABLE_ALPN, 0L);
	curl_easy_setopt(d->easy, CURLOPT_HTTP_VERSION,
	    (long)CURL_HTTP_VERSION_1_1);
	curl_easy_setopt(d->easy, CURLOPT_TCP_NODELAY, 1L);
	/* A websocket has to pass the proxy whole, not as requests. */
	curl_easy_setopt(d->easy, CURLOPT_HTTPPROXYTUNNEL, 1L);
	if (config->proxy != NULL)
		curl_easy_setopt(d->easy, CURLOPT_PROXY, config->proxy);
	if (config->proxy_user != NULL)
		curl_easy_setopt(d->easy, CURLOPT_PROXYUSERPWD,
		    config->proxy_user);
	if (config->family != 0)
		curl_easy_setopt(d->easy, CURLOPT_IPRESOLVE, config->family ==
		    4 ? (long)CURL_IPRESOLVE_V4 : (long)CURL_IPRESOLVE_V6);
	if (config->unix_socket == NULL)
		return 0;
	curl_easy_setopt(d->easy, CURLOPT_UNIX_SOCKET_PATH,
	    config->unix_socket);
	d->unix_socket = strdup(config->unix_socket);
	return d->unix_socket != NULL ? 0 :
	    why_set(why, STATUS_SOME, "out of memory");
}

struct dial *
dial_start(struct loop *loop, const struct dial_config *config,
    void (*done)(void *arg, struct stream *gives, const struct why *),
    void *arg, struct why *why)
{
	struct dial *d;

	if (client_tls_check(&config->tls, why) == -1 ||
	    url_proxy_check(config->proxy, why) == -1)
		return NULL;
	d = calloc(1, sizeof(*d));
	if (d == NULL) {
		why_errno(why, STATUS_SOME, "client");
		return NULL;
	}
	d->loop = loop;
	d->done = done;
	d->arg = arg;
	d->user = (struct multi_user){ on_done, d };
	if (take_url(d, config->url, why) == -1 ||
	    prepare(d, config, why) == -1 ||
	    multi_add(d->multi, d->easy, &d->user, why) == -1) {
		dial_free(d);
		return NULL;
	}
	return d;
}

void
dial_cancel(struct dial *d)
{
	dial_free(d);
}
