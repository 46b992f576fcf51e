/* get.c - handshakes by GET and OPTIONS: all is in the head, nothing is
 * signed. */
#include "mac.h"
#include "own.h"

#define TOKEN "meta-token"	/* the secret's name */

static int
mode_is(struct subscribe_case *c, const char *mode)
{
	struct buf *other = &c->texts->other;
	int rc = subscribe_query(c, "hub.mode", other);

	return rc == 1 ? span_eq(buf_span(other), span_str(mode)) : rc;
}

/* Any of the tokens will do, as with other secrets.  The query is looked at
 * in constant time, since guessing is what a stranger would try. */
static int
is_token(const struct subscribe_case *c, struct span token)
{
	const struct secret *s;
	int found = 0;

	for (s = subscribe_secret(c, TOKEN, 0); s != NULL;
	    s = subscribe_secret(c, TOKEN,
	    (size_t)(s - c->q->secrets->v) + 1))
		found |= mac_equal_text(token, s->bytes);
	return found;
}

/* developers.facebook.com, Webhooks, Getting Started: Verification Requests.
 * A query with a topic is WebSub's. */
int
subscribe_meta(struct subscribe_case *c)
{
	struct buf *other = &c->texts->other;
	int rc = mode_is(c, "subscribe");

	if (rc != 1)
		return rc;
	rc = subscribe_query(c, "hub.topic", other);
	if (rc != 0 || other->n > 0)
		return rc == -1 ? -1 : 0;
	rc = subscribe_in_query(c, "hub.challenge");
	if (rc != 1 || subscribe_secret(c, TOKEN, 0) == NULL)
		return rc;
	rc = subscribe_query(c, "hub.verify_token", other);
	if (rc == -1)
		return -1;
	return (rc == 1 && is_token(c, buf_span(other))) ||
	    subscribe_refuse(c, "hub.verify_token is not the secret");
}

/* WebSub section 5.3.  Told which topics are wanted, one who asks to be
 * dropped is believed for others only. */
int
subscribe_websub(struct subscribe_case *c)
{
	const struct opt_list *topics = c->config->topics;
	int joins = mode_is(c, "subscribe"), rc;

	rc = joins == 0 ? mode_is(c, "unsubscribe") : joins;
	if (rc == 1)
		rc = subscribe_query(c, "hub.topic", &c->texts->topic);
	if (rc == 1)
		rc = subscribe_in_query(c, "hub.challenge");
	if (rc != 1)
		return rc;
	c->r->topic = buf_span(&c->texts->topic);
	if (topics->n > 0 && subscribe_listed(topics, c->r->topic) != joins)
		return subscribe_refuse(c, joins ?
		    "hub.topic is none that is wanted" :
		    "hub.topic is still wanted");
	return 1;
}

/* Section 4 of its specification. */
int
subscribe_cloudevents(struct subscribe_case *c)
{
	const struct opt_list *origins = c->config->origins;

	if (!subscribe_in_field(c, "WebHook-Request-Origin"))
		return 0;
	return subscribe_listed(origins, c->challenge) ||
	    subscribe_listed(origins, SPAN("*")) ||
	    subscribe_refuse(c, "the origin is none that is allowed");
}

/* dropbox.com/developers/reference/webhooks: the verification request. */
int
subscribe_dropbox(struct subscribe_case *c)
{
	return subscribe_in_query(c, "challenge");
}

/* docs.x.com, Webhooks, Quickstart: the CRC check. */
int
subscribe_x(struct subscribe_case *c)
{
	int rc = subscribe_in_query(c, "crc_token");

	if (rc != 1)
		return rc;
	return subscribe_secret(c, "x", 0) != NULL ||
	    subscribe_refuse(c, "there is no secret named x");
}

/* developer.okta.com, Event hooks: the one-time verification request. */
int
subscribe_okta(struct subscribe_case *c)
{
	return subscribe_in_field(c, "X-Okta-Verification-Challenge");
}
