/* hub.c - clients, come and gone. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "flow.h"
#include "own.h"
#include "say.h"

/* ---- clients ---- */

static void
enter(struct client *c)
{
	struct hub *h = c->hub;

	c->next = h->clients;
	c->link = &h->clients;
	if (c->next != NULL)
		c->next->link = &c->next;
	h->clients = c;
	room_enter_own(c);
	pulse_begin(c);
	h->count++;
	h->readers += c->reads_events;
}

static void
leave(struct client *c)
{
	struct hub *h = c->hub;

	send_post(h);
	*c->link = c->next;
	if (c->next != NULL)
		c->next->link = c->link;
	room_leave_all(c);
	pulse_end(c);
	names_remove(&h->ids, &c->named);
	h->count--;
	h->readers -= c->reads_events;
	slow_forget(c);
}

static void
release(struct client *c)
{
	ws_free(c->ws);
	room_disown(c);
	outbox_settle(&c->hub->outbox);
	outbox_settle(&c->hub->events);
	free(c->name);
	free(c);
}

void
hub_gone(struct client *c, const struct ws_closed *closed)
{
	struct hub *h = c->hub;
	struct ws_closed told = *closed;

	if (told.code == WS_ABNORMAL && c->close_code != 0) {
		told.code = c->close_code;
		told.reason = span_str(c->close_reason);
	}
	if (told.why != NULL)
		say_detail("%s (%s): %s", c->id, ws_remote(c->ws),
		    told.why->text);
	leave(c);
	h->user->closed(h->arg, c, &told);
	release(c);
}

/* What comes too fast is not heard, and the last that is read of it. */
static int
may_speak(struct client *c)
{
	const struct hub *h = c->hub;

	if (c->barred)
		return 0;
	if (h->config->rate == NULL || rate_take(h->config->rate, &c->bucket,
	    loop_now(h->loop)) == 0)
		return 1;
	say_note("%s (%s): too many messages, closing", c->id,
	    ws_remote(c->ws));
	c->barred = 1;
	if (c->close_code == 0) {
		c->close_reason = "too many messages";
		slow_close(c, WS_POLICY, span_str(c->close_reason));
	}
	return 0;
}

static int
on_message(void *arg, struct msg m)
{
	struct client *c = arg;
	struct hub *h = c->hub;
	struct letter l = { m, { NULL, 0 } };

	if (!may_speak(c))
		return 0;
	c->received++;
	h->received++;
	h->user->message(h->arg, c, &l);
	if (h->config->echo)
		send_echo(c, m);
	send_own(c, &l);
	if (h->config->relay)
		send_relay(c, &l);
	return slow_may_read(c) ? 0 : FULL;
}

static void
on_drained(void *arg)
{
	struct client *c = arg;

	send_settle(c);
	slow_drained(c);
	c->hub->user->drained(c->hub->arg, c);
}

static void
on_closed(void *arg, const struct ws_closed *closed)
{
	hub_gone(arg, closed);
}

void
hub_next_id(const struct hub *h, char id[CLIENT_ID])
{
	snprintf(id, CLIENT_ID, "c%" PRIu64, h->last_id + 1);
}

void
hub_name(struct hub *h, char id[CLIENT_ID])
{
	hub_next_id(h, id);
	h->last_id++;
}

static struct client *
client_new(struct hub *h, struct room *room, const struct hub_visit *visit)
{
	struct client *c = calloc(1, sizeof(*c));

	if (c == NULL)
		return NULL;
	if (visit->name.p != NULL && (c->name = strndup(visit->name.p,
	    visit->name.n)) == NULL)
		goto out;
	c->hub = h;
	c->reads_events = visit->reads_events != 0;
	c->wants_who = c->reads_events && visit->wants_who;
	c->wants_own = c->reads_events && visit->wants_own;
	c->room = room;
	c->data = visit->data;
	c->guest = visit->guest;
	c->close_reason = "";
	if (visit->id != NULL)
		memcpy(c->id, visit->id, strlen(visit->id) + 1);
	else
		hub_name(h, c->id);
	c->named.name = span_str(c->id);
	if (names_add(&h->ids, &c->named) == 0)
		return c;
out:
	free(c->name);
	free(c);
	return NULL;
}

const struct client *
hub_add(struct hub *h, const struct hub_visit *visit, struct stream *stream)
{
	static const struct ws_user user = {
		on_message, on_drained, on_closed
	};
	struct ws_config config = h->config->ws;
	struct room *room = room_get(h, visit->room);
	struct client *c = room == NULL ? NULL : client_new(h, room,
	    visit);

	if (c == NULL) {
		stream_free(stream);
		goto out;
	}
	config.deflate = visit->deflate;
	config.deflaters = &h->deflaters;
	c->ws = ws_new(h->loop, stream, visit->first, &config, &user, c);
	if (c->ws == NULL) {
		names_remove(&h->ids, &c->named);
		goto out;
	}
	h->come++;
	send_post(h);
	enter(c);
	history_tell(c, &visit->wish);
	who_tell(c);
	if (!slow_may_read(c))
		ws_pause(c->ws);
	return c;
out:
	if (c != NULL)
		free(c->name);
	free(c);
	if (room != NULL)
		room_settle(room);
	return NULL;
}

size_t
hub_count(const struct hub *h)
{
	return h->count;
}

void
hub_metrics(const struct hub *h, struct metrics *m)
{
	const struct client *c;
	size_t queued = 0;

	for (c = h->clients; c != NULL; c = c->next)
		queued += ws_queued(c->ws);
	metrics_gauge(m, "clients", "Websockets that are open", h->count);
	metrics_counter(m, "clients_come", "Websockets that were opened",
	    h->come);
	metrics_counter(m, "clients_slow",
	    "Clients that had too much waiting for them", h->slow);
	metrics_gauge(m, "clients_dropping",
	    "Clients that messages are dropped for", h->dropping);
	metrics_counter(m, "messages_received", "Messages from clients",
	    h->received);
	metrics_counter(m, "messages_sent", "Messages to clients, each counted",
	    h->sent);
	metrics_counter(m, "messages_dropped",
	    "Messages that a client did not get", h->dropped);
	metrics_gauge(m, "history_bytes", "Bytes of messages that are kept",
	    h->history.bytes);
	metrics_gauge(m, "messages_waiting_bytes",
	    "Bytes that clients have yet to take, shared ones for each",
	    queued);
}

/* ---- the end ---- */

int
hub_close(struct hub *h, struct span id, int code, struct span reason)
{
	struct client *c = (struct client *)names_find(&h->ids, id);

	if (c == NULL)
		return -1;
	if (c->close_code == 0)
		slow_close(c, code, reason);
	return 0;
}

void
hub_close_all(struct hub *h, int code)
{
	struct client *c;

	for (c = h->clients; c != NULL; c = c->next)
		if (c->close_code == 0)
			slow_close(c, code, SPAN(""));
}

size_t
hub_cut(struct hub *h)
{
	size_t behind = 0;

	while (h->clients != NULL) {
		behind += ws_queued(h->clients->ws) > 0;
		hub_gone(h->clients,
		    &(struct ws_closed){ .code = WS_ABNORMAL });
	}
	return behind;
}

/* ---- the hub ---- */

struct hub *
hub_new(struct loop *loop, const struct hub_config *config,
    const struct hub_user *user, void *arg)
{
	struct hub *h = calloc(1, sizeof(*h));

	if (h == NULL)
		return NULL;
	h->loop = loop;
	h->config = config;
	h->user = user;
	h->arg = arg;
	history_init(h);
	send_init(h);
	if (slow_init(h) == 0 && who_init(h) == 0 && pulse_init(h) == 0)
		return h;
	loop_timer_free(h->report);
	loop_timer_free(h->who);
	free(h);
	return NULL;
}

void
hub_free(struct hub *h)
{
	if (h == NULL)
		return;
	send_post(h);
	while (h->clients != NULL) {
		struct client *c = h->clients;

		c->over = 0;		/* nobody is to be told */
		leave(c);
		release(c);
	}
	history_done(h);
	pulse_done(h);
	who_done(h);
	slow_done(h);
	send_done(h);
	free(h);
}
