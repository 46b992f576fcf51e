/* ask.c - the request of the opening handshake. */
#include "ask.h"
#include "headers.h"
#include "mac.h"
#include "say.h"

static int
make(struct ask *a, struct why *why)
{
	a->handshake.host = span_str(a->url->host);
	a->handshake.target = span_str(a->url->target);
	a->handshake.headers = a->fields.v;
	a->handshake.nheaders = a->fields.n;
	handshake_key(a->handshake.key);
	buf_clear(&a->request);
	return handshake_request(&a->request, &a->handshake, why);
}

static int
read_proxy_user(struct ask *a, struct why *why)
{
	if (a->config->proxy_user == NULL)
		return 0;
	if (headers_password(&a->proxy_user, "--proxy-user",
	    a->config->proxy_user, why) == -1)
		return -1;
	return buf_addc(&a->proxy_user, '\0') == 0 ? 0 :
	    why_set(why, STATUS_USAGE, "out of memory");
}

int
ask_init(struct ask *a, const struct config *c, const struct url *url,
    struct why *why)
{
	*a = (struct ask){ .config = c, .url = url,
		.handshake = { .origin = c->origin,
		    .protocols = c->protocols.v,
		    .nprotocols = c->protocols.n, .deflate = c->compress } };
	buf_init(&a->request, SIZE_MAX);
	buf_init(&a->proxy_user, SIZE_MAX);
	if (headers_init(&a->fields, c, url->user, why) == -1 ||
	    read_proxy_user(a, why) == -1)
		return -1;
	return make(a, why);
}

void
ask_done(struct ask *a)
{
	fields_done(&a->fields);
	url_done(&a->redirected);
	buf_done(&a->request);
	mac_wipe_buf(&a->proxy_user);
}

static int
is_redirect(int status)
{
	return status == 301 || status == 302 || status == 303 ||
	    status == 307 || status == 308;
}

static int
resolve(const struct ask *a, struct span location, struct url *to,
    struct why *why)
{
	struct buf text;
	int rc = -1;

	buf_init(&text, SIZE_MAX);
	if (buf_add(&text, location) == -1 || buf_addc(&text, '\0') == -1)
		why_set(why, STATUS_REFUSED, "out of memory");
	else
		rc = url_resolve(to, a->url, text.p, why);
	why->status = STATUS_REFUSED;		/* not the user's fault */
	buf_done(&text);
	return rc;
}

int
ask_redirect(struct ask *a, const struct http1_head *head, struct why *why)
{
	struct span location;
	struct url to;

	if (!is_redirect(head->status) ||
	    a->redirects >= a->config->max_redirects ||
	    http1_field(head, "Location", &location) != 1)
		return 0;
	if (resolve(a, location, &to, why) == -1)
		return -1;
	if (a->url->secure && !to.secure) {
		why_set(why, STATUS_REFUSED, "the server answered %d: "
		    "a redirect from TLS to none, %s", head->status, to.full);
		url_done(&to);
		return -1;
	}
	if (strcmp(a->url->host, to.host) != 0 ||
	    a->url->secure != to.secure)
		headers_forget(&a->fields);
	say_detail("%s: redirected to %s", a->url->full, to.full);
	url_done(&a->redirected);
	a->redirected = to;
	a->url = &a->redirected;
	a->redirects++;
	return make(a, why) == -1 ? -1 : 1;
}
