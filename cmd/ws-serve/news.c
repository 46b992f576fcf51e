/* news.c - what happens, as lines on stdout. */
#include <unistd.h>

#include "event.h"
#include "output.h"
#include "query.h"
#include "say.h"
#include "server.h"
#include "session.h"
#include "shared.h"

#define KEPT ((size_t)256 * 1024)	/* memory for a line, while idle */

int
news_full(const struct server *s)
{
	return s->shared != NULL ? shared_full(s->shared) :
	    output_full(s->output);
}

/* While stdout has no room, clients are not read. */
static void
look(struct server *s)
{
	if (news_full(s))
		hub_hold(s->hub, 1);
}

static void
fail(struct server *s, const char *what)
{
	say_err("%s: not told: out of memory", what);
	tool_fail(&s->tool, STATUS_SOME);
}

static void
give_back(struct buf *b)
{
	if (b->cap > KEPT)
		buf_done(b);
}

/* Is there nobody, for now, who would be told of who comes and goes? */
static int
is_down(const struct server *s)
{
	return s->shared != NULL && shared_down(s->shared);
}

/* Tells that a client has come or gone, unless a part of the event failed.
 * Its command hears it, too, if it reads events. */
static int
print_news(struct server *s, const struct client *c, int failed)
{
	struct span line;

	if (failed || event_end(&s->line) == -1) {
		fail(s, c->id);
		return -1;
	}
	line = buf_span(&s->line);
	if (s->sessions != NULL && news_is_told(s)) {
		session_listens(s->sessions, c->data);
		lines_out_put(s->out, line);
	}
	if (!is_down(s))
		lines_out_put(s->news, line);
	look(s);
	return 0;
}

/* Is there anybody who hears that clients come and go? */
static int
is_news(const struct server *s)
{
	return s->sessions != NULL || news_is_told(s);
}

/* Begins an event of who is a client, or would like to be. */
static int
begin_of(struct buf *b, const char *type, const char *id, struct span room,
    const struct guest *g)
{
	buf_clear(b);
	return event_begin(b, type, NULL) == 0 &&
	    event_text(b, "client", span_str(id)) == 0 &&
	    event_text(b, "room", room) == 0 &&
	    (g == NULL || g->user == NULL ||
	    event_text(b, "user", span_str(g->user)) == 0) ? 0 : -1;
}

static int
begin(struct server *s, const char *type, const struct client *c)
{
	return begin_of(&s->line, type, c->id, c->room->named.name,
	    c->guest) == 0 && (c->name == NULL ||
	    event_text(&s->line, "name", span_str(c->name)) == 0) ? 0 : -1;
}

int
news_is_told(const struct server *s)
{
	return lines_out_form(s->out) == LINES_EVENTS;
}

int
news_keep(struct server *s, const struct http1_head *head,
    struct span protocol)
{
	buf_clear(&s->protocol);
	buf_clear(&s->headers);
	if (buf_add(&s->protocol, protocol) == -1)
		return -1;
	head = access_told(s->access, head, &s->told);
	return event_fields(&s->headers, head->fields, head->nfields);
}

void
news_open(struct server *s, const struct client *c)
{
	struct buf *b = &s->line;
	const char *remote = guest_remote(c->guest, ws_remote(c->ws));

	say_detail("%s (%s) is in %s", c->id, remote, c->room->name);
	if (!is_news(s))
		return;
	if (print_news(s, c, begin(s, "open", c) == -1 ||
	    event_text(b, "remote", span_str(remote)) == -1 ||
	    event_raw(b, "headers", buf_span(&s->headers)) == -1 ||
	    event_text(b, "protocol", buf_span(&s->protocol)) == -1) == 0 &&
	    s->shared != NULL)
		shared_keep(s->shared, c, buf_span(b));
	give_back(b);
}

int
news_ask(struct server *s, const struct exchange *x, const char *id,
    const struct guest *g)
{
	const struct http1_head *head = access_told(s->access,
	    exchange_head(x), &s->told);
	const char *remote = guest_remote(g, exchange_remote(x));
	struct span path, query;
	struct buf *b = &s->line;

	http1_target(head->target, &path, &query);
	say_detail("%s (%s) asks to come in", id, remote);
	if (is_down(s) || begin_of(b, "ask", id, path, g) == -1 ||
	    event_text(b, "remote", span_str(remote)) == -1 ||
	    buf_adds(b, ",\"query\":") == -1 || query_json(b, query) == -1 ||
	    buf_adds(b, ",\"headers\":") == -1 ||
	    event_fields(b, head->fields, head->nfields) == -1 ||
	    event_end(b) == -1)
		return -1;
	lines_out_put(s->out, buf_span(b));
	give_back(b);
	look(s);
	return 0;
}

void
news_message(void *arg, const struct client *c, struct letter *l)
{
	struct server *s = arg;
	struct buf *b = &s->line;
	int wanted = c->wants_own ||
	    (s->config.relay && hub_wants_events(s->hub));

	if (s->sessions != NULL)
		session_listens(s->sessions, c->data);
	if (!news_is_told(s))
		lines_out_message(s->out, l->msg);
	if (!news_is_told(s) && !wanted) {
		look(s);
		return;
	}
	if (begin(s, "message", c) == -1 || event_message(b, l->msg) == -1 ||
	    event_end(b) == -1) {
		fail(s, c->id);
	} else {
		if (news_is_told(s))
			lines_out_put(s->out, buf_span(b));
		if (wanted)
			l->event = buf_span(b);
	}
	/* What is wanted is there until the next event is begun. */
	if (!wanted)
		give_back(b);
	look(s);
}

struct letter
news_letter(struct server *s, struct msg m, const struct span *room)
{
	struct letter l = { m, { NULL, 0 } };
	struct buf *b = &s->event;

	if (!hub_wants_events(s->hub))
		return l;
	buf_clear(b);
	if (event_begin(b, "message", NULL) == -1 ||
	    (room != NULL && event_text(b, "room", *room) == -1) ||
	    event_message(b, m) == -1 || event_end(b) == -1)
		fail(s, "a message");
	else
		l.event = buf_span(b);
	return l;
}

void
news_closed(void *arg, const struct client *c, const struct ws_closed *closed)
{
	struct server *s = arg;
	struct buf *b = &s->line;

	if (s->shared != NULL)
		shared_forget(s->shared, c);
	if (is_news(s))
		print_news(s, c, begin(s, "close", c) == -1 ||
		    event_int(b, "code", closed->code) == -1 ||
		    event_text(b, "reason", closed->reason) == -1 ||
		    event_bool(b, "clean", closed->clean) == -1 ||
		    event_int(b, "sent", (int64_t)c->sent) == -1 ||
		    event_int(b, "received", (int64_t)c->received) == -1 ||
		    event_int(b, "dropped", (int64_t)c->dropped) == -1);
	give_back(b);
	if (c->data != NULL)
		session_left(c->data);
	guest_leave(&s->guests, c->guest);
	server_check_end(s);
}

void
news_clients(struct server *s, const struct span *room)
{
	struct buf *b = &s->line;

	buf_clear(b);
	if (hub_who(s->hub, room, b) == -1 || event_end(b) == -1)
		fail(s, "clients");
	else
		lines_out_put(s->out, buf_span(b));
	give_back(b);
	look(s);
}

/* ---- stdout ---- */

void
news_go_on(struct server *s)
{
	hub_hold(s->hub, 0);
	front_unpark_all(s->front);
	orders_go_on(s);
}

static void
on_room(void *arg)
{
	news_go_on(arg);
}

static void
on_taken(void *arg)
{
	server_check_end(arg);
}

/* Nobody hears what the clients say: a filter ends, too. */
static void
on_gone(void *arg, const struct why *why)
{
	struct server *s = arg;

	tool_why(&s->tool, "stdout", why);
	s->gone = 1;
	hub_hold(s->hub, 0);
	front_unpark_all(s->front);
	server_stop(s, SERVER_HURRY_MS);
}

int
news_init(struct server *s, struct why *why)
{
	static const struct output_user user = { on_room, on_taken, on_gone };
	static const struct lines_opts plain;	/* stdout beside a command */

	s->output = output_new(s->tool.loop, STDOUT_FILENO, &user, s, why);
	if (s->output == NULL)
		return -1;
	if (s->config.shared)
		return 0;
	s->news = lines_out_new(&s->tool, s->config.command == NULL ?
	    &s->config.lines : &plain, LINES_EVENTS, s->output, why);
	if (s->config.command == NULL)
		s->out = s->news;
	return s->news == NULL ? -1 : 0;
}
