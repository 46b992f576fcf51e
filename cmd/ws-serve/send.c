/* send.c - messages to one, to a room, to all. */
#include "own.h"
#include "say.h"

/* Is the message for it, and was it not sent yet? */
static int
is_next(struct client *c)
{
	if (c->mark == c->hub->mark)
		return 0;
	c->mark = c->hub->mark;
	if (slow_is_over(c))
		slow_suspect(c);
	return 1;
}

void
send_count(struct client *c, int result)
{
	if (result == 0) {
		c->sent++;
		c->hub->sent++;
	} else {
		c->dropped++;
		c->hub->dropped++;
	}
}

/* How much it was is told by what is queued: a frame may be compressed. */
void
send_message(struct client *c, struct msg m)
{
	size_t before = ws_queued(c->ws);

	send_count(c, ws_send(c->ws, m));
	c->behind += ws_queued(c->ws) - before;
}

void
send_frame(struct client *c, struct block *b, size_t off, size_t n)
{
	send_count(c, ws_send_frames(c->ws, b, off, n));
	c->behind += n;
}

static void
lost(struct client *c, size_t n)
{
	say_err("%s: a message of %zu bytes is lost: out of memory", c->id, n);
	send_count(c, -1);
}

static void
deliver_form(struct client *c, struct frames *frames)
{
	const struct frame *f;

	if (!is_next(c))
		return;
	f = c->reads_events && frames->msg.body.p == NULL ? NULL :
	    frames_get(frames, ws_deflate_bits(c->ws));
	if (f == NULL)
		lost(c, frames->msg.body.n);
	else if (!c->dropping || !slow_drops(c, f))
		send_frame(c, f->block, f->off, f->n);
}

static void
deliver(struct client *c, struct frames *frames)
{
	deliver_form(c, frames + c->reads_events);
}

/* It may have to be dropped yet, and so needs a frame of its own. */
static void
deliver_alone(struct client *c, struct msg m)
{
	size_t n = ws_frame_size(m.body.n);
	struct frame f = { block_new(n), 0, n };

	if (f.block == NULL) {
		lost(c, m.body.n);
		return;
	}
	ws_frame(f.block, m, 0);
	if (!slow_drops(c, &f))
		send_frame(c, f.block, 0, n);
	block_unref(f.block);
}

/* Both forms of it: as it is, and for who reads events. */
static void
begin_frames(struct frames f[2], struct hub *h, struct outbox *plain,
    struct outbox *events, const struct letter *l)
{
	frames_init(&f[0], plain, &h->deflaters, l->msg);
	if (h->readers > 0)
		frames_init(&f[1], events, &h->deflaters,
		    (struct msg){ MSG_TEXT, l->event });
}

static void
end_frames(struct frames f[2], const struct hub *h)
{
	frames_done(&f[0]);
	if (h->readers > 0)
		frames_done(&f[1]);
}

static void
to_room(struct room *room, const struct letter *l)
{
	struct frames f[2];
	struct member *in;

	begin_frames(f, room->hub, &room->outbox, &room->events, l);
	for (in = room->members; in != NULL; in = in->next)
		deliver(in->client, f);
	end_frames(f, room->hub);
	history_keep(room->hub, room, l->event);
}

void
send_relay(struct client *c, const struct letter *l)
{
	const struct member *in;

	hub_begin(c->hub);
	c->mark = c->hub->mark;
	for (in = c->memberships; in != NULL; in = in->further)
		to_room(in->room, l);
}

void
send_who(struct room *room, struct span event)
{
	struct frames f;
	const struct member *in;

	hub_begin(room->hub);
	frames_init(&f, &room->events, &room->hub->deflaters,
	    (struct msg){ MSG_TEXT, event });
	for (in = room->members; in != NULL; in = in->next)
		if (in->client->wants_who)
			deliver_form(in->client, &f);
	frames_done(&f);
}

void
send_own(struct client *c, const struct letter *l)
{
	if (!c->wants_own)
		return;
	if (l->event.p == NULL)
		lost(c, l->msg.body.n);
	else
		send_echo(c, (struct msg){ MSG_TEXT, l->event });
}

void
send_echo(struct client *c, struct msg m)
{
	send_message(c, m);
	if (hub_is_behind(c))
		c->echoing = 1;
}

void
hub_begin(struct hub *h)
{
	h->mark++;
}

void
hub_except(struct hub *h, struct span id)
{
	struct client *c = (struct client *)names_find(&h->ids, id);

	if (c != NULL)
		c->mark = h->mark;
}

int
hub_to_client(struct hub *h, struct span id, const struct letter *l)
{
	struct client *c = (struct client *)names_find(&h->ids, id);
	struct msg m;

	if (c == NULL)
		return -1;
	if (!is_next(c))
		return 0;
	m = c->reads_events ? (struct msg){ MSG_TEXT, l->event } : l->msg;
	if (c->reads_events && m.body.p == NULL)
		lost(c, l->msg.body.n);
	else if (c->dropping)
		deliver_alone(c, m);
	else
		send_message(c, m);
	return 0;
}

void
hub_to_room(struct hub *h, struct span name, const struct letter *l)
{
	struct room *room = h->config->history > 0 ? room_get(h, name) :
	    room_find(h, name);

	if (room != NULL)
		to_room(room, l);
}

void
hub_to_all(struct hub *h, const struct letter *l)
{
	struct frames f[2];
	struct client *c;

	begin_frames(f, h, &h->outbox, &h->events, l);
	for (c = h->clients; c != NULL; c = c->next)
		deliver(c, f);
	end_frames(f, h);
	history_keep(h, NULL, l->event);
}

int
hub_wants_events(const struct hub *h)
{
	return h->config->history > 0 || h->readers > 0;
}

int
hub_full(const struct hub *h)
{
	return h->suspects != NULL || h->over > 0;
}

void
hub_hold(struct hub *h, int on)
{
	if (h->held == on)
		return;
	h->held = on;
	slow_set_reading(h);
}

/* ---- for the hub's other files ---- */

void
send_settle(struct client *c)
{
	const struct member *in;

	for (in = c->memberships; in != NULL; in = in->further) {
		outbox_settle(&in->room->outbox);
		outbox_settle(&in->room->events);
	}
	outbox_settle(&c->hub->outbox);
	outbox_settle(&c->hub->events);
}

void
send_done(struct hub *h)
{
	outbox_done(&h->outbox);
	outbox_done(&h->events);
	deflaters_done(&h->deflaters);
}
