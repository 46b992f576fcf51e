/* send.c - messages to one, to a room, to all; and who is too slow for them.
 */
#include "own.h"
#include "say.h"

/* ---- whom we read ---- */

/* With --relay, what clients send is what would have to wait. */
int
send_may_read(const struct client *c)
{
	const struct hub *h = c->hub;

	return !h->held && !c->echoing &&
	    !(h->config->relay && hub_full(h));
}

static void
set_reading(struct hub *h)
{
	struct client *c;

	for (c = h->clients; c != NULL; c = c->next)
		if (send_may_read(c))
			ws_resume(c->ws);
		else
			ws_pause(c->ws);
}

/* ---- who is slow ---- */

void
send_close(struct client *c, int code, const char *reason)
{
	if (c->close_code != 0)
		return;
	c->close_code = code;
	c->close_reason = reason;
	ws_close(c->ws, code, span_str(reason));
}

static void
judge(struct client *c)
{
	c->suspect = 0;
	if (ws_queued(c->ws) < c->hub->config->queue || c->close_code != 0)
		return;
	c->hub->slow++;
	if (c->hub->config->block) {
		c->over = 1;
		c->hub->over++;
		return;
	}
	say_note("%s (%s): too slow, closing with %zu bytes waiting for it",
	    c->id, ws_remote(c->ws), ws_queued(c->ws));
	send_close(c, WS_TRY_LATER, "too slow");
}

static void
go_on(struct hub *h)
{
	set_reading(h);
	if (!hub_full(h))
		h->user->room(h->arg);
}

/* All that was sent in this turn has been offered to the sockets. */
static void
on_turn_end(void *arg)
{
	struct hub *h = arg;

	while (h->suspects != NULL) {
		struct client *c = h->suspects;

		h->suspects = c->next_suspect;
		judge(c);
	}
	go_on(h);
}

/* The task goes to the end of its queue each time: behind the flush of every
 * client that is suspected. */
static void
suspect(struct client *c)
{
	struct hub *h = c->hub;

	if (c->suspect || c->over || c->close_code != 0)
		return;
	c->suspect = 1;
	c->next_suspect = h->suspects;
	h->suspects = c;
	loop_task_cancel(&h->turn_end);
	loop_task_schedule(h->loop, &h->turn_end);
}

static void
clear(struct client *c)
{
	struct client **link = &c->hub->suspects;

	if (!c->suspect)
		return;
	while (*link != c)
		link = &(*link)->next_suspect;
	*link = c->next_suspect;
	c->suspect = 0;
}

static void
no_longer_over(struct client *c)
{
	if (!c->over)
		return;
	c->over = 0;
	if (--c->hub->over == 0)
		go_on(c->hub);
}

void
send_drained(struct client *c)
{
	const struct member *in;

	for (in = c->memberships; in != NULL; in = in->further)
		outbox_settle(&in->room->outbox);
	outbox_settle(&c->hub->outbox);
	c->echoing = 0;
	no_longer_over(c);
	if (send_may_read(c))
		ws_resume(c->ws);
}

void
send_forget(struct client *c)
{
	clear(c);
	no_longer_over(c);
}

/* ---- sending ---- */

/* Is the message for it, and was it not sent yet? */
static int
is_next(struct client *c)
{
	if (c->mark == c->hub->mark)
		return 0;
	c->mark = c->hub->mark;
	if (ws_queued(c->ws) >= c->hub->config->queue)
		suspect(c);
	return 1;
}

static void
count(struct client *c, int result)
{
	if (result == 0) {
		c->sent++;
		c->hub->sent++;
	} else {
		c->dropped++;
		c->hub->dropped++;
	}
}

static void
deliver(struct client *c, struct frames *frames)
{
	const struct frame *f;

	if (!is_next(c))
		return;
	f = frames_get(frames, ws_deflate_bits(c->ws));
	if (f == NULL)
		say_err("%s: a message of %zu bytes is lost: out of memory",
		    c->id, frames->msg.body.n);
	count(c, f == NULL ? -1 :
	    ws_send_frames(c->ws, f->block, f->off, f->n));
}

static void
to_room(struct room *room, struct msg m)
{
	struct frames f;
	struct member *in;

	frames_init(&f, &room->outbox, &room->hub->deflaters, m);
	for (in = room->members; in != NULL; in = in->next)
		deliver(in->client, &f);
	frames_done(&f);
}

void
send_relay(struct client *c, struct msg m)
{
	const struct member *in;

	hub_begin(c->hub);
	c->mark = c->hub->mark;
	for (in = c->memberships; in != NULL; in = in->further)
		to_room(in->room, m);
}

void
send_echo(struct client *c, struct msg m)
{
	count(c, ws_send(c->ws, m));
	if (ws_queued(c->ws) >= c->hub->config->queue / 2)
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
hub_to_client(struct hub *h, struct span id, struct msg m)
{
	struct client *c = (struct client *)names_find(&h->ids, id);

	if (c == NULL)
		return -1;
	if (is_next(c))
		count(c, ws_send(c->ws, m));
	return 0;
}

void
hub_to_room(struct hub *h, struct span name, struct msg m)
{
	struct room *room = room_find(h, name);

	if (room != NULL)
		to_room(room, m);
}

void
hub_to_all(struct hub *h, struct msg m)
{
	struct frames f;
	struct client *c;

	frames_init(&f, &h->outbox, &h->deflaters, m);
	for (c = h->clients; c != NULL; c = c->next)
		deliver(c, &f);
	frames_done(&f);
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
	set_reading(h);
}

/* ---- for the hub's other files ---- */

void
send_init(struct hub *h)
{
	loop_task_init(&h->turn_end, on_turn_end, h);
}

void
send_done(struct hub *h)
{
	loop_task_cancel(&h->turn_end);
	outbox_done(&h->outbox);
	deflaters_done(&h->deflaters);
}
