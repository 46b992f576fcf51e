/* answer.c - the replies that providers want to see. */
#include "base64.h"
#include "json.h"
#include "mac.h"
#include "own.h"

static void
field(struct subscribe_case *c, const char *name, struct span value)
{
	c->r->fields[c->r->nfields++] = (struct front_field){ name, value };
}

static int
as_json(struct subscribe_case *c)
{
	field(c, "Content-Type", SPAN("application/json"));
	c->r->body = buf_span(&c->texts->reply);
	return 0;
}

/* A stranger's text: not to be taken for a page by any browser. */
int
subscribe_as_text(struct subscribe_case *c, const struct subscribe_row *row)
{
	(void)row;
	field(c, "Content-Type", SPAN("text/plain"));
	field(c, "X-Content-Type-Options", SPAN("nosniff"));
	c->r->body = c->challenge;
	return 0;
}

int
subscribe_as_member(struct subscribe_case *c, const struct subscribe_row *row)
{
	struct buf *out = &c->texts->reply;

	return buf_addf(out, "{\"%s\":", row->member) != 0 ||
	    json_quote(out, c->challenge) != 0 || buf_addc(out, '}') != 0 ?
	    -1 : as_json(c);
}

int
subscribe_as_origin(struct subscribe_case *c, const struct subscribe_row *row)
{
	struct buf *out = &c->texts->reply;
	int64_t rate = c->config->rate;

	(void)row;
	if ((rate > 0 ? buf_addf(out, "%lld", (long long)rate) :
	    buf_addc(out, '*')) != 0)
		return -1;
	field(c, "Allow", SPAN("POST"));
	field(c, "WebHook-Allowed-Origin", c->challenge);
	field(c, "WebHook-Allowed-Rate", buf_span(out));
	return 0;
}

int
subscribe_as_encrypted(struct subscribe_case *c,
    const struct subscribe_row *row)
{
	struct buf *out = &c->texts->reply;
	unsigned char mac[MAC_MAX];
	int n = mac_once(MAC_SHA256, c->q->key, c->challenge, mac), i, rc;

	(void)row;
	if (n == -1)
		return -1;
	rc = buf_adds(out, "{\"plainToken\":") != 0 ||
	    json_quote(out, c->challenge) != 0 ||
	    buf_adds(out, ",\"encryptedToken\":\"") != 0;
	for (i = 0; i < n; i++)
		rc |= buf_addf(out, "%02x", mac[i]);
	return rc != 0 || buf_adds(out, "\"}") != 0 ? -1 : as_json(c);
}

/* To a PING of type 0: nothing, but of a content type all the same. */
int
subscribe_as_pong(struct subscribe_case *c, const struct subscribe_row *row)
{
	(void)row;
	if (span_eq(c->challenge, SPAN("1")))
		return buf_adds(&c->texts->reply, "{\"type\":1}") != 0 ? -1 :
		    as_json(c);
	c->r->status = 204;
	return as_json(c);
}

int
subscribe_as_token(struct subscribe_case *c, const struct subscribe_row *row)
{
	const struct secret *s = subscribe_secret(c, "x", 0);
	struct buf *out = &c->texts->reply;
	unsigned char mac[MAC_MAX];
	int n = mac_once(MAC_SHA256, s->bytes, c->challenge, mac);

	(void)row;
	return n == -1 || buf_adds(out, "{\"response_token\":\"sha256=") != 0 ||
	    base64_encode(out, span_of(mac, (size_t)n)) != 0 ||
	    buf_adds(out, "\"}") != 0 ? -1 : as_json(c);
}

int
subscribe_as_secret(struct subscribe_case *c, const struct subscribe_row *row)
{
	(void)row;
	field(c, "X-Hook-Secret", c->challenge);
	c->r->secret = c->challenge;
	return 0;
}

int
subscribe_as_nothing(struct subscribe_case *c,
    const struct subscribe_row *row)
{
	(void)row;
	c->r->url = c->challenge;
	return 0;
}
