/* orders.c - what stdin says: messages to clients; commands.c has the rest. */
#include <unistd.h>

#include "event.h"
#include "flow.h"
#include "json.h"
#include "output.h"
#include "say.h"
#include "server.h"
#include "session.h"
#include "shared.h"
#include "utf8.h"

/* One name, not a list of them? */
static int
is_string(struct span member)
{
	return member.n > 0 && json_type(member) == JSON_STRING;
}

/* One name. */
static int
give(struct server *s, struct span value, const char *member, order_fn fn,
    const void *order, struct why *why)
{
	struct span id;

	buf_clear(&s->word);
	if (event_string(value, member, &s->word, &id, why) == -1)
		return -1;
	if (fn != NULL)
		fn(s, id, order);
	return 0;
}

int
orders_give(struct server *s, struct span names, const char *member,
    order_fn fn, const void *order, struct why *why)
{
	struct json_iter it;
	int pass;

	if (is_string(names))
		return give(s, names, member, fn, order, why);
	if (json_type(names) != JSON_ARRAY)
		return why_set(why, STATUS_BAD_LINE,
		    "\"%s\" is neither a string nor a list", member);
	for (pass = 0; pass < 2; pass++)
		for (it = json_iter(names); json_next(&it);)
			if (give(s, it.value, member, pass == 0 ? NULL : fn,
			    order, why) == -1)
				return -1;
	return 0;
}

/* ---- messages ---- */

static void
to_all(struct server *s, struct msg m)
{
	struct letter l = news_letter(s, m, NULL);

	hub_begin(s->hub);
	hub_to_all(s->hub, &l);
}

static void
except(struct server *s, struct span client, const void *unused)
{
	(void)unused;
	hub_except(s->hub, client);
}

void
orders_missing(struct span client)
{
	say_detail("%.*s: no such client (any more)", (int)client.n,
	    client.p);
}

static void
to_client(struct server *s, struct span client, const void *letter)
{
	if (hub_to_client(s->hub, client, letter) == -1)
		orders_missing(client);
}

static int
to_room(struct server *s, struct span member, struct msg m, struct why *why)
{
	struct span room;
	struct letter l;

	buf_clear(&s->word);
	if (event_string(member, "room", &s->word, &room, why) == -1)
		return -1;
	l = news_letter(s, m, &room);
	hub_to_room(s->hub, room, &l);
	return 0;
}

static int
address(struct server *s, const struct event *e, struct msg m,
    const struct client *own, struct why *why)
{
	struct letter l;

	hub_begin(s->hub);
	if (orders_is_given(e->except) && orders_give(s, e->except, "except",
	    except, NULL, why) == -1)
		return -1;
	if (orders_is_given(e->room) && !orders_is_given(e->client))
		return to_room(s, e->room, m, why);
	l = news_letter(s, m, NULL);
	if (orders_is_given(e->client))
		return orders_give(s, e->client, "client", to_client, &l, why);
	if (own != NULL)
		to_client(s, span_str(own->id), &l);
	else
		hub_to_all(s->hub, &l);
	return 0;
}

/* ---- lines ---- */

/* own: who it is for if it does not say so, or NULL: all. */
static int
on_event(struct server *s, struct span line, const struct client *own,
    struct why *why)
{
	struct event e;
	struct msg m;
	int got;

	if (event_read(line, &e, why) == -1)
		return -1;
	if (orders_is_given(e.do_))
		return commands_do(s, &e, why);
	if (event_is_news(&e))
		return 0;
	got = event_read_body(&e, &s->body, &m, why);
	if (got == 1)
		return why_set(why, STATUS_BAD_LINE,
		    "neither text, base64 nor json in it");
	return got == -1 ? -1 : address(s, &e, m, own, why);
}

static int
on_whole(struct server *s, const struct lines_record *r, struct why *why)
{
	if (!r->is_text && !utf8_valid(r->line))
		return why_set(why, STATUS_BAD_LINE, "not UTF-8");
	to_all(s, (struct msg){ MSG_TEXT, r->line });
	return 0;
}

/* Answers wait for stdout; messages don't: its reader may be who feeds us. */
static int
is_stuck(const struct server *s)
{
	return hub_full(s->hub) || (s->answered && news_full(s));
}

static int
on_record(void *arg, const struct lines_record *r)
{
	struct server *s = arg;
	struct msg m;
	struct why why;
	int result = 0;

	if (s->stopping)
		return FULL;
	s->answered = 0;
	if (s->config.whole_lines)
		result = on_whole(s, r, &why);
	else if (!r->is_text && lines_in_form(s->in) == LINES_EVENTS)
		result = on_event(s, r->line, NULL, &why);
	else if (lines_in_message(s->in, r, &m) == 0)
		to_all(s, m);
	if (result == -1)
		lines_bad(s->in, r->number, &why);
	return is_stuck(s) ? FULL : 0;
}

void
orders_of(struct server *s, const struct lines_record *r,
    const struct client *own)
{
	struct letter l;
	struct msg m;
	struct why why;

	if (!r->is_text && lines_in_form(s->in) == LINES_EVENTS) {
		if (on_event(s, r->line, own, &why) == -1)
			lines_bad(s->in, r->number, &why);
	} else if (lines_in_message(s->in, r, &m) == 0) {
		l = news_letter(s, m, NULL);
		hub_begin(s->hub);
		to_client(s, span_str(own->id), &l);
	}
}

static void
on_end(void *arg)
{
	struct server *s = arg;

	if (!s->config.stay)
		server_stop(s, s->config.drain_ms);
	else
		asks_end(s->asks);
}

static struct lines_in *
reader(struct server *s, int fd, struct why *why)
{
	static const struct lines_in_user user = { .record = on_record,
	    .end = on_end };

	return lines_in_new(&s->tool, &s->config.lines, LINES_EVENTS, fd,
	    &user, s, why);
}

struct lines_in *
orders_of_shared(struct server *s, struct why *why)
{
	return reader(s, -1, why);
}

int
orders_init(struct server *s, struct why *why)
{
	if (s->config.command != NULL)
		return 0;
	s->in = reader(s, STDIN_FILENO, why);
	if (s->in == NULL)
		return -1;
	/* Only now, for a filter that does not compile is always an error. */
	if (input_absent(STDIN_FILENO)) {
		lines_in_free(s->in);
		s->in = NULL;
	}
	return 0;
}

void
orders_go_on(struct server *s)
{
	if (s->sessions != NULL)
		sessions_go_on(s->sessions);
	if (s->sessions != NULL || s->in == NULL || s->stopping ||
	    is_stuck(s))
		return;
	if (!s->reading && (int64_t)hub_count(s->hub) < s->config.wait_clients)
		return;
	s->reading = 1;
	if (s->shared != NULL)
		shared_go_on(s->shared);
	else
		lines_in_resume(s->in);
}

void
orders_stop(struct server *s)
{
	if (s->in != NULL && s->config.command == NULL)
		lines_in_pause(s->in);
}
