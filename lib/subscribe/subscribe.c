/* subscribe.c - which provider's handshake a request is. */
#include <stdlib.h>

#include "own.h"

static const struct subscribe_row rows[] = {
	{ "slack", "POST", "slack", NULL, subscribe_slack,
	    subscribe_as_text },
	{ "meta", "GET", NULL, NULL, subscribe_meta, subscribe_as_text },
	{ "websub", "GET", NULL, NULL, subscribe_websub, subscribe_as_text },
	{ "cloudevents", "OPTIONS", NULL, NULL, subscribe_cloudevents,
	    subscribe_as_origin },
	{ "eventgrid", "POST", NULL, "validationResponse",
	    subscribe_eventgrid, subscribe_as_member },
	{ "graph", "POST", NULL, NULL, subscribe_graph, subscribe_as_text },
	{ "zoom", "POST", "zoom", NULL, subscribe_zoom,
	    subscribe_as_encrypted },
	{ "discord", "POST", "discord", NULL, subscribe_discord,
	    subscribe_as_pong },
	{ "twitch", "POST", "twitch", NULL, subscribe_twitch,
	    subscribe_as_text },
	{ "dropbox", "GET", NULL, NULL, subscribe_dropbox,
	    subscribe_as_text },
	{ "x", "GET", NULL, NULL, subscribe_x, subscribe_as_token },
	{ "okta", "GET", NULL, "verification", subscribe_okta,
	    subscribe_as_member },
	{ "asana", "POST", NULL, NULL, subscribe_asana,
	    subscribe_as_secret },
	{ "monday", "POST", NULL, "challenge", subscribe_monday,
	    subscribe_as_member },
	{ "sns", "POST", "sns", NULL, subscribe_sns, subscribe_as_nothing },
};

#define ROWS (sizeof(rows) / sizeof(rows[0]))

struct subscribe {
	struct subscribe_config config;
	const struct subscribe_row *chosen[ROWS];
	size_t n;
	struct subscribe_texts texts;
};

/* ---- which are chosen ---- */

static int
choose(struct subscribe *s, struct span name, struct why *why)
{
	size_t i, k;

	for (i = 0; i < ROWS; i++)
		if (span_eq(name, span_str(rows[i].name)))
			break;
	if (i == ROWS)
		return why_set(why, STATUS_USAGE, "--handshake: %.*s: "
		    "not one that is known", (int)name.n, name.p);
	for (k = 0; k < s->n; k++)
		if (s->chosen[k] == &rows[i])
			return 0;
	s->chosen[s->n++] = &rows[i];
	return 0;
}

static int
choose_all(struct subscribe *s, const char *list, struct why *why)
{
	for (;;) {
		size_t n = strcspn(list, ",");

		if (choose(s, span_of(list, n), why) != 0)
			return -1;
		if (list[n] == '\0')
			return 0;
		list += n + 1;
	}
}

struct subscribe *
subscribe_new(const struct subscribe_config *config, struct why *why)
{
	struct subscribe *s = calloc(1, sizeof(*s));
	size_t i;

	if (s == NULL) {
		why_set(why, STATUS_SOME, "out of memory");
		return NULL;
	}
	s->config = *config;
	buf_init(&s->texts.challenge, SIZE_MAX);
	buf_init(&s->texts.topic, SIZE_MAX);
	buf_init(&s->texts.other, SIZE_MAX);
	buf_init(&s->texts.reply, SIZE_MAX);
	for (i = 0; i < config->names->n; i++)
		if (choose_all(s, config->names->v[i], why) != 0) {
			subscribe_free(s);
			return NULL;
		}
	return s;
}

void
subscribe_free(struct subscribe *s)
{
	if (s == NULL)
		return;
	buf_done(&s->texts.challenge);
	buf_done(&s->texts.topic);
	buf_done(&s->texts.other);
	buf_done(&s->texts.reply);
	free(s);
}

int
subscribe_has(const struct subscribe *s, const char *name)
{
	size_t i;

	for (i = 0; i < s->n; i++)
		if (strcmp(s->chosen[i]->name, name) == 0)
			return 1;
	return 0;
}

const char *
subscribe_name(const struct subscribe *s, size_t i, const char **scheme)
{
	if (i >= s->n)
		return NULL;
	*scheme = s->chosen[i]->scheme;
	return s->chosen[i]->name;
}

/* ---- a request ---- */

static int
reply(struct subscribe_case *c, const struct subscribe_row *row)
{
	if (row->scheme != NULL && (c->q->scheme == NULL ||
	    strcmp(row->scheme, c->q->scheme) != 0))
		return subscribe_refuse(c, "its signature is not good");
	buf_clear(&c->texts->reply);
	c->r->status = 200;
	return row->answer(c, row) != 0 ? -1 : 1;
}

int
subscribe_read(struct subscribe *s, const struct subscribe_request *q,
    struct subscribe_reply *r)
{
	struct subscribe_case c = { .config = &s->config, .q = q, .r = r,
		.texts = &s->texts };
	struct span path;
	size_t i;
	int rc = 0;

	memset(r, 0, sizeof(*r));
	http1_target(q->head->target, &path, &c.query);
	for (i = 0; i < s->n && rc == 0 && r->refusal == NULL; i++) {
		const struct subscribe_row *row = s->chosen[i];

		if (!span_eq(q->head->method, span_str(row->method)))
			continue;
		r->provider = row->name;
		rc = row->detect(&c);
		if (rc == 1)
			rc = reply(&c, row);
	}
	return rc;
}
