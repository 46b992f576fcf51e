/* consent.c - which URLs want deliveries, and how many. */
#include <stdio.h>
#include <stdlib.h>

#include "consent.h"
#include "fields.h"
#include "json.h"
#include "names.h"
#include "rate.h"

#define REFUSED_MS ((int64_t)5 * 60 * 1000)
#define MINUTE_MS ((int64_t)60 * 1000)

enum state { UNASKED, ASKING, GIVEN, REFUSED };

struct asked {
	struct named named;	/* first: the kind, then the URL */
	struct consent *consent;
	struct link all;	/* of all, by when they were asked first */
	struct link jobs;	/* that wait for the answer */
	enum state state;
	struct http_transfer *transfer;
	struct why why;		/* REFUSED, until: */
	int64_t until_ms;
	struct rate rate;	/* n 0: no limit */
	struct rate_bucket bucket;
	char text[];
};

struct consent {
	struct loop *loop;
	struct http *http;
	struct consent_config config;
	const struct consent_user *user;
	void *arg;
	struct names names;
	struct link all;
	size_t n;
};

/* ---- the table ---- */

static void
asked_free(struct asked *a)
{
	struct consent *c = a->consent;

	if (a->transfer != NULL)
		http_cancel(a->transfer);
	while (list_first(&a->jobs) != NULL)
		list_remove(list_first(&a->jobs));
	names_remove(&c->names, &a->named);
	list_remove(&a->all);
	c->n--;
	free(a);
}

/* The oldest of those that nobody waits for. */
static void
make_room(struct consent *c)
{
	struct link *l, *next;
	struct asked *a;

	for (l = c->all.next; l != &c->all && c->n >= CONSENT_URLS; l = next) {
		next = l->next;
		a = LIST_OF(l, struct asked, all);
		if (a->state != ASKING)
			asked_free(a);
	}
}

static struct asked *
asked_new(struct consent *c, struct span name)
{
	struct asked *a;

	make_room(c);
	a = calloc(1, sizeof(*a) + name.n);
	if (a == NULL)
		return NULL;
	memcpy(a->text, name.p, name.n);
	a->named.name = span_of(a->text, name.n);
	a->consent = c;
	list_init(&a->jobs);
	if (names_add(&c->names, &a->named) == -1) {
		free(a);
		return NULL;
	}
	list_add(&c->all, &a->all);
	c->n++;
	return a;
}

/* A stranger's URL has its own: where it may not go, the user's may. */
static struct asked *
asked_of(struct consent *c, const struct job *j)
{
	size_t n = strlen(j->url) + 1;
	char *name = malloc(n);
	struct asked *a;

	if (name == NULL)
		return NULL;
	name[0] = j->strange ? 'S' : 'T';
	memcpy(name + 1, j->url, n - 1);
	a = (struct asked *)names_find(&c->names, span_of(name, n));
	if (a == NULL)
		a = asked_new(c, span_of(name, n));
	free(name);
	return a;
}

/* ---- the answer ---- */

/* Neither yes nor no, but something that an attempt may come to as well. */
static int
is_for_attempts(const struct http_result *r)
{
	return r->why != NULL || r->status == 408 || r->status == 410 ||
	    r->status == 425 || r->status == 429 || r->status >= 500;
}

static void
take_rate(struct asked *a, const struct http_result *r)
{
	struct span told = fields_value(r->headers, r->nheaders,
	    SPAN("WebHook-Allowed-Rate"));
	int64_t n;

	if (span_eq(told, SPAN("*")))
		n = 0;
	else if (told.n == 0 || json_int(told, &n) == -1 || n <= 0)
		n = a->consent->config.rate;	/* it does not say */
	/* Beyond that there is no waiting. */
	if (n > RATE_MAX_N)
		n = 0;
	a->rate = (struct rate){ .n = n, .per_ms = MINUTE_MS, .burst = 1 };
}

static void
decide(struct asked *a, const struct http_result *r)
{
	struct consent *c = a->consent;
	struct span allowed = fields_value(r->headers,
	    r->nheaders, SPAN("WebHook-Allowed-Origin"));

	if (is_for_attempts(r)) {
		a->state = UNASKED;
	} else if (r->status / 100 == 2 && (span_eq(allowed, SPAN("*")) ||
	    span_case_eq(allowed, span_str(c->config.origin)))) {
		a->state = GIVEN;
		take_rate(a, r);
	} else {
		a->state = REFUSED;
		a->until_ms = loop_now(c->loop) + REFUSED_MS;
		why_set(&a->why, STATUS_REFUSED, "the receiver did not allow "
		    "deliveries from %s (OPTIONS was answered %d)",
		    c->config.origin, r->status);
	}
}

/* What is told may free or ask anything; `a` is looked at no more. */
static void
on_answer(void *arg, const struct http_result *r)
{
	struct asked *a = arg;
	struct consent *c = a->consent;
	struct link waiting, *first;

	a->transfer = NULL;
	decide(a, r);
	if (a->state != UNASKED)
		r = NULL;
	list_init(&waiting);
	list_move(&waiting, &a->jobs);
	while ((first = list_first(&waiting)) != NULL) {
		list_remove(first);
		c->user->answered(c->arg, LIST_OF(first, struct job, consent),
		    r);
	}
}

/* ---- the question ---- */

static int
ask(struct asked *a, const struct job *j, struct why *why)
{
	const struct consent_config *c = &a->consent->config;
	struct http1_field fields[4];
	struct http_request r = { .url = j->url, .method = "OPTIONS",
	    .headers = fields, .public_only = j->strange };
	char rate[24];
	struct span authorization = fields_value(j->headers, j->nheaders,
	    SPAN("Authorization"));

	fields[r.nheaders++] = (struct http1_field){
	    SPAN("WebHook-Request-Origin"), span_str(c->origin) };
	snprintf(rate, sizeof(rate), "%lld", (long long)c->rate);
	if (c->rate > 0)
		fields[r.nheaders++] = (struct http1_field){
		    SPAN("WebHook-Request-Rate"), span_str(rate) };
	fields[r.nheaders++] = (struct http1_field){ SPAN("User-Agent"),
	    SPAN("hookline/" HOOKLINE_VERSION) };
	if (authorization.p != NULL)
		fields[r.nheaders++] = (struct http1_field){
		    SPAN("Authorization"), authorization };
	a->transfer = http_start(a->consent->http, &r, on_answer, a, why);
	if (a->transfer == NULL)
		return -1;
	a->state = ASKING;
	return 0;
}

/* ---- public ---- */

struct consent *
consent_new(struct loop *loop, struct http *http,
    const struct consent_config *config, const struct consent_user *user,
    void *arg, struct why *why)
{
	struct consent *c = calloc(1, sizeof(*c));

	if (c == NULL) {
		why_set(why, STATUS_SOME, "out of memory");
		return NULL;
	}
	c->loop = loop;
	c->http = http;
	c->config = *config;
	c->user = user;
	c->arg = arg;
	list_init(&c->all);
	return c;
}

void
consent_free(struct consent *c)
{
	struct named *a;

	if (c == NULL)
		return;
	while ((a = names_any(&c->names)) != NULL)
		asked_free((struct asked *)a);
	free(c);
}

/* Each job has a place in time of its own, however many wait. */
static int64_t
wait_turn(struct asked *a, struct job *j)
{
	int64_t now = loop_now(a->consent->loop), wait;

	if (j->turn_ms == 0 && a->rate.n > 0) {
		wait = rate_wait(&a->rate, &a->bucket, now);
		rate_take(&a->rate, &a->bucket, now + wait);
		j->turn_ms = now + wait;
	}
	if (j->turn_ms > now)
		return j->turn_ms - now;
	j->turn_ms = 0;
	return 0;
}

int64_t
consent_check(struct consent *c, struct job *j, struct why *why)
{
	struct asked *a = asked_of(c, j);

	if (a == NULL)
		return why_set(why, STATUS_SOME, "out of memory");
	if (a->state == REFUSED && loop_now(c->loop) >= a->until_ms)
		a->state = UNASKED;
	if (a->state == GIVEN)
		return wait_turn(a, j);
	if (a->state == REFUSED) {
		*why = a->why;
		return -1;
	}
	if (a->state == UNASKED && ask(a, j, why) == -1)
		return -1;
	list_add(&a->jobs, &j->consent);
	return CONSENT_ASKING;
}

void
consent_forget(struct job *j)
{
	list_remove(&j->consent);
}
