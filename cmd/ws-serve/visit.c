/* visit.c - requests: for a websocket, for the page, or to publish. */
#include <inttypes.h>
#include <stdio.h>

#include "handshake.h"
#include "origin.h"
#include "output.h"
#include "query.h"
#include "say.h"
#include "server.h"
#include "session.h"
#include "utf8.h"

#define EVENTS_PROTOCOL "hookline.events"
#define MAX_NAME 128		/* bytes */

static void
refuse_until(struct exchange *x, int status, struct span reason,
    const char *retry_after)
{
	struct front_field fields[] = {
		{ "Content-Type", SPAN("text/plain; charset=utf-8") },
		{ "Sec-WebSocket-Version", SPAN("13") },
		{ "Upgrade", SPAN("websocket") },
		{ "Connection", SPAN("Upgrade") },
	};
	size_t n = 1;

	say_detail("%s: refused with %d: %.*s", exchange_remote(x), status,
	    (int)reason.n, reason.p);
	if (status == 426) {
		n = sizeof(fields) / sizeof(fields[0]);
	} else if (status == 405) {
		fields[n++] = (struct front_field){ "Allow", SPAN("GET") };
	} else if (status == 503 || status == 429) {
		fields[n++] = (struct front_field){ "Retry-After",
		    span_str(retry_after) };
	}
	front_reply(x, status, fields, n, reason);
}

void
visit_refuse(struct exchange *x, int status, struct span reason)
{
	refuse_until(x, status, reason, "1");
}

static void
refuse(struct exchange *x, int status, const char *reason)
{
	visit_refuse(x, status, span_str(reason));
}

/* The one that the client likes best: whoever is behind us has to know it, as
 * we pass on any message. */
static struct span
first_protocol(const struct http1_head *head)
{
	struct span list = SPAN("");
	const char *end;

	http1_field(head, "Sec-WebSocket-Protocol", &list);
	while (list.n > 0 && strchr(" \t,", list.p[0]) != NULL)
		list = span_from(list, 1);
	for (end = list.p; end < list.p + list.n; end++)
		if (strchr(" \t,", *end) != NULL)
			break;
	return span_of(list.p, (size_t)(end - list.p));
}

/* ?last=N: none where that is no number, all where it is more than there can
 * be. */
static int64_t
read_last(struct span s)
{
	int64_t n;
	size_t i;

	for (i = 0; i < s.n; i++)
		if (s.p[i] < '0' || s.p[i] > '9')
			return 0;
	return s.n == 0 ? 0 : json_int(s, &n) == -1 ? INT64_MAX : n;
}

/* What a client wants of the history: ?since=ID, ?last=N. */
static int
read_wish(struct server *s, struct span query, struct history_wish *wish)
{
	int since, last;

	*wish = (struct history_wish){ .last = -1 };
	buf_clear(&s->since);
	last = query_value(query, "last", &s->since);
	if (last > 0)
		wish->last = read_last(buf_span(&s->since));
	buf_clear(&s->since);
	since = query_value(query, "since", &s->since);
	if (since > 0)
		wish->since = buf_span(&s->since);
	wish->asked = since > 0 || last > 0;
	return since == -1 || last == -1 ? -1 : 0;
}

/* Can it be called what it says?  None is a name, too. */
static int
has_good_name(struct server *s, const struct http1_head *head)
{
	struct span path, query, name;

	http1_target(head->target, &path, &query);
	buf_clear(&s->word);
	if (query_value(query, "name", &s->word) <= 0)
		return 1;
	name = buf_span(&s->word);
	return name.n == 0 || (name.n <= MAX_NAME && utf8_valid(name) &&
	    memchr(name.p, '\0', name.n) == NULL);
}

/* What it calls itself (?name=Ann), and what it wants to be told (?who,
 * ?own).  -1: out of memory. */
static int
read_wishes(struct server *s, struct span query, struct hub_visit *visit)
{
	int name;

	buf_clear(&s->word);
	visit->wants_who = query_value(query, "who", &s->word) != 0;
	visit->wants_own = query_value(query, "own", &s->word) != 0;
	buf_clear(&s->word);
	name = query_value(query, "name", &s->word);
	if (name > 0 && s->word.n > 0)
		visit->name = buf_span(&s->word);
	return name == -1 ? -1 : read_wish(s, query, &visit->wish);
}

/* What is needed of the head, which is gone after the upgrade. */
static int
prepare(struct server *s, const struct http1_head *head, struct span key,
    struct handshake_deflate *deflate, struct hub_visit *visit)
{
	struct span protocol = first_protocol(head), path, query;

	*deflate = (struct handshake_deflate){ 0 };
	if (s->config.compress)
		handshake_choose_deflate(head, deflate);
	http1_target(head->target, &path, &query);
	visit->reads_events = span_eq(protocol, SPAN(EVENTS_PROTOCOL));
	if (read_wishes(s, query, visit) == -1)
		return -1;
	buf_clear(&s->reply);
	buf_clear(&s->room);
	if (handshake_accept(&s->reply, key, protocol, deflate) == -1 ||
	    buf_add(&s->room, visit->room.p != NULL ? visit->room : path) ==
	    -1)
		return -1;
	return news_keep(s, head, protocol);
}

/* The client's command, or NULL: it was refused. */
static struct session *
begin_session(struct server *s, struct exchange *x, struct guest *guest)
{
	const struct http1_head *head = access_told(s->access,
	    exchange_head(x), &s->told);
	struct session *session;
	struct why why;

	session = session_new(s->sessions, guest, guest_remote(guest,
	    exchange_remote(x)), head, first_protocol(head), &why);
	if (session == NULL) {
		guest_leave(&s->guests, guest);
		say_err("%s: no command for it: %s", exchange_remote(x),
		    why.text);
		refuse(x, 503, "too much to do\n");
	}
	return session;
}

static void
upgrade(struct server *s, struct exchange *x, struct span key,
    struct hub_visit visit)
{
	const struct client *c = NULL;
	struct handshake_deflate deflate;
	struct stream *stream;

	if (prepare(s, exchange_head(x), key, &deflate, &visit) == -1) {
		guest_leave(&s->guests, visit.guest);
		refuse(x, 503, "out of memory\n");
		return;
	}
	if (s->sessions != NULL &&
	    (visit.data = begin_session(s, x, visit.guest)) == NULL)
		return;
	/* Who is known calls itself nothing else. */
	if (visit.guest != NULL && visit.guest->user != NULL)
		visit.name = span_str(visit.guest->user);
	stream = front_upgrade(x, &visit.first);
	visit.room = buf_span(&s->room);
	visit.deflate = deflate.is_agreed ? &deflate.params : NULL;
	if (stream_put(stream, buf_span(&s->reply)) == 0)
		c = hub_add(s->hub, &visit, stream);
	else
		stream_free(stream);
	if (c == NULL) {
		guest_leave(&s->guests, visit.guest);
		say_err("a client is turned away: out of memory");
		if (visit.data != NULL)
			session_drop(visit.data);
		return;
	}
	if (visit.data != NULL)
		session_begin(visit.data, c);
	news_open(s, c);
}

/* All but let in: is it one too many, and does somebody decide? */
static void
come_in(struct server *s, struct exchange *x, struct span key,
    struct span user)
{
	struct hub_visit visit = { .id = NULL };
	int status = guest_come(&s->guests, x, user, &visit.guest);

	if (status == 429) {
		refuse(x, 429, "too many from this address\n");
	} else if (status != 0) {
		refuse(x, status, "out of memory\n");
	} else if (s->asks != NULL) {
		ask_put(s->asks, x, visit.guest);
	} else {
		upgrade(s, x, key, visit);
		orders_go_on(s);
	}
}

void
visit_let_in(struct server *s, struct exchange *x, struct guest *guest,
    const char *id, struct span room)
{
	const char *reason;
	struct span key;

	/* It was looked at before. */
	if (handshake_refusal(exchange_head(x), &key, &reason) == 0)
		upgrade(s, x, key, (struct hub_visit){ .id = id,
		    .guest = guest, .room = room });
}

/* Who it is, is known (or does not matter). */
static void
receive(struct server *s, struct exchange *x, struct span user)
{
	const struct http1_head *head = exchange_head(x);
	struct span key;
	const char *reason;
	int status;

	if (publish_is_meant(s, head))
		publish_head(s, x);
	else if (!handshake_wanted(head))
		page_answer(s->page, x);
	else if ((status = handshake_refusal(head, &key, &reason)) != 0)
		refuse(x, status, reason);
	else if (!origin_allowed(s->config.origins, head))
		refuse(x, 403, "pages of this origin may not connect\n");
	else if (!has_good_name(s, head))
		refuse(x, 400, "?name= is no text, or too long\n");
	else if (s->stopping)
		refuse(x, 503, "ending\n");
	else if (news_full(s) ||
	    (s->sessions != NULL && sessions_full(s->sessions)))
		front_park(x);	/* its arrival has to be told */
	else
		come_in(s, x, key, user);
}

void
visit_known(void *arg, struct exchange *x, const struct span *user)
{
	struct server *s = arg;

	if (user == NULL)
		access_refuse(s->access, x);
	else
		receive(s, x, *user);
}

/* --login-rate: whoever it is, somebody there has been wrong too often. */
static int
is_locked_out(struct server *s, struct exchange *x, int64_t now_ms)
{
	int64_t wait_ms = guest_login_wait(&s->guests, x, now_ms);
	char text[24];

	if (wait_ms == 0)
		return 0;
	snprintf(text, sizeof(text), "%" PRId64, (wait_ms + 999) / 1000);
	refuse_until(x, 429, SPAN("too many that were wrong\n"), text);
	return 1;
}

static void
on_head(void *arg, struct exchange *x)
{
	struct server *s = arg;
	int64_t now = loop_now(s->tool.loop);
	struct span user;

	if (is_locked_out(s, x, now))
		return;
	switch (access_ask(s->access, x, &user)) {
	case ACCESS_YES:
		receive(s, x, user);
		return;
	case ACCESS_WRONG:
		guest_login(&s->guests, x, now);
		access_refuse(s->access, x);
		return;
	case ACCESS_NO:
		access_refuse(s->access, x);
		return;
	case ACCESS_BUSY:
		refuse(x, 503, "too many passwords to check\n");
		return;
	case ACCESS_WAITS:
		guest_login(&s->guests, x, now);
		return;
	}
}

/* No other request's body is accepted. */
static void
on_request(void *arg, struct exchange *x, struct span body)
{
	publish_request(arg, x, body);
}

static void
on_gone(void *arg, struct exchange *x)
{
	struct server *s = arg;

	access_forget(s->access, x);
	ask_forget(s->asks, x);
}

/* Who ends its side can't become a websocket any more. */
static void
on_eof(void *arg, struct exchange *x)
{
	if (!handshake_wanted(exchange_head(x)))
		return;
	on_gone(arg, x);
	refuse(x, 400, "ended before the handshake\n");
}

const struct front_user visit_user = {
	.head = on_head, .request = on_request, .gone = on_gone,
	.eof = on_eof,
	.healthy = service_healthy, .metrics = service_print_metrics
};

void
visit_accept(void *arg, struct stream *stream)
{
	struct server *s = arg;

	front_take(s->front, stream);
}

void
visit_full(void *arg)
{
	struct server *s = arg;

	front_shed(s->front);
}
