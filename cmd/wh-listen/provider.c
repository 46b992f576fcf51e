/* provider.c - the fields in which providers tell an event's id and type.
 *
 * From the providers' own pages on webhooks; for Standard Webhooks from its
 * specification, for CloudEvents from the HTTP binding, section 3.1.3.
 */
#include "json.h"
#include "provider.h"

struct provider {
	struct span id, type;		/* names; empty: it has none */
};

#define LIT(s) { (s), sizeof(s) - 1 }

/* Better ones first: Gitea and its kin send GitHub's fields, too, and
 * Bitbucket's name for its id is one that proxies might add. */
static const struct provider providers[] = {
	{ LIT("X-Gitea-Delivery"), LIT("X-Gitea-Event") },
	{ LIT("X-Forgejo-Delivery"), LIT("X-Forgejo-Event") },
	{ LIT("X-Gogs-Delivery"), LIT("X-Gogs-Event") },
	{ LIT("X-GitHub-Delivery"), LIT("X-GitHub-Event") },
	{ LIT("X-Gitlab-Event-UUID"), LIT("X-Gitlab-Event") },
	{ LIT("X-Shopify-Event-Id"), LIT("X-Shopify-Topic") },
	{ LIT("Twitch-Eventsub-Message-Id"),
	    LIT("Twitch-Eventsub-Subscription-Type") },
	{ LIT("Linear-Delivery"), LIT("Linear-Event") },
	{ LIT("x-amz-sns-message-id"), LIT("x-amz-sns-message-type") },
	{ LIT("X-WC-Webhook-Delivery-ID"), LIT("X-WC-Webhook-Topic") },
	{ LIT("X-Zendesk-Webhook-Invocation-Id"), LIT("") },
	{ LIT("BOX-DELIVERY-ID"), LIT("") },
	{ LIT("I-Twilio-Idempotency-Token"), LIT("") },
	{ LIT("webhook-id"), LIT("") },			/* Standard Webhooks */
	{ LIT("svix-id"), LIT("") },
	{ LIT("ce-id"), LIT("ce-type") },		/* CloudEvents */
	{ LIT("X-Request-UUID"), LIT("X-Event-Key") },	/* Bitbucket */
};

#define PROVIDERS (sizeof(providers) / sizeof(providers[0]))

struct told {
	size_t provider;
	struct span id, type;
};

/* Keeps what the best provider of those met so far says. */
static void
hear(struct told *t, size_t provider, struct span *where, struct span value)
{
	if (provider > t->provider)
		return;
	if (provider < t->provider) {
		t->provider = provider;
		t->id = t->type = span_of(NULL, 0);
	}
	if (where->p == NULL)		/* of repeated fields the first */
		*where = value;
}

static int
member(struct buf *out, const char *before, struct span value)
{
	if (value.p == NULL)
		return 0;
	return buf_adds(out, before) != 0 || json_quote(out, value) != 0 ?
	    -1 : 0;
}

int
provider_event(struct buf *out, const struct http1_head *head)
{
	struct told t = { .provider = PROVIDERS };
	size_t i, p;

	/* Fields outside, so that most comparisons are of lengths only. */
	for (i = 0; i < head->nfields; i++) {
		const struct http1_field *f = &head->fields[i];

		for (p = 0; p < PROVIDERS; p++)
			if (span_case_eq(f->name, providers[p].id))
				hear(&t, p, &t.id, f->value);
			else if (span_case_eq(f->name, providers[p].type))
				hear(&t, p, &t.type, f->value);
	}
	if (t.provider == PROVIDERS)
		return 0;
	if (buf_adds(out, ",\"event\":{") != 0 ||
	    member(out, "\"id\":", t.id) != 0 ||
	    member(out, t.id.p != NULL ? ",\"type\":" : "\"type\":",
	    t.type) != 0)
		return -1;
	return buf_addc(out, '}');
}
