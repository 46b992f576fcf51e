/* confirm.c - Amazon SNS is told that its webhooks are wanted. */
#include <stdlib.h>

#include "client/http.h"
#include "confirm.h"
#include "listener.h"
#include "say.h"

#define AT_ONCE 4
#define FETCH_MS 10000		/* Amazon waits 15 s for our answer */

struct confirm {
	struct owed owed;
	char *topic;			/* NULL: this one is free */
};

struct confirms {
	struct http *http;
	struct confirm all[AT_ONCE];
};

struct confirms *
confirms_new(struct loop *loop, const char *cacert, struct why *why)
{
	const struct http_config config = { .tls = { .cacert = cacert },
		.timeout_ms = FETCH_MS, .connect_timeout_ms = FETCH_MS,
		.max_reply = 0, .jobs_per_host = AT_ONCE };
	struct confirms *c = calloc(1, sizeof(*c));

	if (c == NULL) {
		why_set(why, STATUS_SOME, "out of memory");
		return NULL;
	}
	c->http = client_tls_check(&config.tls, why) == 0 ?
	    http_new(loop, &config, why) : NULL;
	if (c->http != NULL)
		return c;
	free(c);
	return NULL;
}

void
confirms_free(struct confirms *c)
{
	size_t i;

	if (c == NULL)
		return;
	http_free(c->http);
	for (i = 0; i < AT_ONCE; i++)
		free(c->all[i].topic);
	free(c);
}

static void
on_answer(void *arg, const struct http_result *r)
{
	struct confirm *one = arg;
	struct exchange *x = owed_take(&one->owed);
	int good = r->why == NULL && r->status >= 200 && r->status < 300;

	if (good)
		say_note("handshake: sns: %s: confirmed", one->topic);
	else if (r->why != NULL)
		say_warn("handshake: sns: %s: not confirmed: %s", one->topic,
		    r->why->text);
	else
		say_warn("handshake: sns: %s: not confirmed: status %d",
		    one->topic, r->status);
	free(one->topic);
	one->topic = NULL;
	if (x == NULL)
		return;
	if (good)
		front_reply(x, 200, NULL, 0, SPAN(""));
	else
		settle_busy(x, "this could not be confirmed\n");
}

/* 0, or -1: told why. */
static int
start(struct confirms *c, struct confirm *one, struct span url)
{
	struct http_request r = { .method = "GET" };
	char *text = strndup(url.p, url.n);
	struct why why = { .text = "out of memory" };
	int started;

	r.url = text;
	started = text != NULL &&
	    http_start(c->http, &r, on_answer, one, &why) != NULL;
	if (!started)
		say_err("handshake: sns: %s", why.text);
	free(text);
	return started ? 0 : -1;
}

void
confirms_start(struct confirms *c, struct exchange *x, struct span topic,
    struct span url)
{
	struct confirm *one = NULL;
	size_t i;

	for (i = 0; i < AT_ONCE && one == NULL; i++)
		if (c->all[i].topic == NULL)
			one = &c->all[i];
	if (one != NULL)
		one->topic = strndup(topic.p, topic.n);
	if (one != NULL && one->topic != NULL && start(c, one, url) == 0) {
		owed_set(&one->owed, x);
		return;
	}
	if (one != NULL) {
		free(one->topic);
		one->topic = NULL;
	}
	settle_busy(x, "not now\n");
}
