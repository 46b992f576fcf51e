/* opening.c - connects and shakes hands. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>

#include "ask.h"
#include "client/dial.h"
#include "clock.h"
#include "handshake.h"
#include "opening.h"
#include "retry.h"

#define MAX_HEAD ((size_t)64 << 10)
#define MAX_WORDS 200		/* of a refusal's body, for the message */
#define WORDS_MS 1000		/* and so long we wait for them */

struct opening {
	struct loop *loop;
	const struct config *config;
	opening_fn done;
	void *arg;
	struct dial *dial;	/* then */
	struct stream *stream;
	struct loop_timer *timer;
	struct ask ask;
	struct buf in;
	size_t seen;
	int refused;		/* why says so; its body is awaited */
	int to_end;		/* which goes on until the server closes */
	struct http1_body body;
	struct buf words;
	int http_status;	/* of the refusal, or 0 */
	int64_t asked_ms;	/* its Retry-After, or -1 */
	struct why why;
};

static void
release(struct opening *o)
{
	loop_timer_free(o->timer);
	ask_done(&o->ask);
	buf_done(&o->in);
	buf_done(&o->words);
	free(o);
}

static void
add_words(struct why *why, const char *between, struct span words)
{
	size_t used = strlen(why->text);

	snprintf(why->text + used, sizeof(why->text) - used, "%s%.*s",
	    between, words.n > MAX_WORDS ? MAX_WORDS : (int)words.n, words.p);
}

static void
fail(struct opening *o, const struct why *why)
{
	const struct opened opened = { .why = *why,
		.http_status = o->http_status, .asked_ms = o->asked_ms };
	opening_fn done = o->done;
	void *arg = o->arg;

	opening_cancel(o);
	done(arg, &opened);
}

/* ---- a refusal ---- */

/* The message ends with how the body begins, on one line. */
static void
fail_refused(struct opening *o)
{
	char text[MAX_WORDS + 1];
	size_t i, n = 0;

	for (i = 0; i < o->words.n; i++)
		if (!isspace((unsigned char)o->words.p[i]))
			text[n++] = o->words.p[i];
		else if (n > 0 && text[n - 1] != ' ')
			text[n++] = ' ';
	while (n > 0 && text[n - 1] == ' ')
		n--;
	add_words(&o->why, n > 0 ? ": " : "", span_of(text, n));
	fail(o, &o->why);
}

/* Takes what there is of the body; 0 when it is enough. */
static int
want_words(struct opening *o)
{
	struct http1_error error;
	struct span data;
	long n;

	while (o->in.n > 0 && o->words.n < MAX_WORDS && !o->body.done) {
		data = buf_span(&o->in);
		n = (long)data.n;
		if (!o->to_end)
			n = http1_body_feed(&o->body, data, &data, &error);
		if (n < 0)
			return 0;
		if (data.n > MAX_WORDS - o->words.n)
			data.n = MAX_WORDS - o->words.n;
		if (buf_add(&o->words, data) == -1)
			return 0;
		if (n == 0)
			break;
		buf_drop(&o->in, (size_t)n);
	}
	return o->words.n < MAX_WORDS && !o->body.done;
}

static void
on_refused(struct opening *o, const struct http1_head *head)
{
	struct span to;

	o->refused = 1;
	if (http1_field(head, "Retry-After", &to) == 1)
		o->asked_ms = retry_after_ms(to, clock_wall_us());
	o->to_end = !head->chunked && head->length < 0;
	if (!o->to_end)
		http1_body_init(&o->body, head);
	if (head->status / 100 == 3 && http1_field(head, "Location", &to) == 1)
		add_words(&o->why, ", see ", to);
	loop_timer_set(o->timer, WORDS_MS);
}

/* ---- the answer ---- */

static void
accepted(struct opening *o, struct opened *opened, struct span first)
{
	opened->stream = o->stream;
	opened->first = first;
	o->stream = NULL;
	o->done(o->arg, opened);
	release(o);
}

static int dial(struct opening *, struct why *);

/* Once more, from the beginning. */
static void
again(struct opening *o)
{
	stream_free(o->stream);
	o->stream = NULL;
	buf_clear(&o->in);
	o->seen = 0;
	o->http_status = 0;
	if (dial(o, &o->why) == -1)
		fail(o, &o->why);
}

/* A whole head: n bytes of what is in. */
static void
on_head(struct opening *o, const struct http1_head *head, size_t n)
{
	struct opened opened = { .asked_ms = -1 };
	int redirected;

	if (handshake_check(head, &o->ask.handshake, &opened.protocol,
	    &opened.deflate, &o->why) == 0) {
		accepted(o, &opened, span_from(buf_span(&o->in), n));
		return;
	}
	if (o->why.status != STATUS_REFUSED) {
		fail(o, &o->why);
		return;
	}
	o->http_status = head->status;
	redirected = ask_redirect(&o->ask, head, &o->why);
	if (redirected != 0) {
		if (redirected == 1)
			again(o);
		else
			fail(o, &o->why);
		return;
	}
	on_refused(o, head);
	buf_drop(&o->in, n);
	if (!want_words(o))
		fail_refused(o);
}

static void
on_received(void *arg, struct span s)
{
	struct opening *o = arg;
	struct http1_head head;
	struct http1_error error;
	long n;

	if (buf_add(&o->in, s) == -1) {
		why_set(&o->why, STATUS_LOST, "out of memory");
		fail(o, &o->why);
		return;
	}
	if (o->refused) {
		if (!want_words(o))
			fail_refused(o);
		return;
	}
	/* Of 1xx, 101 alone is the answer; behind others it follows. */
	while ((n = http1_response(buf_span(&o->in), &o->seen, MAX_HEAD,
	    &head, &error)) > 0 && head.status / 100 == 1 &&
	    head.status != 101) {
		buf_drop(&o->in, (size_t)n);
		o->seen = 0;
	}
	if (n > 0) {
		on_head(o, &head, (size_t)n);
	} else if (n == HTTP1_BAD) {
		why_set(&o->why, STATUS_PROTOCOL,
		    "the server's answer is not valid HTTP: %s",
		    error.reason);
		fail(o, &o->why);
	}
}

static void
on_ended(void *arg, const struct why *why)
{
	struct opening *o = arg;

	if (o->refused) {
		fail_refused(o);
		return;
	}
	if (why == NULL)
		why_set(&o->why, STATUS_LOST, "the server ended the "
		    "connection without answering the handshake");
	fail(o, why != NULL ? why : &o->why);
}

static void
on_drained(void *arg)
{
	(void)arg;
}

static const struct stream_user user = { on_received, on_drained, on_ended,
	NULL };

/* ---- beginning ---- */

static void
on_timer(void *arg)
{
	struct opening *o = arg;

	if (o->refused) {
		fail_refused(o);
		return;
	}
	why_set(&o->why, STATUS_TIMEOUT, "%s within %lld ms",
	    o->stream != NULL ? "the server did not answer the handshake" :
	    "not connected", (long long)o->config->connect_timeout_ms);
	fail(o, &o->why);
}

static void
on_dialed(void *arg, struct stream *stream, const struct why *why)
{
	struct opening *o = arg;

	o->dial = NULL;
	o->stream = stream;
	if (stream == NULL) {
		fail(o, why);
		return;
	}
	stream_attach(stream, &user, o);
	if (stream_put(stream, buf_span(&o->ask.request)) == -1) {
		why_set(&o->why, STATUS_LOST, "out of memory");
		fail(o, &o->why);
	}
}

static int
dial(struct opening *o, struct why *why)
{
	const struct config *c = o->config;
	const struct dial_config d = {
		.url = o->ask.url->full,
		.unix_socket = c->unix_socket,
		.proxy = c->proxy,
		.proxy_user = o->ask.proxy_user.p,
		.family = c->family,
		.connect_timeout_ms = c->connect_timeout_ms,
		.tls = c->tls
	};

	o->dial = dial_start(o->loop, &d, on_dialed, o, why);
	return o->dial == NULL ? -1 : 0;
}

static int
start(struct opening *o, const struct url *url, struct why *why)
{
	if (ask_init(&o->ask, o->config, url, why) == -1)
		return -1;
	o->timer = loop_timer_new(o->loop, on_timer, o);
	if (o->timer == NULL)
		return why_set(why, STATUS_UNREACHABLE, "out of memory");
	loop_timer_set(o->timer, o->config->connect_timeout_ms);
	return dial(o, why);
}

struct opening *
opening_start(struct loop *loop, const struct config *config,
    const struct url *url, opening_fn done, void *arg, struct why *why)
{
	struct opening *o = calloc(1, sizeof(*o));

	if (o == NULL) {
		why_set(why, STATUS_UNREACHABLE, "out of memory");
		return NULL;
	}
	o->loop = loop;
	o->config = config;
	o->done = done;
	o->arg = arg;
	o->asked_ms = -1;
	buf_init(&o->in, SIZE_MAX);
	buf_init(&o->words, MAX_WORDS);
	if (start(o, url, why) == 0)
		return o;
	release(o);
	return NULL;
}

void
opening_cancel(struct opening *o)
{
	if (o == NULL)
		return;
	if (o->dial != NULL)
		dial_cancel(o->dial);
	stream_free(o->stream);
	release(o);
}
