/* send.c - messages to one, to a room, to all. */
#include "own.h"
#include "say.h"

/* A run is put into the queues when it is so much of what they may hold: only
 * then is it known who is too slow for it. */
#define RUN_SHARE 8

/* ---- one client ---- */

void
send_count(struct client *c, size_t n, int result)
{
	if (result == 0) {
		c->sent += n;
		c->hub->sent += n;
	} else {
		c->dropped += n;
		c->hub->dropped += n;
	}
}

/* How much it was is told by what is queued: a frame may be compressed. */
void
send_message(struct client *c, struct msg m)
{
	size_t before = ws_queued(c->ws);

	send_count(c, 1, ws_send(c->ws, m));
	c->behind += ws_queued(c->ws) - before;
}

void
send_frames(struct client *c, const struct frames *f, size_t count)
{
	send_count(c, count, ws_send_frames(c->ws, f->block, f->off, f->n));
	c->behind += f->n;
}

static void
lost(struct client *c, size_t n)
{
	say_err("%s: %zu messages are lost: out of memory", c->id, n);
	send_count(c, n, -1);
}

/* What goes to it may be too much for it. */
static void
watch_queue(struct client *c)
{
	if (slow_is_over(c))
		slow_suspect(c);
}

/* Each of them may be dropped, or may have to be yet. */
static void
put_singly(struct client *c, const struct frames *f)
{
	size_t at, n;
	struct msg m;

	for (at = f->off; at < f->off + f->n; at += n) {
		n = ws_frame_at(f->block, at, &m);
		struct frames one = { f->block, at, n };

		if (!slow_drops(c, &one))
			send_frames(c, &one, 1);
	}
}

/* It has a frame of its own, from which it can be dropped. */
static void
put_droppable(struct client *c, struct msg m)
{
	struct frames f = { block_new(ws_frame_size(m.body.n)), 0, 0 };

	if (f.block == NULL) {
		lost(c, 1);
		return;
	}
	ws_frame(f.block, m, 0);
	f.n = f.block->n;
	put_singly(c, &f);
	block_unref(f.block);
}

/* ---- whom a message is not for ---- */

/* From now on clients that are marked are passed over, as they have the
 * message or are not to have it. */
static void
be_choosy(struct hub *h)
{
	send_post(h);
	h->choosy = 1;
}

/* It is from now on. */
static int
is_passed_over(struct client *c)
{
	struct hub *h = c->hub;

	if (!h->choosy)
		return 0;
	if (c->mark == h->mark)
		return 1;
	c->mark = h->mark;
	return 0;
}

void
hub_begin(struct hub *h)
{
	h->mark++;
	h->choosy = 0;
}

void
hub_except(struct hub *h, struct span id)
{
	struct client *c = (struct client *)names_find(&h->ids, id);

	if (c == NULL)
		return;
	be_choosy(h);
	c->mark = h->mark;
}

/* ---- many clients ---- */

/* What of so many messages is not in the run was lost. */
static void
put_run(struct client *c, struct run *run, size_t count)
{
	const struct frames *f = run_get(run, ws_deflate_bits(c->ws));
	size_t there = f != NULL ? run->count : 0;

	watch_queue(c);
	if (f != NULL && c->dropping)
		put_singly(c, f);
	else if (f != NULL)
		send_frames(c, f, there);
	if (there < count)
		lost(c, count - there);
}

static void
deliver(struct client *c)
{
	struct post *p = &c->hub->post;

	if (!is_passed_over(c))
		put_run(c, c->reads_events ? &p->events : &p->plain, p->count);
}

void
send_post(struct hub *h)
{
	struct post *p = &h->post;
	struct client *c;
	struct member *in;

	if (p->count == 0)
		return;
	if (p->room == NULL)
		for (c = h->clients; c != NULL; c = c->next)
			deliver(c);
	else
		for (in = p->room->members; in != NULL; in = in->next)
			deliver(in->client);
	p->count = 0;
	run_end(&p->plain);
	run_end(&p->events);
	loop_task_cancel(&p->task);
}

static void
on_turn_end(void *arg)
{
	send_post(arg);
}

static void
begin_post(struct hub *h, struct room *room)
{
	struct post *p = &h->post;

	p->room = room;
	run_begin(&p->plain, room != NULL ? &room->outbox : &h->outbox,
	    &h->deflaters);
	run_begin(&p->events, room != NULL ? &room->events : &h->events,
	    &h->deflaters);
	loop_task_schedule(h->loop, &p->task);
}

/* Is there room in the run that was begun? */
static int
has_room(const struct hub *h, const struct letter *l)
{
	const struct post *p = &h->post;

	return run_has_room(&p->plain, l->msg.body.n) &&
	    (h->readers == 0 || run_has_room(&p->events, l->event.n));
}

/* To all in the room, or (NULL) to all.  What memory is out for is in the
 * post's count, but not in the run's. */
static void
post(struct hub *h, struct room *room, const struct letter *l)
{
	struct post *p = &h->post;

	if (p->room != room || !has_room(h, l))
		send_post(h);
	if (p->count == 0)
		begin_post(h, room);
	p->count++;
	run_add(&p->plain, l->msg);
	if (h->readers > 0 && l->event.p != NULL)
		run_add(&p->events, (struct msg){ MSG_TEXT, l->event });
	if (h->choosy || p->plain.by_bits[0].n >= h->limit / RUN_SHARE)
		send_post(h);
	history_keep(h, room, l->event);
}

void
send_relay(struct client *c, const struct letter *l)
{
	const struct member *in;

	hub_begin(c->hub);
	be_choosy(c->hub);
	c->mark = c->hub->mark;
	for (in = c->memberships; in != NULL; in = in->further)
		post(c->hub, in->room, l);
}

void
send_who(struct room *room, struct span event)
{
	struct run run;
	const struct member *in;

	send_post(room->hub);
	run_begin(&run, &room->events, &room->hub->deflaters);
	run_add(&run, (struct msg){ MSG_TEXT, event });
	for (in = room->members; in != NULL; in = in->next)
		if (in->client->wants_who)
			put_run(in->client, &run, 1);
	run_end(&run);
}

void
hub_to_room(struct hub *h, struct span name, const struct letter *l)
{
	struct room *room = h->config->history > 0 ? room_get(h, name) :
	    room_find(h, name);

	if (room != NULL)
		post(h, room, l);
}

void
hub_to_all(struct hub *h, const struct letter *l)
{
	post(h, NULL, l);
}

/* ---- one of them ---- */

void
send_echo(struct client *c, struct msg m)
{
	send_post(c->hub);
	send_message(c, m);
	if (hub_is_behind(c))
		c->echoing = 1;
}

void
send_own(struct client *c, const struct letter *l)
{
	if (!c->wants_own)
		return;
	if (l->event.p == NULL)
		lost(c, 1);
	else
		send_echo(c, (struct msg){ MSG_TEXT, l->event });
}

int
hub_to_client(struct hub *h, struct span id, const struct letter *l)
{
	struct client *c = (struct client *)names_find(&h->ids, id);
	struct msg m;

	if (c == NULL)
		return -1;
	be_choosy(h);
	if (is_passed_over(c))
		return 0;
	watch_queue(c);
	m = c->reads_events ? (struct msg){ MSG_TEXT, l->event } : l->msg;
	if (c->reads_events && m.body.p == NULL)
		lost(c, 1);
	else if (c->dropping)
		put_droppable(c, m);
	else
		send_message(c, m);
	return 0;
}

/* ---- may more be sent? ---- */

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
send_init(struct hub *h)
{
	loop_task_init(&h->post.task, on_turn_end, h);
}

void
send_done(struct hub *h)
{
	outbox_done(&h->outbox);
	outbox_done(&h->events);
	deflaters_done(&h->deflaters);
}
