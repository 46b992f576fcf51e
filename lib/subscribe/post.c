/* post.c - handshakes by POST. */
#include "json.h"
#include "own.h"
#include "snsurl.h"

/* api.slack.com/events/url_verification */
int
subscribe_slack(struct subscribe_case *c)
{
	if (!subscribe_json(c, "url_verification") ||
	    !subscribe_member_is(c->json, "type", "url_verification"))
		return 0;
	return subscribe_in_member(c, c->json, "challenge");
}

/* learn.microsoft.com, Event Grid: endpoint validation with the Event Grid
 * event schema.  (With CloudEvents' schema it is cloudevents.) */
int
subscribe_eventgrid(struct subscribe_case *c)
{
	struct json_iter it;
	struct span event, data;

	if (!subscribe_json(c, "SubscriptionValidationEvent") ||
	    json_type(c->json) != JSON_ARRAY)
		return 0;
	it = json_iter(c->json);
	if (!json_next(&it))
		return 0;
	event = it.value;
	if (json_next(&it) || !subscribe_member_is(event, "eventType",
	    "Microsoft.EventGrid.SubscriptionValidationEvent") ||
	    !json_member(event, "data", &data))
		return 0;
	return subscribe_in_member(c, data, "validationCode");
}

/* learn.microsoft.com, Microsoft Graph: receive change notifications through
 * webhooks, notificationUrl validation.  One with a body would be lost. */
int
subscribe_graph(struct subscribe_case *c)
{
	return c->q->body.n == 0 ? subscribe_in_query(c, "validationToken") :
	    0;
}

/* developers.zoom.us, Webhooks: validate your webhook endpoint. */
int
subscribe_zoom(struct subscribe_case *c)
{
	struct span payload;

	if (!subscribe_json(c, "endpoint.url_validation") ||
	    !subscribe_member_is(c->json, "event",
	    "endpoint.url_validation") ||
	    !json_member(c->json, "payload", &payload))
		return 0;
	return subscribe_in_member(c, payload, "plainToken");
}

/* discord.com/developers: Interactions' PING is of type 1, that of Webhook
 * Events of type 0; an event is of type 1, too, but has an event in it. */
int
subscribe_discord(struct subscribe_case *c)
{
	struct span type, event;
	int64_t n;

	if (!subscribe_json(c, "type") ||
	    !json_member(c->json, "type", &type) ||
	    json_member(c->json, "event", &event) ||
	    json_int(type, &n) != 0 || n < 0 || n > 1)
		return 0;
	c->challenge = type;
	return 1;
}

/* dev.twitch.tv, EventSub: responding to a challenge request. */
int
subscribe_twitch(struct subscribe_case *c)
{
	if (!subscribe_field_is(c, "Twitch-Eventsub-Message-Type",
	    "webhook_callback_verification") ||
	    !subscribe_json(c, "challenge"))
		return 0;
	return subscribe_in_member(c, c->json, "challenge");
}

static int
is_empty_object(struct subscribe_case *c)
{
	struct json_iter it;

	if (!subscribe_json(c, "{") || json_type(c->json) != JSON_OBJECT)
		return 0;
	it = json_iter(c->json);
	return !json_next(&it);
}

/* developers.asana.com, Webhooks: the handshake.  The secret is a key to be,
 * so a short one is none. */
int
subscribe_asana(struct subscribe_case *c)
{
	struct span signature;

	return http1_field(c->q->head, "X-Hook-Signature", &signature) == 0 &&
	    (c->q->body.n == 0 || is_empty_object(c)) &&
	    subscribe_in_field(c, "X-Hook-Secret") && c->challenge.n >= 16 &&
	    memchr(c->challenge.p, ' ', c->challenge.n) == NULL;
}

/* developer.monday.com, Webhooks: URL verification.  Nothing but that. */
int
subscribe_monday(struct subscribe_case *c)
{
	struct json_iter it;

	if (!subscribe_json(c, "challenge") ||
	    json_type(c->json) != JSON_OBJECT)
		return 0;
	it = json_iter(c->json);
	if (!json_next(&it) || json_next(&it))
		return 0;
	return subscribe_in_member(c, c->json, "challenge");
}

static int
topic_arn(struct subscribe_case *c)
{
	int rc = subscribe_in_member(c, c->json, "TopicArn");
	struct buf *topic = &c->texts->topic;

	if (rc != 1)
		return rc;
	buf_clear(topic);
	if (buf_add(topic, c->challenge) != 0)
		return -1;
	c->r->topic = buf_span(topic);
	return 1;
}

/* docs.aws.amazon.com, SNS: HTTP/HTTPS subscription confirmation.  Which
 * topics are wanted is for the signature's check to say. */
int
subscribe_sns(struct subscribe_case *c)
{
	int rc;

	if (!subscribe_field_is(c, "x-amz-sns-message-type",
	    "SubscriptionConfirmation") ||
	    !subscribe_json(c, "SubscriptionConfirmation") ||
	    !subscribe_member_is(c->json, "Type", "SubscriptionConfirmation"))
		return 0;
	rc = topic_arn(c);
	if (rc == 1)
		rc = subscribe_in_member(c, c->json, "SubscribeURL");
	if (rc != 1)
		return rc;
	return snsurl_confirms(c->challenge) ||
	    subscribe_refuse(c, "SubscribeURL is not Amazon's");
}
