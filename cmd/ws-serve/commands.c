/* commands.c - lines with "do": what else stdin can say. */
#include "event.h"
#include "say.h"
#include "server.h"

/* ---- close ---- */

struct closing {
	int code;
	struct span reason;
};

static void
close_client(struct server *s, struct span client, const void *order)
{
	const struct closing *c = order;

	if (hub_close(s->hub, client, c->code, c->reason) == -1)
		orders_missing(client);
}

static int
do_close(struct server *s, const struct event *e, struct why *why)
{
	struct closing c = { WS_NORMAL, SPAN("") };
	int64_t code = WS_NORMAL;

	if (!orders_is_given(e->client))
		return why_set(why, STATUS_BAD_LINE, "close: no \"client\"");
	if (orders_is_given(e->code) && (json_int(e->code, &code) == -1 ||
	    !ws_may_close_with(code)))
		return why_set(why, STATUS_BAD_LINE,
		    "\"code\" is not one to close with");
	c.code = (int)code;
	buf_clear(&s->body);
	if (event_string(e->reason, "reason", &s->body, &c.reason, why) == -1)
		return -1;
	if (c.reason.n > WS_REASON_MAX)
		return why_set(why, STATUS_BAD_LINE,
		    "\"reason\" is longer than %d bytes", WS_REASON_MAX);
	return orders_give(s, e->client, "client", close_client, &c, why);
}

/* ---- join, leave ---- */

struct moving {
	int (*move)(struct hub *, struct span client, struct span room);
	struct span room;
};

static void
move_client(struct server *s, struct span client, const void *order)
{
	const struct moving *m = order;

	switch (m->move(s->hub, client, m->room)) {
	case HUB_NO_CLIENT:
		orders_missing(client);
		break;
	case HUB_NO_MEMORY:
		say_err("%.*s: not moved: out of memory", (int)client.n,
		    client.p);
		break;
	}
}

static int
do_move(struct server *s, const struct event *e, const char *verb,
    struct moving m, struct why *why)
{
	if (!orders_is_given(e->client))
		return why_set(why, STATUS_BAD_LINE, "%s: no \"client\"",
		    verb);
	if (!orders_is_given(e->room))
		return why_set(why, STATUS_BAD_LINE, "%s: no \"room\"", verb);
	buf_clear(&s->body);
	if (event_string(e->room, "room", &s->body, &m.room, why) == -1)
		return -1;
	return orders_give(s, e->client, "client", move_client, &m, why);
}

/* ---- who ---- */

static int
do_who(struct server *s, const struct event *e, struct why *why)
{
	struct span room;

	if (!news_is_told(s))
		return why_set(why, STATUS_BAD_LINE,
		    "who: lines on stdout are no events");
	buf_clear(&s->body);
	if (event_string(e->room, "room", &s->body, &room, why) == -1)
		return -1;
	news_clients(s, orders_is_given(e->room) ? &room : NULL);
	s->answered = 1;
	return 0;
}

/* ---- accept, reject ---- */

static int
check_asked(struct server *s, const struct event *e, const char *verb,
    struct why *why)
{
	if (s->asks == NULL)
		return why_set(why, STATUS_BAD_LINE, "%s: without --ask",
		    verb);
	return orders_is_given(e->client) ? 0 :
	    why_set(why, STATUS_BAD_LINE, "%s: no \"client\"", verb);
}

static void
accept_client(struct server *s, struct span client, const void *order)
{
	if (ask_accept(s->asks, client, order) == -1)
		orders_missing(client);
}

static int
do_accept(struct server *s, const struct event *e, struct why *why)
{
	struct ask_accept a = { { NULL, 0 }, { NULL, 0 } };

	buf_clear(&s->body);
	buf_clear(&s->user);
	if (check_asked(s, e, "accept", why) == -1 ||
	    (orders_is_given(e->room) && event_string(e->room, "room",
	    &s->body, &a.room, why) == -1) ||
	    (orders_is_given(e->user) && event_string(e->user, "user",
	    &s->user, &a.user, why) == -1))
		return -1;
	return orders_give(s, e->client, "client", accept_client, &a, why);
}

static void
reject_client(struct server *s, struct span client, const void *order)
{
	if (ask_reject(s->asks, client, order) == -1)
		orders_missing(client);
}

static int
do_reject(struct server *s, const struct event *e, struct why *why)
{
	struct ask_reject r = { 403, SPAN("") };
	int64_t status = 403;

	if (check_asked(s, e, "reject", why) == -1)
		return -1;
	if (orders_is_given(e->status) && (json_int(e->status, &status) == -1
	    || status < 400 || status > 599))
		return why_set(why, STATUS_BAD_LINE,
		    "\"status\" is not from 400 to 599");
	r.status = (int)status;
	buf_clear(&s->body);
	if (event_string(e->reason, "reason", &s->body, &r.reason, why) == -1)
		return -1;
	return orders_give(s, e->client, "client", reject_client, &r, why);
}

/* ---- all of them ---- */

int
commands_do(struct server *s, const struct event *e, struct why *why)
{
	if (event_is(e->do_, "close"))
		return do_close(s, e, why);
	if (event_is(e->do_, "join"))
		return do_move(s, e, "join",
		    (struct moving){ .move = hub_join }, why);
	if (event_is(e->do_, "leave"))
		return do_move(s, e, "leave",
		    (struct moving){ .move = hub_leave }, why);
	if (event_is(e->do_, "who"))
		return do_who(s, e, why);
	if (event_is(e->do_, "accept"))
		return do_accept(s, e, why);
	if (event_is(e->do_, "reject"))
		return do_reject(s, e, why);
	return why_set(why, STATUS_BAD_LINE, "\"do\" is not known: %.*s",
	    e->do_.n > 40 ? 40 : (int)e->do_.n, e->do_.p);
}
