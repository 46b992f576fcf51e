/* commands.c - lines with "do": what else stdin can say. */
#include "event.h"
#include "say.h"
#include "server.h"

#define MAX_REASON 123		/* bytes (RFC 6455 section 5.5) */

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
	if (c.reason.n > MAX_REASON)
		return why_set(why, STATUS_BAD_LINE,
		    "\"reason\" is longer than %d bytes", MAX_REASON);
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
	return why_set(why, STATUS_BAD_LINE, "\"do\" is not known: %.*s",
	    e->do_.n > 40 ? 40 : (int)e->do_.n, e->do_.p);
}
