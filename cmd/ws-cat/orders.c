/* orders.c - lines for the servers: stdin's, or a recording's. */
#include <sys/ioctl.h>

#include <unistd.h>

#include "event.h"
#include "json.h"
#include "session.h"

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
	if (reason.n > WS_REASON_MAX)
		return why_set(why, STATUS_BAD_LINE,
		    "reason: longer than %d bytes", WS_REASON_MAX);
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

static int
orders_fd(const struct session *s)
{
	return s->replay != NULL ? replay_fd(s->replay) : STDIN_FILENO;
}

void
orders_resume(struct session *s)
{
	if (s->replay != NULL)
		replay_resume(s->replay);
	else
		lines_in_resume(s->in);
}

void
orders_pause(struct session *s)
{
	if (s->replay != NULL)
		replay_pause(s->replay);
	else if (s->in != NULL)
		lines_in_pause(s->in);
}

int
orders_has_more(const struct session *s)
{
	int n = 0;

	if (s->in == NULL || s->input_over)
		return 0;
	return !traffic_has_room(s) ||
	    (s->replay != NULL && replay_holds(s->replay)) ||
	    (ioctl(orders_fd(s), FIONREAD, &n) == 0 && n > 0);
}

/* ---- where they come from ---- */

static int
check(const struct config *c, struct why *why)
{
	const struct lines_opts *lines = &c->lines;

	if (c->echo && c->ack != NULL)
		return why_set(why, STATUS_USAGE,
		    "--echo: contradicts --ack");
	if (c->replay == NULL)
		return 0;
	if (c->echo)
		return why_set(why, STATUS_USAGE,
		    "--replay: contradicts --echo");
	if (lines->raw_in || (lines->in != LINES_WORD_NONE &&
	    lines->in != LINES_WORD_EVENTS))
		return why_set(why, STATUS_USAGE, "--replay: a recording is "
		    "events, so %s does not go with it",
		    lines->raw_in ? "--raw-input" : "--in");
	return 0;
}

static int
begin_replay(struct session *s, struct why *why)
{
	const struct config *c = s->config;

	s->replay = replay_new(s->tool, &c->lines, c->replay, c->fast,
	    &in_user, s, why);
	if (s->replay == NULL)
		return -1;
	if (record_is_to(s->record, replay_fd(s->replay)))
		return why_set(why, STATUS_USAGE, "--replay: it would never "
		    "end: %s is what is recorded to", c->replay);
	s->in = replay_lines(s->replay);
	return 0;
}

void
orders_done(struct session *s)
{
	if (s->replay != NULL)
		replay_free(s->replay);
	else
		lines_in_free(s->in);
	s->replay = NULL;
	s->in = NULL;
}

int
orders_init(struct session *s, enum lines_form dflt, struct why *why)
{
	if (check(s->config, why) == -1)
		return -1;
	if (s->config->replay != NULL && begin_replay(s, why) == -1)
		return -1;
	if (s->replay == NULL)
		s->in = lines_in_new(s->tool, &s->config->lines, dflt,
		    STDIN_FILENO, &in_user, s, why);
	if (s->in == NULL)
		return -1;
	/* Only now, for a filter that does not compile is always an error. */
	if (s->config->echo || (orders_fd(s) == STDIN_FILENO &&
	    input_absent(STDIN_FILENO))) {
		orders_done(s);
		s->input_over = 1;
		if (s->config->one && s->config->count == 0)
			s->count = 1;
	}
	return 0;
}
