/* verify.c - --verify. */
#include <stdio.h>
#include <stdlib.h>

#include "certs.h"
#include "client/url.h"
#include "clock.h"
#include "listener.h"
#include "say.h"

#define HIDDEN "***"

/* ---- the options ---- */

static int
check_public_url(struct listener *l, struct why *why)
{
	const char *text = l->config.public_url;
	struct why inner;
	struct url u;
	int bad;

	if (text == NULL)
		return 0;
	if (strstr(text, "://") == NULL)
		return why_set(why, STATUS_USAGE,
		    "--public-url: %s: no URL with https:// or http://",
		    text);
	if (url_parse(&u, text, "https", &inner) != 0)
		return why_set(why, STATUS_USAGE, "--public-url: %s",
		    inner.text);
	bad = strncmp(u.scheme, "http", 4) != 0 ||
	    strchr(text, '?') != NULL || strchr(text, '#') != NULL;
	url_done(&u);
	return !bad ? 0 : why_set(why, STATUS_USAGE, "--public-url: %s: more "
	    "than scheme, host and path", text);
}

/* Who gives a secret and asks for nothing believes that all is well. */
static int
check_options(struct listener *l, struct why *why)
{
	const struct config *c = &l->config;

	if (l->secrets.n > 0 && c->verify.n == 0 && l->subscribe == NULL)
		return why_set(why, STATUS_USAGE,
		    "a secret without --verify or --handshake is of no use");
	return check_public_url(l, why);
}

/* Without those that are a handshake's and sign nothing. */
static int
signing_secrets(const struct listener *l, struct secrets *out,
    struct why *why)
{
	size_t i;

	*out = (struct secrets){ calloc(l->secrets.n + 1, sizeof(*out->v)),
		0 };
	if (out->v == NULL)
		return why_set(why, STATUS_SOME, "out of memory");
	for (i = 0; i < l->secrets.n; i++)
		if (!handshake_owns(l, l->secrets.v[i].name))
			out->v[out->n++] = l->secrets.v[i];
	return 0;
}

static int
start_certs(struct listener *l, struct why *why)
{
	size_t i;

	for (i = 0; i < l->config.verify.n; i++)
		if (strncmp(l->config.verify.v[i], "sns", 3) == 0)
			break;
	if (i == l->config.verify.n)
		return 0;
	l->certs = certs_new(l->tool.loop, l->config.sns_cacert,
	    intake_again, l, why);
	return l->certs != NULL ? 0 : -1;
}

int
verify_start(struct listener *l, struct why *why)
{
	struct secrets secrets;
	struct why inner;

	if (check_options(l, why) != 0)
		return -1;
	if (l->config.verify.n == 0)
		return 0;
	if (signing_secrets(l, &secrets, why) != 0)
		return -1;
	l->sign = sign_new(SIGN_CHECK, &l->config.verify, &secrets,
	    &inner);
	free(secrets.v);
	return l->sign != NULL ? start_certs(l, why) :
	    why_set(why, inner.status, "--verify %s", inner.text);
}

void
verify_done(struct listener *l)
{
	certs_free(l->certs);
	sign_free(l->sign);
	buf_done(&l->url);
}

int
verify_rekey(void *arg, struct why *why)
{
	struct listener *l = arg;
	struct secrets secrets;
	int rc;

	if (l->sign == NULL)
		return 0;
	if (signing_secrets(l, &secrets, why) != 0)
		return -1;
	rc = sign_rekey(l->sign, &secrets, why);
	free(secrets.v);
	return rc;
}

/* ---- a request ---- */

/* The URL that the sender wrote, as far as can be told. */
static int
put_url(struct listener *l, const struct exchange *x)
{
	const struct http1_head *head = exchange_head(x);
	struct span base = span_str(l->config.public_url), host, path, query;
	struct buf *b = &l->url;
	int whole;

	buf_clear(b);
	http1_target(head->target, &path, &query);
	if (base.p == NULL) {
		if (http1_field(head, "Host", &host) != 1)
			host = SPAN("");
		return buf_adds(b, exchange_is_tls(x) ? "https://" :
		    "http://") != 0 || buf_add(b, host) != 0 ||
		    buf_add(b, path) != 0 || (query.p != NULL &&
		    (buf_addc(b, '?') != 0 || buf_add(b, query) != 0)) ?
		    -1 : 0;
	}
	/* A path that doesn't end with a slash is the whole path. */
	whole = base.p[base.n - 1] != '/' &&
	    strchr(strstr(base.p, "://") + 3, '/') != NULL;
	if (base.p[base.n - 1] == '/')
		base.n--;
	if (buf_add(b, base) != 0 || (!whole && buf_add(b, path) != 0))
		return -1;
	return query.p == NULL ? 0 : buf_addc(b, '?') != 0 ? -1 :
	    buf_add(b, query);
}

static void
check(struct listener *l, const struct exchange *x, struct span body,
    struct sign_verdict *v)
{
	const struct http1_head *head = exchange_head(x);
	int64_t now = l->config.now_s;
	struct sign_message m = { .method = head->method,
		.fields = head->fields, .nfields = head->nfields,
		.body = body,
		.now_s = now > 0 ? now : clock_wall_us() / 1000000,
		.tolerance_s = l->config.tolerance_ms / 1000,
		.want_id = l->repeats.ids != NULL };

	if (sign_needs_url(l->sign) && put_url(l, x) == 0)
		m.url = buf_span(&l->url);
	sign_check(l->sign, &m, v);
	if (v->result == SIGN_FETCH &&
	    certs_find(l->certs, v->certificate_url, &m.certificate))
		sign_check(l->sign, &m, v);
}

static void
bad(const struct sign_verdict *sign, struct verified *v)
{
	v->state = VERIFY_BAD;
	snprintf(v->reason, sizeof(v->reason), "%s%s%s",
	    sign->scheme != NULL ? sign->scheme : "",
	    sign->scheme != NULL ? ": " : "", sign->reason);
}

void
verify_request(struct listener *l, struct exchange *x, struct span body,
    struct verified *v)
{
	struct sign_verdict sign;

	v->state = VERIFY_NOT_ASKED;
	v->scheme = v->key = NULL;
	v->id = span_of(NULL, 0);
	v->reason[0] = '\0';
	if (l->sign == NULL)
		return;
	check(l, x, body, &sign);
	if (sign.result == SIGN_OK) {
		v->state = VERIFY_GOOD;
		v->scheme = sign.scheme;
		v->key = sign.key;
		v->id = sign.id;
	} else if (sign.result == SIGN_BAD) {
		bad(&sign, v);
	} else if (certs_wait(l->certs, sign.certificate_url, x, body) == 0) {
		v->state = VERIFY_WAITS;
	} else {
		v->state = VERIFY_ANSWERED;
		settle_busy(x, "the certificate is not to be had\n");
	}
}

const struct http1_head *
verify_told(struct listener *l, const struct exchange *x)
{
	const struct http1_head *head = exchange_head(x);
	size_t i;

	for (i = 0; l->sign != NULL && i < head->nfields; i++) {
		if (!sign_is_token(l->sign, head->fields[i].name))
			continue;
		if (head != &l->told)
			l->told = *head;
		head = &l->told;
		l->told.fields[i].value = SPAN(HIDDEN);
	}
	return head;
}

/* The reason is for us: whoever guesses gets no help. */
int
verify_refuse(struct listener *l, struct exchange *x,
    const struct verified *v)
{
	int tag = l->config.on_bad == VERIFY_ON_BAD_TAG;
	char client[FORWARDED_SIZE];

	say_note("%s: %s: %s", client_address(&l->clients, x, client), tag ?
	    "not verified" : "refused", v->reason);
	l->unverified++;
	if (!tag)
		settle_refuse(x, 401, NULL, SPAN(""), "not verified\n");
	return !tag;
}
