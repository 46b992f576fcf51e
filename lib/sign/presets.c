/* sign/presets.c - the named schemes.
 *
 * Each is a list of specs, the strongest first: the first whose signature is
 * there decides, and a weaker one does not make it good again.  A spec with
 * `|` in front is as good as the one before it: either may fit.
 *
 * From the providers' own pages on webhooks and their SDKs; Standard Webhooks
 * from its specification, WebSub from W3C's recommendation, section 7.
 */
#include "sign/presets.h"

#define STANDARD(family) \
	"header=" family "-signature,list=space,encoding=base64,key=whsec," \
	"timestamp=" family "-timestamp,id=" family "-id," \
	"template={id}.{timestamp}.{body}"

#define HUBSPOT_V3 "hmac:header=X-HubSpot-Signature-v3,encoding=base64," \
	"timestamp=X-HubSpot-Request-Timestamp,unit=ms," \
	"template={method}{uri}{body}{timestamp}"

#define HUB256 "hmac:header=X-Hub-Signature-256,prefix=sha256="
#define HUB(bits) "hmac:header=X-Hub-Signature,prefix=sha" bits \
	"=,hash=sha" bits

#define BOX(which) "hmac:header=BOX-SIGNATURE-" which ",encoding=base64," \
	"timestamp=BOX-DELIVERY-TIMESTAMP,unit=rfc3339,id=.id," \
	"template={body}{timestamp},with=BOX-SIGNATURE-VERSION:1," \
	"with=BOX-SIGNATURE-ALGORITHM:HmacSHA256"

const struct preset presets[] = {
	{ "standard-webhooks", {
	    "ed25519:prefix=v1a\\,," STANDARD("webhook"),
	    "hmac:prefix=v1\\,," STANDARD("webhook"),
	    "ed25519:only=check,prefix=v1a\\,," STANDARD("svix"),
	    "hmac:only=check,prefix=v1\\,," STANDARD("svix") } },
	{ "github", { HUB256 } },
	{ "github-sha1", { HUB256, HUB("1") } },
	{ "meta", { HUB256 } },
	{ "websub", { HUB("512") ",only=check", HUB("384") ",only=check",
	    HUB("256") } },
	{ "websub-sha1", { HUB("512") ",only=check", HUB("384") ",only=check",
	    HUB("256") ",only=check", HUB("1") } },
	{ "bitbucket", { HUB("256") } },
	{ "atlassian", { HUB("256") } },
	{ "gitea", { "hmac:header=X-Gitea-Signature" } },
	{ "gogs", { "hmac:header=X-Gogs-Signature" } },
	{ "forgejo", { "hmac:header=X-Forgejo-Signature",
	    "hmac:header=X-Gitea-Signature,only=check" } },
	{ "gitlab", { "token:header=X-Gitlab-Token" } },
	{ "telegram", { "token:header=X-Telegram-Bot-Api-Secret-Token" } },
	{ "stripe", { "hmac:header=Stripe-Signature,list=comma,prefix=v1=,"
	    "timestamp=t=,template={timestamp}.{body},id=.id" } },
	{ "paddle", { "hmac:header=Paddle-Signature,list=semicolon,prefix=h1=,"
	    "timestamp=ts=,template={timestamp}:{body},id=.event_id" } },
	{ "slack", { "hmac:header=X-Slack-Signature,prefix=v0=,"
	    "timestamp=X-Slack-Request-Timestamp,"
	    "template=v0:{timestamp}:{body},id=.event_id" } },
	{ "zoom", { "hmac:header=x-zm-signature,prefix=v0=,"
	    "timestamp=x-zm-request-timestamp,"
	    "template=v0:{timestamp}:{body}" } },
	{ "twilio", { "hmac:header=X-Twilio-Signature,hash=sha1,"
	    "encoding=base64,template={url}{form},port=any" } },
	{ "sendgrid", { "ecdsa:header=X-Twilio-Email-Event-Webhook-Signature,"
	    "encoding=base64,age=any,template={timestamp}{body},"
	    "timestamp=X-Twilio-Email-Event-Webhook-Timestamp" } },
	{ "shopify", { "hmac:header=X-Shopify-Hmac-Sha256,encoding=base64" } },
	{ "square", { "hmac:header=x-square-hmacsha256-signature,"
	    "encoding=base64,template={url}{body},id=.event_id" } },
	{ "adyen", { "hmac:header=HmacSignature,key=hex,encoding=base64",
	    "adyen:" } },
	{ "line", { "hmac:header=X-Line-Signature,encoding=base64" } },
	{ "linear", { "hmac:header=Linear-Signature,"
	    "timestamp=.webhookTimestamp,unit=ms" } },
	{ "pagerduty", { "hmac:header=X-PagerDuty-Signature,list=comma,"
	    "prefix=v1=,id=.event.id" } },
	{ "hubspot", { HUBSPOT_V3 } },
	{ "hubspot-v3", { HUBSPOT_V3 } },
	{ "hubspot-v2", { HUBSPOT_V3 ",only=check",
	    "hash:header=X-HubSpot-Signature,template={method}{url}{body},"
	    "with=X-HubSpot-Signature-Version:v2" } },
	{ "hubspot-v1", { HUBSPOT_V3 ",only=check",
	    "hash:header=X-HubSpot-Signature,"
	    "with=X-HubSpot-Signature-Version:v1" } },
	{ "box", { BOX("PRIMARY"), "|" BOX("SECONDARY") } },
	{ "zendesk", { "hmac:header=X-Zendesk-Webhook-Signature,"
	    "encoding=base64,template={timestamp}{body},"
	    "timestamp=X-Zendesk-Webhook-Signature-Timestamp,"
	    "unit=rfc3339" } },
	{ "twitch", { "hmac:header=Twitch-Eventsub-Message-Signature,"
	    "prefix=sha256=,id=Twitch-Eventsub-Message-Id,"
	    "timestamp=Twitch-Eventsub-Message-Timestamp,unit=rfc3339,"
	    "template={id}{timestamp}{body}" } },
	{ "discord", { "ed25519:header=X-Signature-Ed25519,key=hex,"
	    "timestamp=X-Signature-Timestamp,template={timestamp}{body},"
	    "id=.id" } },
	{ "x", { "hmac:header=X-Twitter-Webhooks-Signature,prefix=sha256=,"
	    "encoding=base64" } },
	{ "dropbox", { "hmac:header=X-Dropbox-Signature" } },
	{ "asana", { "hmac:header=X-Hook-Signature" } },
	{ "sns", { "sns:" } },
	{ "rfc9421", { "rfc9421:" } },
	{ NULL, { NULL } }
};

const struct preset *
preset_find(struct span name)
{
	const struct preset *p;

	for (p = presets; p->name != NULL; p++)
		if (span_eq(span_str(p->name), name))
			return p;
	return NULL;
}
