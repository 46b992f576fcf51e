/* traffic.c - lines from stdin to the server, messages to stdout. */
#include <unistd.h>

#include "event.h"
#include "json.h"
#include "say.h"
#include "session.h"

#define HIGH ((size_t)1 << 20)	/* bytes the server has yet to take */

/* ---- stdin to the server ---- */

static int
full(struct session *s)
{
	s->throttled = 1;
	return FULL;
}

static int
send_message(struct session *s, struct msg m)
{
	s->sent++;
	if (ws_send(s->ws, m) == -1) {
		s->cut_off = 1;
		return full(s);
	}
	end_sent(s);
	return ws_queued(s->ws) > HIGH ? full(s) : 0;
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
		ws_ping(s->ws, SPAN(""));
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
	struct why why;
	int got;

	if (event_read(r->line, &e, &why) == -1)
		goto bad;
	if (e.do_.p != NULL) {
		if (command(s, &e, &why) == -1)
			goto bad;
		if (!s->stopping)
			return 0;
		end_look(s);
		return FULL;
	}
	if (event_is_news(&e))
		return 0;
	got = event_read_body(&e, &s->scratch, &m, &why);
	if (got == 0)
		return send_message(s, m);
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
	return send_message(s, m);
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
traffic_drained(void *arg)
{
	struct session *s = arg;

	if (s->throttled && !s->stopping) {
		s->throttled = 0;
		lines_in_resume(s->in);
	}
	if (traffic_can_take(s))
		ws_resume(s->ws);
}

/* ---- the server to stdout ---- */

static void
print_event(struct session *s, struct msg m)
{
	struct buf *b = &s->event;

	buf_clear(b);
	if (event_begin(b, "message", NULL) == -1 ||
	    event_message(b, m) == -1 || event_end(b) == -1)
		tool_why(s->tool, "a message", &(struct why){ STATUS_SOME,
		    "out of memory" });
	else
		lines_out_put(s->out, buf_span(b));
}

int
traffic_can_take(const struct session *s)
{
	return !output_full(s->output) &&
	    !(s->config->echo && ws_queued(s->ws) > HIGH);
}

int
traffic_message(void *arg, struct msg m)
{
	struct session *s = arg;

	s->received++;
	if (s->count != 0 && s->received > (uint64_t)s->count)
		return 0;
	if (s->replies < s->sent)
		s->replies++;
	if (lines_out_form(s->out) == LINES_EVENTS)
		print_event(s, m);
	else
		lines_out_message(s->out, m);
	if (s->config->echo)
		ws_send(s->ws, m);
	end_heard(s);
	return traffic_can_take(s) ? 0 : FULL;
}

static void
on_room(void *arg)
{
	struct session *s = arg;

	if (s->ws != NULL && !s->over && traffic_can_take(s))
		ws_resume(s->ws);
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

	buf_init(&s->event, SIZE_MAX);
	buf_init(&s->scratch, SIZE_MAX);
	s->output = output_new(s->tool->loop, STDOUT_FILENO, &out_user, s,
	    why);
	if (s->output == NULL)
		return -1;
	s->out = lines_out_new(s->tool, &c->lines, LINES_PAYLOAD, s->output,
	    why);
	if (s->out == NULL)
		return -1;
	s->in = lines_in_new(s->tool, &c->lines, LINES_PAYLOAD, STDIN_FILENO,
	    &in_user, s, why);
	if (s->in == NULL)
		return -1;
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
	buf_done(&s->event);
	buf_done(&s->scratch);
}

void
traffic_start(struct session *s)
{
	if (s->in != NULL)
		lines_in_resume(s->in);
}

void
traffic_stop_input(struct session *s)
{
	if (s->in != NULL)
		lines_in_pause(s->in);
}
