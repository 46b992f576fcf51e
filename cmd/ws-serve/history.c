/* history.c - what was sent, kept for who comes later. */
#include <stdlib.h>

#include "clock.h"
#include "event.h"
#include "json.h"
#include "own.h"
#include "say.h"

#define ENTRY(l) LIST_OF((l), struct history_entry, of_shelf)

/* ---- keeping ---- */

/* There is always room for the payload, which is shorter than the event: so
 * nothing has to go, from under whoever is yet to take it, when it is made. */
static size_t
cost(const struct history_entry *e)
{
	return sizeof(*e) + e->event->cap +
	    (e->payload == NULL ? e->event->cap : e->payload->cap);
}

static struct history_shelf *
shelf_of(struct hub *h, struct room *room)
{
	return room == NULL ? &h->history.for_all : &room->shelf;
}

static size_t
frame_size(const struct block *b)
{
	return b == NULL ? 0 : b->n;
}

/* The entry goes, and its room, if that was all it was there for. */
static void
forget(struct hub *h, struct history_entry *e)
{
	struct history_shelf *shelf = shelf_of(h, e->room);

	list_remove(&e->of_all);
	list_remove(&e->of_shelf);
	shelf->gone_bytes[0] += frame_size(e->payload);
	shelf->gone_bytes[1] += frame_size(e->event);
	shelf->count--;
	h->history.count--;
	h->history.bytes -= cost(e);
	if (e->room != NULL)
		room_settle(e->room);
	block_unref(e->event);
	block_unref(e->payload);
	free(e);
}

/* What goes is no longer shared by who has yet to take it. */
static void
look_at_slow(struct hub *h)
{
	struct link *l;

	for (l = h->catching_up.next; l != &h->catching_up; l = l->next) {
		struct client *c = LIST_OF(l, struct client, catching_up);

		if (slow_is_over(c))
			slow_suspect(c);
	}
}

static void
trim(struct hub *h, struct history_shelf *shelf)
{
	struct history *all = &h->history;
	struct history_entry *e;
	size_t before = all->count;

	if (shelf->count > h->config->history) {
		e = ENTRY(list_first(&shelf->entries));
		memcpy(shelf->gone, e->id, sizeof(e->id));
		forget(h, e);
	}
	while (all->bytes > h->config->history_size && all->count > 1) {
		e = LIST_OF(list_first(&all->entries), struct history_entry,
		    of_all);
		memcpy(all->gone, e->id, sizeof(e->id));
		forget(h, e);
	}
	if (all->count < before)
		look_at_slow(h);
}

/* Does the event name another room than the one it is kept for? */
static int
is_elsewhere(struct hub *h, const struct room *room, const struct event *e)
{
	struct span name;
	struct why why;

	if (room == NULL)
		return 0;
	buf_clear(&h->scratch);
	return event_string(e->room, "room", &h->scratch, &name, &why) != 0 ||
	    !span_eq(name, room->named.name);
}

static struct history_entry *
entry_new(struct hub *h, struct room *room, struct span line)
{
	struct why why;
	struct history_entry *e = calloc(1, sizeof(*e));
	size_t n = ws_frame_size(line.n);
	struct span id;
	struct event event;

	if (e == NULL || (e->event = block_new(n)) == NULL) {
		free(e);
		return NULL;
	}
	ws_frame(e->event, (struct msg){ MSG_TEXT, line }, 0);
	e->line = span_of(e->event->data + n - line.n, line.n);
	if (event_read(e->line, &event, &why) == 0 && event.id.n > 2 &&
	    json_plain(event.id, &id) && id.n == ID_SIZE - 1) {
		memcpy(e->id, id.p, id.n);
		e->room = room;
		e->elsewhere = is_elsewhere(h, room, &event) != 0;
		return e;
	}
	block_unref(e->event);
	free(e);
	return NULL;
}

static struct history_entry *
shelve(struct hub *h, struct room *room, struct span line)
{
	struct history_shelf *shelf = shelf_of(h, room);
	struct history_entry *e = entry_new(h, room, line);

	if (e == NULL)
		return NULL;
	list_add(&h->history.entries, &e->of_all);
	list_add(&shelf->entries, &e->of_shelf);
	shelf->count++;
	h->history.count++;
	h->history.bytes += cost(e);
	return e;
}

void
history_keep(struct hub *h, struct room *room, struct span line)
{
	struct history_entry *e;

	if (h->config->history == 0)
		return;
	e = line.p == NULL ? NULL : shelve(h, room, line);
	if (e == NULL) {	/* nobody may resume over it */
		say_err("a message is in no history: out of memory");
		id_uuid7(h->history.gone, clock_wall_us());
		return;
	}
	archive_add(h, e);
	trim(h, shelf_of(h, room));
	archive_settle(h);
}

void
history_load(struct hub *h, struct room *room, struct span line)
{
	if (shelve(h, room, line) != NULL)
		trim(h, shelf_of(h, room));
}

/* ---- telling ---- */

/* Both shelves of a room, oldest first. */
struct reading {
	struct link *room, *all;
	const struct link *room_end, *all_end;
};

static struct reading
reading(struct hub *h, struct room *room)
{
	struct history_shelf *all = &h->history.for_all;

	return (struct reading){ room->shelf.entries.next, all->entries.next,
		&room->shelf.entries, &all->entries };
}

static struct history_entry *
next(struct reading *r)
{
	struct history_entry *a = r->room == r->room_end ? NULL :
	    ENTRY(r->room);
	struct history_entry *b = r->all == r->all_end ? NULL : ENTRY(r->all);

	if (a != NULL && (b == NULL || strcmp(a->id, b->id) < 0)) {
		r->room = r->room->next;
		return a;
	}
	if (b != NULL)
		r->all = r->all->next;
	return b;
}

static const char *
later(const char *a, const char *b)
{
	return strcmp(a, b) > 0 ? a : b;
}

const char *
history_gone(const struct hub *h, const struct room *room)
{
	const char *id = later(h->history.for_all.gone, h->history.gone);

	return room == NULL ? id : later(room->shelf.gone, id);
}

/* Is everything here that came after it?  Ids of ours ascend, so one that was
 * never kept has its place among the others, too. */
static int
is_known(struct hub *h, struct room *room, struct span since, char *id)
{
	char now[ID_SIZE];

	if (since.p == NULL || since.n != ID_SIZE - 1)
		return 0;
	memcpy(id, since.p, since.n);
	id[since.n] = '\0';
	id_uuid7(now, clock_wall_us());
	return strspn(id, "0123456789abcdef-") == since.n &&
	    strcmp(id, history_gone(h, room)) >= 0 && strcmp(id, now) <= 0;
}

/* How many entries go before what is told; *place becomes the id that it
 * begins behind. */
static size_t
skip(struct client *c, const struct history_wish *wish, int known,
    char place[ID_SIZE])
{
	struct reading r = reading(c->hub, c->room);
	struct history_entry *e;
	size_t total = c->room->shelf.count + c->hub->history.for_all.count;
	size_t n = 0, most = 0;

	if (!known) {
		memcpy(place, history_gone(c->hub, c->room), ID_SIZE);
		if (wish->last >= 0 && (uint64_t)wish->last < total)
			most = total - (size_t)wish->last;
	}
	while ((e = next(&r)) != NULL) {
		if (known ? strcmp(e->id, place) > 0 : n == most)
			break;
		n++;
		if (!known)
			memcpy(place, e->id, ID_SIZE);
	}
	return n;
}

static void
say_resumed(struct client *c, int known, const char *place)
{
	struct buf *b = &c->hub->scratch;
	int bad;

	buf_clear(b);
	if (c->reads_events)
		bad = buf_adds(b, "{\"type\":\"resumed\"") == -1 ||
		    event_text(b, "id", span_str(place)) == -1 ||
		    event_text(b, "client", span_str(c->id)) == -1 ||
		    event_text(b, "room", c->room->named.name) == -1 ||
		    event_bool(b, "resumed", known) == -1 ||
		    event_end(b) == -1;
	else
		bad = buf_addf(b, "{\"resumed\":%s}",
		    known ? "true" : "false") == -1;
	if (bad)
		send_count(c, 1, -1);
	else
		send_message(c, (struct msg){ MSG_TEXT, buf_span(b) });
}

/* The entry's frame for a client that does not read events. */
static struct block *
payload(struct hub *h, struct history_entry *e)
{
	struct event event;
	struct why why;
	struct msg m;

	if (e->payload != NULL)
		return e->payload;
	buf_clear(&h->scratch);
	if (event_read(e->line, &event, &why) == -1 ||
	    event_read_body(&event, &h->scratch, &m, &why) != 0)
		return NULL;
	h->history.bytes -= cost(e);
	e->payload = block_new(ws_frame_size(m.body.n));
	h->history.bytes += cost(e);
	if (e->payload != NULL)
		ws_frame(e->payload, m, 0);
	return e->payload;
}

void
history_tell(struct client *c, const struct history_wish *wish)
{
	struct hub *h = c->hub;
	struct reading r = reading(h, c->room);
	struct history_entry *e;
	struct block *b;
	char place[ID_SIZE] = "";
	int known;
	size_t n;

	if (h->config->history == 0 || !wish->asked)
		return;
	known = is_known(h, c->room, wish->since, place);
	n = skip(c, wish, known, place);
	say_resumed(c, known, place);
	c->passed = history_gone_bytes(c);
	while ((e = next(&r)) != NULL) {
		if (n > 0) {
			n--;
			c->passed += frame_size(c->reads_events ? e->event :
			    e->payload);
			continue;
		}
		b = c->reads_events ? e->event : payload(h, e);
		if (b == NULL)
			send_count(c, 1, -1);
		else
			send_frames(c, &(struct frames){ b, 0, b->n }, 1);
	}
	/* It is shared, and was asked for: not a sign of slowness, as long as
	 * it is here. */
	c->allowed = ws_queued(c->ws);
	c->behind = 0;
	if (c->allowed > 0)
		list_add(&h->catching_up, &c->catching_up);
}

uint64_t
history_gone_bytes(const struct client *c)
{
	int kind = c->reads_events;

	return c->room->shelf.gone_bytes[kind] +
	    c->hub->history.for_all.gone_bytes[kind];
}

/* ---- the history ---- */

void
history_shelf_init(struct history_shelf *shelf)
{
	list_init(&shelf->entries);
}

void
history_init(struct hub *h)
{
	list_init(&h->history.entries);
	history_shelf_init(&h->history.for_all);
	id_uuid7(h->history.gone, clock_wall_us());
	buf_init(&h->scratch, SIZE_MAX);
}

void
history_done(struct hub *h)
{
	struct link *l;

	archive_done(h);
	while ((l = list_first(&h->history.entries)) != NULL)
		forget(h, LIST_OF(l, struct history_entry, of_all));
	buf_done(&h->scratch);
}
