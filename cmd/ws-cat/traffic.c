/* traffic.c - messages to stdout, and when lines and messages may come. */
#include <unistd.h>

#include "event.h"
#include "json.h"
#include "say.h"
#include "session.h"

#define HIGH ((size_t)1 << 20)	/* bytes the server has yet to take */
#define MAX_PAIRS ((size_t)16 << 20)	/* bytes of ids without a reply */

/* ---- when ---- */

int
traffic_has_room(const struct session *s)
{
	const struct conn *c;
	int alive = 0;

	if (record_full(s->record))
		return 0;
	for EACH_CONN(s, c) {
		if (c->over)
			continue;
		if (c->ws == NULL || c->cut_off || ws_queued(c->ws) > HIGH ||
		    c->keep.bytes >= (size_t)s->config->ack_window ||
		    c->pairs.bytes > MAX_PAIRS)
			return 0;
		alive++;
	}
	return alive > 0;
}

void
traffic_flow(struct session *s)
{
	if (s->in == NULL || s->stopping || s->input_over)
		return;
	if (traffic_has_room(s))
		orders_resume(s);
	else
		orders_pause(s);
}

void
traffic_drained(void *arg)
{
	struct conn *c = arg;

	traffic_flow(c->session);
	if (traffic_can_take(c))
		ws_resume(c->ws);
}

int
traffic_can_take(const struct conn *c)
{
	const struct session *s = c->session;

	return !output_full(s->output) && !record_full(s->record) &&
	    !(s->config->echo && conn_is_up(c) &&
	    ws_queued(c->ws) > HIGH);
}

/* ---- messages ---- */

/* Is it a reply?  The line that it replies to, where that is known; or 0. */
static uint64_t
pair(struct conn *c, struct msg m)
{
	struct wants *w = &c->session->wants;
	struct span id;
	struct why why;
	uint64_t line = 0;
	int found = 1;

	if (w->match != NULL) {
		found = wants_id(w, m, &id, &why);
		if (found == -1)
			say_detail("%s: no reply: %s", c->url.full, why.text);
		found = found == 1 && pairs_take(&c->pairs, id, &line);
	}
	if (found && c->replies < c->requests)
		c->replies++;
	return line;
}

static void
look_for_until(struct session *s, struct msg m)
{
	struct why why;
	int is_met = wants_until(&s->wants, m,
	    lines_out_form(s->out) == LINES_EVENTS ? &s->event : NULL, &why);

	if (is_met == -1)
		tool_why(s->tool, "a message", &why);
	else
		s->met |= is_met;
}

int
traffic_message(void *arg, struct msg m)
{
	struct conn *c = arg;
	struct session *s = c->session;
	uint64_t line;

	c->received_here++;
	news_record(c, "in", m);
	reconnect_useful(&c->again);
	look_at(c, m);
	if (s->met || (s->count != 0 && s->received >= (uint64_t)s->count))
		return 0;
	s->received++;
	line = pair(c, m);
	if (lines_out_form(s->out) == LINES_EVENTS)
		news_message(c, m, line);
	else
		lines_out_message(s->out, m);
	look_for_until(s, m);
	if (s->config->echo)
		conn_say(c, m);
	if (line > 0 || s->wants.ack != NULL)
		traffic_flow(s);
	end_heard(s);
	return traffic_can_take(c) ? 0 : FULL;
}

static void
on_room(void *arg)
{
	const struct session *s = arg;
	struct conn *c;

	for EACH_CONN(s, c)
		if (conn_is_up(c) && traffic_can_take(c))
			ws_resume(c->ws);
}

/* The recording has room, or is written. */
static void
on_recorded(void *arg)
{
	traffic_flow(arg);
	on_room(arg);
	end_flushed(arg);
}

static void
on_taken(void *arg)
{
	end_flushed(arg);
}

static void
on_gone(void *arg, const struct why *why)
{
	end_stdout_gone(arg, why);
}

static const struct output_user out_user = { on_room, on_taken, on_gone };

/* ---- both ---- */

int
traffic_init(struct session *s, struct why *why)
{
	const struct config *c = s->config;
	enum lines_form dflt = s->nconns > 1 ? LINES_EVENTS : LINES_PAYLOAD;

	buf_init(&s->event, SIZE_MAX);
	buf_init(&s->scratch, SIZE_MAX);
	s->output = output_new(s->tool->loop, STDOUT_FILENO, &out_user, s,
	    why);
	if (s->output == NULL)
		return -1;
	s->out = lines_out_new(s->tool, &c->lines, dflt, s->output, why);
	if (s->out == NULL)
		return -1;
	if (c->news && lines_out_form(s->out) != LINES_EVENTS)
		return why_set(why, STATUS_USAGE, "--news: is of events: "
		    "--events or --out events is missing");
	if (wants_init(&s->wants, c, why) == -1)
		return -1;
	if (c->match != NULL && !c->one &&
	    lines_out_form(s->out) != LINES_EVENTS)
		return why_set(why, STATUS_USAGE,
		    "--match: does nothing without -1 or -e");
	if (c->record != NULL && (s->record = record_new(s->tool, c->record,
	    on_recorded, s, why)) == NULL)
		return -1;
	s->count = c->count;
	return orders_init(s, dflt, why);
}

void
traffic_done(struct session *s)
{
	orders_done(s);
	lines_out_free(s->out);
	output_free(s->output);
	record_free(s->record);
	wants_done(&s->wants);
	buf_done(&s->event);
	buf_done(&s->scratch);
}
