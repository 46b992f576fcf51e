/* rooms.c - rooms, and who is in them.
 *
 * A client's own room is the path by which it came; it is in that one until
 * it is told to leave, and in any others that it was told to join.  Events
 * name its own room in any case.
 */
#include <stdlib.h>

#include "own.h"

struct room *
room_find(const struct hub *h, struct span name)
{
	return (struct room *)names_find(&h->rooms, name);
}

struct room *
room_get(struct hub *h, struct span name)
{
	struct room *room = room_find(h, name);

	if (room != NULL)
		return room;
	room = calloc(1, sizeof(*room) + name.n + 1);
	if (room == NULL)
		return NULL;
	room->hub = h;
	history_shelf_init(&room->shelf);
	memcpy(room->name, name.p, name.n);
	room->named.name = span_of(room->name, name.n);
	if (names_add(&h->rooms, &room->named) == 0)
		return room;
	free(room);
	return NULL;
}

void
room_settle(struct room *room)
{
	if (room->members != NULL || room->owners > 0 ||
	    room->shelf.count > 0) {
		outbox_settle(&room->outbox);
		outbox_settle(&room->events);
		return;
	}
	names_remove(&room->hub->rooms, &room->named);
	list_remove(&room->changed);
	outbox_done(&room->outbox);
	outbox_done(&room->events);
	free(room);
}

/* ---- members ---- */

static void
put_in(struct member *m, struct client *c, struct room *room)
{
	m->client = c;
	m->room = room;
	m->next = room->members;
	m->link = &room->members;
	if (m->next != NULL)
		m->next->link = &m->next;
	room->members = m;
	m->further = c->memberships;
	c->memberships = m;
	room->count++;
	room->watchers += c->wants_who;
	who_changed(room);
}

/* Takes the first of the client's that `at` points to. */
static void
take_out(struct member **at)
{
	struct member *m = *at;
	struct client *c = m->client;

	m->room->count--;
	m->room->watchers -= c->wants_who;
	who_changed(m->room);
	*at = m->further;
	*m->link = m->next;
	if (m->next != NULL)
		m->next->link = m->link;
	if (m != &c->own)
		free(m);
}

static struct member **
membership(struct client *c, const struct room *room)
{
	struct member **at;

	for (at = &c->memberships; *at != NULL; at = &(*at)->further)
		if ((*at)->room == room)
			break;
	return at;
}

void
room_enter_own(struct client *c)
{
	put_in(&c->own, c, c->room);
	c->room->owners++;
}

void
room_leave_all(struct client *c)
{
	while (c->memberships != NULL) {
		struct room *room = c->memberships->room;

		take_out(&c->memberships);
		if (room != c->room)
			room_settle(room);
	}
}

void
room_disown(struct client *c)
{
	c->room->owners--;
	room_settle(c->room);
}

int
hub_join(struct hub *h, struct span id, struct span name)
{
	struct client *c = (struct client *)names_find(&h->ids, id);
	struct room *room;
	struct member *m;

	if (c == NULL)
		return HUB_NO_CLIENT;
	room = room_get(h, name);
	if (room == NULL)
		return HUB_NO_MEMORY;
	if (*membership(c, room) != NULL)
		return 0;
	m = room == c->room ? &c->own : malloc(sizeof(*m));
	if (m == NULL) {
		room_settle(room);
		return HUB_NO_MEMORY;
	}
	send_post(h);
	put_in(m, c, room);
	return 0;
}

int
hub_leave(struct hub *h, struct span id, struct span name)
{
	struct client *c = (struct client *)names_find(&h->ids, id);
	struct room *room = room_find(h, name);
	struct member **at;

	if (c == NULL)
		return HUB_NO_CLIENT;
	if (room == NULL)
		return 0;
	at = membership(c, room);
	if (*at == NULL)
		return 0;
	send_post(h);
	take_out(at);
	room_settle(room);
	return 0;
}
