/* traffic.c - lines from stdin to the server, messages to stdout. */
#include <unistd.h>

#include "event.h"
#include "json.h"
#include "say.h"
#include "session.h"

#define HIGH ((size_t)1 << 20)	/* bytes the server has yet to take */
#define MAX_PAIRS ((size_t)16 << 20)	/* bytes of ids without a reply */

/* ---- stdin to the server ---- */

int
traffic_has_room(const struct session *s)
{
	const struct conn *c;
	int alive = 0;

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

/* A reply is wanted, with --match one of that id. */
static void
expect(struct conn *c, struct span id, uint64_t line)
{
	const struct session *s = c->session;

	if (s->wants.match != NULL && pairs_add(&c->pairs, id, line) == -1)
		tool_why(s->tool, "--match", &(struct why){ STATUS_SOME,
		    "out of memory" });
	else
		c->requests++;
}

/* Is the line for that server?  url: the one it names, or empty. */
static int
is_for(const struct conn *c, struct span url)
{
	return !c->over && (url.n == 0 ||
	    span_eq(url, span_str(c->url.full)) ||
	    span_eq(url, span_str(c->typed)));
}

/* With one server, a name is of no importance: it may be from elsewhere. */
static int
read_url(struct session *s, const struct event *e, struct span *url,
    struct why *why)
{
	const struct conn *c;

	*url = SPAN("");
	buf_clear(&s->event);
	if (s->nconns == 1)
		return 0;
	if (event_string(e->url, "url", &s->event, url, why) == -1)
		return -1;
	if (url->n > 0 && e->do_.p != NULL)
		return why_set(why, STATUS_BAD_LINE,
		    "url: what to do is for all servers");
	for EACH_CONN(s, c)
		if (is_for(c, *url))
			return 0;
	return why_set(why, STATUS_BAD_LINE, "url: no connection to %.*s",
	    url->n > 200 ? 200 : (int)url->n, url->p);
}

static int
send_message(struct session *s, const struct lines_record *r, struct msg m,
    struct span url)
{
	struct conn *c;
	struct span id = SPAN(""), ack;
	struct why why;
	int wanted = 1;

	if (s->wants.match != NULL)
		wanted = wants_id(&s->wants, m, &id, &why);
	if (wanted == -1) {
		lines_bad(s->in, r->number, &why);
		return 0;
	}
	ack = look_for_id(s, m);
	for EACH_CONN(s, c)
		if (is_for(c, url)) {
			if (wanted)
				expect(c, id, r->number);
			conn_send(c, m, ack);
		}
	return traffic_has_room(s) ? 0 : FULL;
}

static void
ping(struct session *s)
{
	const struct conn *c;

	for EACH_CONN(s, c)
		if (conn_is_up(c))
			ws_ping(c->ws, SPAN(""));
}

/* {"do":"close","code":...,"reason":...}: ends as the end of stdin does, and
 * then closes. */
static int
do_close(struct session *s, const struct event *e, struct why *why)
{
	int64_t code = WS_NORMAL;
	struct span reason = SPAN("");

	buf_clear(&s->scratch);
	if (e->code.p != NULL && (json_int(e->code, &code) == -1 ||
	    !ws_may_close_with(code)))
		return why_set(why, STATUS_BAD_LINE,
		    "code: not one to close with: %.*s",
		    e->code.n > 40 ? 40 : (int)e->code.n, e->code.p);
	if (event_string(e->reason, "reason", &s->scratch, &reason, why) == -1)
		return -1;
	if (reason.n >= sizeof(s->close_reason))
		return why_set(why, STATUS_BAD_LINE,
		    "reason: longer than 123 bytes");
	s->close_code = (int)code;
	if (reason.n > 0)
		memcpy(s->close_reason, reason.p, reason.n);
	s->close_reason[reason.n] = '\0';
	s->stopping = 1;
	return 0;
}

static int
command(struct session *s, const struct event *e, struct why *why)
{
	if (event_is(e->do_, "close"))
		return do_close(s, e, why);
	if (event_is(e->do_, "ping")) {
		ping(s);
		return 0;
	}
	return why_set(why, STATUS_BAD_LINE, "do: neither close nor ping: "
	    "%.*s", e->do_.n > 40 ? 40 : (int)e->do_.n, e->do_.p);
}

static int
on_event(struct session *s, const struct lines_record *r)
{
	struct event e;
	struct msg m;
	struct span url;
	struct why why;
	int got;

	if (event_read(r->line, &e, &why) == -1)
		goto bad;
	if (event_is_news(&e))
		return 0;
	if (read_url(s, &e, &url, &why) == -1)
		goto bad;
	if (e.do_.p != NULL) {
		if (command(s, &e, &why) == -1)
			goto bad;
		if (!s->stopping)
			return 0;
		end_look(s);
		return FULL;
	}
	got = event_read_body(&e, &s->scratch, &m, &why);
	if (got == 0)
		return send_message(s, r, m, url);
	if (got == 1)
		why_set(&why, STATUS_BAD_LINE,
		    "neither text, base64 nor json in it");
bad:
	lines_bad(s->in, r->number, &why);
	return 0;
}

static int
on_record(void *arg, const struct lines_record *r)
{
	struct session *s = arg;
	struct msg m;

	if (s->stopping || s->over) {
		s->tool->undone = 1;
		return FULL;
	}
	if (!r->is_text && lines_in_form(s->in) == LINES_EVENTS)
		return on_event(s, r);
	if (lines_in_message(s->in, r, &m) == -1)
		return 0;
	return send_message(s, r, m, SPAN(""));
}

static void
on_end(void *arg)
{
	struct session *s = arg;

	s->input_over = 1;
	end_look(s);
}

static const struct lines_in_user in_user = { .record = on_record,
    .end = on_end };

void
traffic_flow(struct session *s)
{
	if (s->in == NULL || s->stopping || s->input_over)
		return;
	if (traffic_has_room(s))
		lines_in_resume(s->in);
	else
		lines_in_pause(s->in);
}

void
traffic_stop_input(struct session *s)
{
	if (s->in != NULL)
		lines_in_pause(s->in);
}

void
traffic_drained(void *arg)
{
	struct conn *c = arg;

	traffic_flow(c->session);
	if (traffic_can_take(c))
		ws_resume(c->ws);
}

/* ---- the server to stdout ---- */

int
traffic_can_take(const struct conn *c)
{
	const struct session *s = c->session;

	return !output_full(s->output) && !(s->config->echo &&
	    conn_is_up(c) && ws_queued(c->ws) > HIGH);
}

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
		ws_send(c->ws, m);
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
	s->in = lines_in_new(s->tool, &c->lines, dflt, STDIN_FILENO, &in_user,
	    s, why);
	if (s->in == NULL)
		return -1;
	if (wants_init(&s->wants, c, why) == -1)
		return -1;
	if (c->match != NULL && !c->one &&
	    lines_out_form(s->out) != LINES_EVENTS)
		return why_set(why, STATUS_USAGE,
		    "--match: does nothing without -1 or -e");
	s->count = c->count;
	/* Only now, for a filter that does not compile is always an error. */
	if (c->echo || input_absent(STDIN_FILENO)) {
		lines_in_free(s->in);
		s->in = NULL;
		s->input_over = 1;
		if (c->one && c->count == 0)
			s->count = 1;
	}
	return 0;
}

void
traffic_done(struct session *s)
{
	lines_in_free(s->in);
	lines_out_free(s->out);
	output_free(s->output);
	wants_done(&s->wants);
	buf_done(&s->event);
	buf_done(&s->scratch);
}
