/* provider.c - the fields in which providers tell an event's id and type.
 *
 * From the providers' own pages on webhooks; for Standard Webhooks from its
 * specification, for CloudEvents from the HTTP binding, section 3.1.3.  Those
 * that tell both in the body alone (Stripe, Slack, Zoom, ...) have no row.
 */
#include "cloudevents.h"
#include "json.h"
#include "provider.h"

struct provider {
	struct span id, type;		/* names; empty: it has none */
	int both;			/* one alone may be someone else's */
};

#define LIT(s) { (s), sizeof(s) - 1 }
#define EITHER(id, type) { LIT(id), LIT(type), 0 }
#define BOTH(id, type) { LIT(id), LIT(type), 1 }

/* Better ones first: Gitea and its kin send GitHub's fields, too.  Bitbucket's
 * names for its id are those that proxies add: Cloud's and the server's. */
static const struct provider providers[] = {
	EITHER("X-Gitea-Delivery", "X-Gitea-Event"),
	EITHER("X-Forgejo-Delivery", "X-Forgejo-Event"),
	EITHER("X-Gogs-Delivery", "X-Gogs-Event"),
	EITHER("X-GitHub-Delivery", "X-GitHub-Event"),
	EITHER("X-Gitlab-Event-UUID", "X-Gitlab-Event"),
	EITHER("X-Shopify-Event-Id", "X-Shopify-Topic"),
	EITHER("Twitch-Eventsub-Message-Id",
	    "Twitch-Eventsub-Subscription-Type"),
	EITHER("Linear-Delivery", "Linear-Event"),
	EITHER("x-amz-sns-message-id", "x-amz-sns-message-type"),
	EITHER("X-WC-Webhook-Delivery-ID", "X-WC-Webhook-Topic"),
	EITHER("X-Zendesk-Webhook-Invocation-Id", ""),
	EITHER("BOX-DELIVERY-ID", ""),
	EITHER("I-Twilio-Idempotency-Token", ""),
	EITHER("webhook-id", ""),		/* Standard Webhooks */
	EITHER("svix-id", ""),
	EITHER("ce-id", "ce-type"),		/* CloudEvents */
	EITHER("X-Atlassian-Webhook-Identifier", ""),
	BOTH("X-Request-UUID", "X-Event-Key"),
	BOTH("X-Request-Id", "X-Event-Key"),
};

#define PROVIDERS (sizeof(providers) / sizeof(providers[0]))

struct told {
	struct span id[PROVIDERS], type[PROVIDERS];	/* p NULL: not told */
	uint32_t met;		/* of which something is: a bit for each */
};

_Static_assert(PROVIDERS <= 32, "told.met has a bit for each");

/* Of repeated fields the first counts. */
static void
hear(struct told *told, size_t provider, struct span *where,
    struct span value)
{
	if ((told->met >> provider & 1) == 0) {
		told->id[provider].p = told->type[provider].p = NULL;
		told->met |= UINT32_C(1) << provider;
	}
	if (where->p == NULL)
		*where = value;
}

/* Which lengths names with that first letter have: a bit for each, made when
 * first asked for.  Most fields of a request are none of them. */
static uint64_t
lengths(char letter)
{
	static uint64_t by_letter[32];
	static int made;
	size_t p;

	for (p = 0; !made && p < PROVIDERS; p++) {
		const struct span *id = &providers[p].id,
		    *type = &providers[p].type;

		by_letter[*id->p & 31] |= UINT64_C(1) << id->n;
		if (type->n > 0)
			by_letter[*type->p & 31] |= UINT64_C(1) << type->n;
	}
	made = 1;
	return by_letter[letter & 31];
}

static void
listen(struct told *told, const struct http1_head *head)
{
	size_t i, p;

	for (i = 0; i < head->nfields; i++) {
		const struct http1_field *f = &head->fields[i];

		if (f->name.n > 63 ||
		    (lengths(*f->name.p) >> f->name.n & 1) == 0)
			continue;
		for (p = 0; p < PROVIDERS; p++)
			if (span_case_eq(f->name, providers[p].id))
				hear(told, p, &told->id[p], f->value);
			else if (span_case_eq(f->name, providers[p].type))
				hear(told, p, &told->type[p], f->value);
	}
}

static int
member(struct buf *out, const char *before, struct span value)
{
	if (value.p == NULL)
		return 0;
	return buf_adds(out, before) != 0 || json_quote(out, value) != 0 ?
	    -1 : 0;
}

static int
add_event(struct buf *out, struct span id, struct span type)
{
	if (buf_adds(out, ",\"event\":{") != 0 ||
	    member(out, "\"id\":", id) != 0 ||
	    member(out, id.p != NULL ? ",\"type\":" : "\"type\":", type) != 0)
		return -1;
	return buf_addc(out, '}');
}

/* What the best provider of those that were met says, or nothing. */
static int
by_fields(struct buf *out, const struct http1_head *head)
{
	struct told told;
	struct span id, type;
	size_t p;

	told.met = 0;
	listen(&told, head);
	for (p = 0; told.met >> p != 0; p++) {
		if ((told.met >> p & 1) == 0)
			continue;
		id = told.id[p];
		type = told.type[p];
		if (!providers[p].both || (id.p != NULL && type.p != NULL))
			return add_event(out, id, type);
	}
	return 0;
}

int
provider_event(struct buf *out, const struct http1_head *head,
    struct span body, int cloudevents)
{
	size_t start = out->n;
	int rc;

	if (!cloudevents)
		return by_fields(out, head);
	if (buf_adds(out, ",\"event\":") != 0)
		return -1;
	rc = cloudevents_json(out, head, body);
	if (rc == 1)
		return 0;
	buf_trim(out, start);
	return rc == 0 ? by_fields(out, head) : -1;
}
