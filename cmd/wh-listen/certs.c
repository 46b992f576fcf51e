/* certs.c - certificates, fetched and kept.
 *
 * Whoever may send requests can name any path on Amazon's hosts: what isn't a
 * certificate there takes no place of one that is.
 */
#include <stdlib.h>

#include "certs.h"
#include "client/http.h"
#include "clock.h"
#include "list.h"
#include "say.h"

#define FETCH_MS 10000
#define FETCHES 4		/* at once */
#define FAILED_MS 10000		/* not tried again so long */
#define MAX_PEM ((size_t)64 << 10)

struct held {
	struct owed owed;
	struct link link;
	size_t n;
	char body[];
};

struct cert {
	struct certs *certs;
	char *url;		/* NULL: the place is free */
	struct buf pem;
	int there;
	int64_t since_ms;	/* that it is there, or can't be had */
	struct http_transfer *transfer;
	struct link held;	/* while it is fetched */
};

struct certs {
	struct http *http;
	struct cert all[CERTS_MAX];
	size_t bytes;		/* of bodies held */
	void (*again)(void *arg, struct exchange *, struct span body);
	void *arg;
};

static struct cert *
find(const struct certs *c, struct span url)
{
	size_t i;

	for (i = 0; i < CERTS_MAX; i++)
		if (c->all[i].url != NULL &&
		    span_eq(span_str(c->all[i].url), url))
			return (struct cert *)&c->all[i];
	return NULL;
}

int
certs_find(const struct certs *c, struct span url, struct span *pem)
{
	const struct cert *cert = find(c, url);

	if (cert == NULL || !cert->there)
		return 0;
	*pem = buf_span(&cert->pem);
	return 1;
}

static void
empty(struct cert *cert)
{
	free(cert->url);
	cert->url = NULL;
	cert->there = 0;
	buf_done(&cert->pem);
}

/* A free place, or the oldest failure's, or the oldest certificate's. */
static struct cert *
place(struct certs *c)
{
	struct cert *best = NULL;
	size_t i, busy = 0;

	for (i = 0; i < CERTS_MAX; i++) {
		struct cert *one = &c->all[i];

		busy += one->transfer != NULL;
		if (one->transfer != NULL ||
		    (best != NULL && best->url == NULL))
			continue;
		if (best == NULL || one->url == NULL ||
		    one->there < best->there || (one->there == best->there &&
		    one->since_ms < best->since_ms))
			best = one;
	}
	if (busy >= FETCHES || best == NULL)
		return NULL;
	empty(best);
	return best;
}

/* ---- fetching ---- */

/* The first that waits for it, which is the caller's to free; or NULL. */
static struct held *
take(struct cert *cert)
{
	struct link *first = list_first(&cert->held);
	struct held *one;

	if (first == NULL)
		return NULL;
	one = LIST_OF(first, struct held, link);
	list_remove(first);
	cert->certs->bytes -= one->n;
	return one;
}

static int
is_certificate(const struct http_result *r)
{
	return r->why == NULL && r->status == 200 && !r->truncated &&
	    r->body.n > 0 &&
	    memmem(r->body.p, r->body.n, "-----BEGIN CERTIFICATE-----", 27);
}

static void
on_answer(void *arg, const struct http_result *r)
{
	struct cert *cert = arg;
	struct certs *c = cert->certs;
	struct held *one;
	struct exchange *x;

	cert->transfer = NULL;
	cert->since_ms = clock_mono_ms();
	cert->there = is_certificate(r) && buf_add(&cert->pem, r->body) == 0;
	if (r->why != NULL)
		say_warn("%s: %s", cert->url, r->why->text);
	else if (!cert->there)
		say_warn("%s: no certificate there: status %d", cert->url,
		    r->status);
	while ((one = take(cert)) != NULL) {
		x = owed_take(&one->owed);
		if (x != NULL)
			c->again(c->arg, x, span_of(one->body, one->n));
		free(one);
	}
}

static struct cert *
fetch(struct certs *c, struct span url)
{
	struct cert *cert = place(c);
	struct http_request r = { .method = "GET" };
	struct why why;

	if (cert == NULL)
		return NULL;
	cert->url = strndup(url.p, url.n);
	if (cert->url == NULL)
		return NULL;
	r.url = cert->url;
	cert->transfer = http_start(c->http, &r, on_answer, cert, &why);
	if (cert->transfer != NULL)
		return cert;
	say_warn("%s: %s", cert->url, why.text);
	empty(cert);
	return NULL;
}

int
certs_wait(struct certs *c, struct span url, struct exchange *x,
    struct span body)
{
	struct cert *cert = find(c, url);
	struct held *one;

	if (cert != NULL && cert->transfer == NULL && !cert->there) {
		if (clock_mono_ms() - cert->since_ms < FAILED_MS)
			return -1;
		empty(cert);
		cert = NULL;
	}
	if (body.n > CERTS_HELD - c->bytes)
		return -1;
	one = malloc(sizeof(*one) + body.n);
	if (one == NULL)
		return -1;
	if (cert == NULL)
		cert = fetch(c, url);
	if (cert == NULL) {
		free(one);
		return -1;
	}
	*one = (struct held){ .n = body.n };
	if (body.n > 0)
		memcpy(one->body, body.p, body.n);
	owed_set(&one->owed, x);
	list_add(&cert->held, &one->link);
	c->bytes += body.n;
	return 0;
}

/* ---- public ---- */

struct certs *
certs_new(struct loop *loop, const char *cacert,
    void (*again)(void *, struct exchange *, struct span), void *arg,
    struct why *why)
{
	const struct http_config config = { .tls = { .cacert = cacert },
		.timeout_ms = FETCH_MS, .connect_timeout_ms = FETCH_MS,
		.max_reply = MAX_PEM, .jobs_per_host = FETCHES };
	struct certs *c = calloc(1, sizeof(*c));
	size_t i;

	if (c == NULL) {
		why_set(why, STATUS_SOME, "out of memory");
		return NULL;
	}
	for (i = 0; i < CERTS_MAX; i++) {
		c->all[i].certs = c;
		list_init(&c->all[i].held);
		buf_init(&c->all[i].pem, MAX_PEM);
	}
	c->again = again;
	c->arg = arg;
	c->http = client_tls_check(&config.tls, why) == 0 ?
	    http_new(loop, &config, why) : NULL;
	if (c->http == NULL) {
		free(c);
		return NULL;
	}
	return c;
}

void
certs_free(struct certs *c)
{
	struct held *one;
	size_t i;

	if (c == NULL)
		return;
	http_free(c->http);
	for (i = 0; i < CERTS_MAX; i++) {
		while ((one = take(&c->all[i])) != NULL)
			free(one);
		empty(&c->all[i]);
	}
	free(c);
}
