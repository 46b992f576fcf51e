/* handshake.c - --handshake: a subscription handshake is answered with the
 * reply that its provider wants to see, and makes no line.
 */
#include "confirm.h"
#include "file.h"
#include "listener.h"
#include "mac.h"
#include "rate.h"
#include "say.h"

#define MAX_SECRET 4096

/* ---- the options ---- */

static int
needs(const struct listener *l, const char *name, int has, const char *what,
    struct why *why)
{
	if (subscribe_has(l->subscribe, name) && !has)
		return why_set(why, STATUS_USAGE, "--handshake %s: needs %s",
		    name, what);
	return 0;
}

static int
belongs(const struct listener *l, const char *option, int given,
    const char *name, struct why *why)
{
	if (given && (l->subscribe == NULL ||
	    !subscribe_has(l->subscribe, name)))
		return why_set(why, STATUS_USAGE,
		    "%s: goes with --handshake %s", option, name);
	return 0;
}

static int
has_secret(const struct secrets *secrets, const char *name)
{
	size_t i;

	for (i = 0; i < secrets->n; i++)
		if (strcmp(secrets->v[i].name, name) == 0)
			return 1;
	return 0;
}

/* "sns:ARN" is sns. */
static int
is_verified(const struct config *c, const char *scheme)
{
	size_t i, n = strlen(scheme);

	for (i = 0; i < c->verify.n; i++)
		if (strncmp(c->verify.v[i], scheme, n) == 0 &&
		    (c->verify.v[i][n] == '\0' || c->verify.v[i][n] == ':'))
			return 1;
	return 0;
}

/* What a provider signs is not answered unless that is good. */
static int
check_schemes(const struct listener *l, struct why *why)
{
	const char *name, *scheme;
	size_t i;

	for (i = 0; (name = subscribe_name(l->subscribe, i, &scheme)) !=
	    NULL; i++)
		if (scheme != NULL && !is_verified(&l->config, scheme))
			return why_set(why, STATUS_USAGE, "--handshake %s: "
			    "needs --verify %s: it is signed", name, scheme);
	return 0;
}

static int
check_options(const struct listener *l, struct why *why)
{
	const struct config *c = &l->config;

	if (belongs(l, "--allowed-origin", c->origins.n > 0, "cloudevents",
	    why) != 0 || belongs(l, "--handshake-topic", c->topics.n > 0,
	    "websub", why) != 0 || belongs(l, "--handshake-secret-file",
	    c->handshake_secret != NULL, "asana", why) != 0 ||
	    belongs(l, "--sns-confirm", c->sns_confirm, "sns", why) != 0)
		return -1;
	if (l->subscribe == NULL)
		return 0;
	if (needs(l, "cloudevents", c->origins.n > 0,
	    "--allowed-origin ORIGIN", why) != 0 ||
	    needs(l, "asana", c->handshake_secret != NULL,
	    "--handshake-secret-file FILE", why) != 0 ||
	    needs(l, "x", has_secret(&l->secrets, "x"),
	    "--secret-file x=FILE: the consumer secret", why) != 0 ||
	    needs(l, "sns", c->sns_confirm, "--sns-confirm: a subscription "
	    "is confirmed by fetching a URL of Amazon's", why) != 0)
		return -1;
	return check_schemes(l, why);
}

/* --rate a minute; 0: there is none, or it isn't one a minute. */
static int64_t
allowed_rate(const struct config *c)
{
	struct rate rate;

	return c->rate != NULL && rate_parse(&rate, c->rate, NULL) == 0 ?
	    rate.n * 60000 / rate.per_ms : 0;
}

int
handshake_start(struct listener *l, struct why *why)
{
	const struct config *c = &l->config;
	const struct subscribe_config config = { .names = &c->handshakes,
		.origins = &c->origins, .topics = &c->topics,
		.rate = allowed_rate(c) };

	if (c->handshakes.n > 0) {
		l->subscribe = subscribe_new(&config, why);
		if (l->subscribe == NULL)
			return -1;
	}
	if (check_options(l, why) != 0)
		return -1;
	if (c->sns_confirm)
		l->confirms = confirms_new(l->tool.loop, c->sns_cacert, why);
	return c->sns_confirm && l->confirms == NULL ? -1 : 0;
}

int
handshake_owns(const struct listener *l, const char *name)
{
	return l->subscribe != NULL && subscribe_has(l->subscribe, "meta") &&
	    strcmp(name, "meta-token") == 0;
}

/* ---- a request ---- */

/* Is it the secret that was stored before? */
static int
is_stored(const char *path, struct span secret)
{
	struct buf b;
	struct why why;
	int is;

	buf_init(&b, MAX_SECRET);
	is = buf_room(&b, MAX_SECRET) != NULL &&
	    file_read(&b, path, &why) == 0 &&
	    mac_equal_text(buf_span(&b), secret);
	mac_wipe_buf(&b);
	return is;
}

/* Before the provider is told that we have it.  The first one stays: else any
 * stranger's would take its place.  1, or 0: it is not to be answered.
 *
 * This blocks for an fsync, once in a webhook's life. */
static int
store(struct listener *l, const struct subscribe_reply *r)
{
	const char *path = l->config.handshake_secret;
	struct why why;
	int rc = file_create(path, r->secret, &why);

	if (rc == 0)
		say_note("handshake: %s: its secret is in %s", r->provider,
		    path);
	if (rc == -1)
		say_err("handshake: %s: %s", r->provider, why.text);
	if (rc != 1 || is_stored(path, r->secret))
		return rc != -1;
	say_warn("handshake: %s: not answered: %s holds another secret",
	    r->provider, path);
	return 0;
}

static void
answer(struct listener *l, struct exchange *x,
    const struct subscribe_reply *r)
{
	l->handshakes++;
	if (r->url.p != NULL) {
		confirms_start(l->confirms, x, r->topic, r->url);
		return;
	}
	say_note("handshake: %s%s%.*s: answered", r->provider,
	    r->topic.n > 0 ? ": " : "", (int)r->topic.n, r->topic.p);
	front_reply(x, r->status, r->fields, r->nfields, r->body);
}

/* The secret that fitted.  Its name may be others', too: so by its place. */
static struct span
key_of(const struct listener *l, const struct verified *v)
{
	size_t i;

	for (i = 0; i < l->secrets.n; i++)
		if (l->secrets.v[i].name == v->key)
			return l->secrets.v[i].bytes;
	return SPAN("");
}

int
handshake_reply(struct listener *l, struct exchange *x, struct span body,
    const struct verified *v)
{
	struct subscribe_request q = { .head = exchange_head(x),
		.body = body, .scheme = v->scheme, .secrets = &l->secrets };
	struct subscribe_reply r;
	int rc;

	if (l->subscribe == NULL)
		return 0;
	q.key = key_of(l, v);
	rc = subscribe_read(l->subscribe, &q, &r);
	if (rc == -1) {
		settle_refuse(x, 500, NULL, SPAN(""), "out of memory\n");
		return 1;
	}
	if (rc == 0 && r.refusal != NULL)
		say_note("handshake: %s: not answered: %s", r.provider,
		    r.refusal);
	if (rc == 0 || (r.secret.p != NULL && !store(l, &r)))
		return 0;
	answer(l, x, &r);
	return 1;
}

int
handshake_in_head(struct listener *l, struct exchange *x)
{
	static const struct verified unasked = { .state = VERIFY_NOT_ASKED };
	const struct http1_head *head = exchange_head(x);

	return !head->chunked && head->length <= 0 &&
	    (span_eq(head->method, SPAN("GET")) ||
	    span_eq(head->method, SPAN("OPTIONS"))) &&
	    handshake_reply(l, x, SPAN(""), &unasked);
}
