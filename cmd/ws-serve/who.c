/* who.c - who is in a room: for stdin's question, and for its clients.
 *
 * A client that asks for it (?who) is told when it comes, and whenever
 * somebody comes or goes: how many there are, and the first of them.  Told is
 * how things stand, not what has changed, and WHO_MS after a change, so that a
 * crowd that comes at once costs little; the timer stands still otherwise.
 *
 * Without --relay clients know nothing of each other: each is told of itself.
 */
#include "event.h"
#include "json.h"
#include "own.h"
#include "say.h"

#define WHO_MS 250
#define MOST 100		/* that a client is told of by name */

#define ROOM(l) LIST_OF((l), struct room, changed)

/* ---- the event ---- */

/* Clients of a room, or (NULL) all; at most so many. */
struct walk {
	const struct client *client;
	const struct member *member;
	size_t left;
};

static struct walk
walk(const struct hub *h, const struct room *room, size_t most)
{
	return (struct walk){
		.client = room == NULL ? h->clients : NULL,
		.member = room == NULL ? NULL : room->members,
		.left = most
	};
}

static const struct client *
next(struct walk *w)
{
	const struct client *c = w->client;

	if (w->left == 0)
		return NULL;
	w->left--;
	if (w->member != NULL) {
		c = w->member->client;
		w->member = w->member->next;
	} else if (c != NULL) {
		w->client = c->next;
	}
	return c;
}

static int
add_ids(struct buf *b, struct walk w)
{
	const struct client *c;
	int n = 0;

	if (buf_adds(b, ",\"clients\":[") == -1)
		return -1;
	while ((c = next(&w)) != NULL)
		if ((n++ > 0 && buf_addc(b, ',') == -1) ||
		    json_quote(b, span_str(c->id)) == -1)
			return -1;
	return buf_addc(b, ']');
}

/* Of those that have one; without any, there is no such member. */
static int
add_names(struct buf *b, struct walk w)
{
	const struct client *c;
	int n = 0;

	while ((c = next(&w)) != NULL) {
		if (c->name == NULL)
			continue;
		if (buf_adds(b, n++ > 0 ? "," : ",\"names\":{") == -1 ||
		    json_quote(b, span_str(c->id)) == -1 ||
		    buf_addc(b, ':') == -1 ||
		    json_quote(b, span_str(c->name)) == -1)
			return -1;
	}
	return n > 0 ? buf_addc(b, '}') : 0;
}

static int
add_clients(struct buf *b, struct walk w)
{
	return add_ids(b, w) == 0 && add_names(b, w) == 0 ? 0 : -1;
}

int
hub_who(const struct hub *h, const struct span *name, struct buf *out)
{
	const struct room *room = name == NULL ? NULL : room_find(h, *name);
	struct walk w = { .left = 0 };	/* no such room: nobody */

	if (event_begin(out, "clients", NULL) == -1 ||
	    (name != NULL && event_text(out, "room", *name) == -1))
		return -1;
	if (name == NULL || room != NULL)
		w = walk(h, room, SIZE_MAX);
	return add_clients(out, w);
}

/* ---- telling clients ---- */

static int
begin(struct buf *b, const struct room *room, size_t count)
{
	buf_clear(b);
	return event_begin(b, "clients", NULL) == 0 &&
	    event_text(b, "room", room->named.name) == 0 &&
	    event_int(b, "count", (int64_t)count) == 0 ? 0 : -1;
}

static void
tell_room(struct room *room)
{
	struct hub *h = room->hub;
	struct buf *b = &h->scratch;

	if (begin(b, room, room->count) == -1 ||
	    add_clients(b, walk(h, room, MOST)) == -1 || event_end(b) == -1)
		say_err("who is in %s: not told: out of memory", room->name);
	else
		send_who(room, buf_span(b));
}

static void
on_timer(void *arg)
{
	struct hub *h = arg;
	struct link *l;

	while ((l = list_first(&h->changed)) != NULL) {
		list_remove(l);
		tell_room(ROOM(l));
	}
}

void
who_changed(struct room *room)
{
	struct hub *h = room->hub;

	if (!h->config->relay || room->watchers == 0 ||
	    list_is_in(&room->changed))
		return;
	list_add(&h->changed, &room->changed);
	if (!loop_timer_active(h->who))
		loop_timer_set(h->who, WHO_MS);
}

void
who_tell(struct client *c)
{
	struct hub *h = c->hub;
	struct buf *b = &h->scratch;
	struct member self = { .client = c };
	int relay = h->config->relay;
	struct walk w = { .member = relay ? c->room->members : &self,
		.left = MOST };

	if (!c->wants_who)
		return;
	if (begin(b, c->room, relay ? c->room->count : 1) == -1 ||
	    event_text(b, "client", span_str(c->id)) == -1 ||
	    add_clients(b, w) == -1 || event_end(b) == -1)
		buf_clear(b);
	if (b->n == 0)
		send_count(c, 1, -1);
	else
		send_message(c, (struct msg){ MSG_TEXT, buf_span(b) });
}

/* ---- all of it ---- */

int
who_init(struct hub *h)
{
	list_init(&h->changed);
	h->who = loop_timer_new(h->loop, on_timer, h);
	return h->who == NULL ? -1 : 0;
}

void
who_done(struct hub *h)
{
	loop_timer_free(h->who);
}
