/* end.c - when a session is done. */
#include <inttypes.h>
#include <stdio.h>

#include "say.h"
#include "session.h"

#define CONFIRM_MS 1000		/* between barriers while sending */
#define HURRY_MS 500		/* for a close frame, when time is up */

/* ---- ending ---- */

void
end_flushed(struct session *s)
{
	if (s->over && record_is_done(s->record) &&
	    output_is_empty(s->output))
		tool_finish(s->tool);
}

/* No connection any more: what stdout has yet to take, and the end. */
static void
end_now(struct session *s)
{
	s->over = s->stopping = 1;
	orders_pause(s);
	loop_timer_stop(s->limit);
	loop_timer_stop(s->quiet);
	end_flushed(s);
}

void
end_conn(struct conn *c)
{
	struct session *s = c->session;
	const struct conn *other;

	conn_end(c);
	for EACH_CONN(s, other)
		if (!other->over) {
			traffic_flow(s);
			return;
		}
	end_now(s);
}

/* Is it one to make again?  What the server has broken, it would again. */
static int
comes_back(struct conn *c, const struct ws_closed *end)
{
	char text[200];

	if (end->why != NULL)
		return end->why->status != STATUS_PROTOCOL &&
		    conn_try_again(c, end->why->text, -1);
	if (reconnect_close_is_final(end->code))
		return 0;
	snprintf(text, sizeof(text), "the server closed with %d%s%.*s",
	    end->code, end->reason.n > 0 ? ": " : "", (int)end->reason.n,
	    end->reason.n > 0 ? end->reason.p : "");
	return conn_try_again(c, text, -1);
}

void
end_closed(void *arg, const struct ws_closed *end)
{
	struct conn *c = arg;

	say_detail("%s: closed: %d%s%.*s", c->url.full, end->code,
	    end->reason.n > 0 ? " " : "", (int)end->reason.n,
	    end->reason.n > 0 ? end->reason.p : "");
	news_close(c, end);
	if (end->clean)
		c->unproven = 0;	/* or it does not want it */
	if (end->clean && !end->by_peer && c->session->wants.ack == NULL)
		c->confirmed = c->sent;
	if (comes_back(c, end))
		return;
	verdict_closed(c, end);
	end_conn(c);
}

/* It is closed: whatever happens, that does not take long. */
static void
end_conn_soon(struct conn *c)
{
	if (!conn_is_up(c)) {
		c->session->tool->undone |= !c->over;
		conn_end(c);
		return;
	}
	conn_close(c, WS_GOING_AWAY, "");
	/* The answer must be seen, though stdout is full. */
	ws_resume(c->ws);
}

static void
end_soon(struct session *s)
{
	struct conn *c;
	int up = 0;

	s->judged = s->stopping = 1;
	orders_pause(s);
	loop_timer_set(s->hurry, HURRY_MS);
	for EACH_CONN(s, c) {
		end_conn_soon(c);
		up += !c->over;
	}
	if (up == 0)
		end_now(s);
}

static void
on_hurry(void *arg)
{
	struct session *s = arg;

	s->tool->undone = 1;
	tool_finish(s->tool);
}

static void
on_limit(void *arg)
{
	struct session *s = arg;
	struct conn *c;

	for EACH_CONN(s, c)
		if (!c->over)
			verdict_timeout(c);
	end_soon(s);
}

void
end_stdout_gone(struct session *s, const struct why *why)
{
	tool_why(s->tool, "stdout", why);
	s->tool->undone = 1;
	if (s->over)
		end_flushed(s);
	else
		end_soon(s);
}

void
end_dead(void *arg)
{
	struct conn *c = arg;
	char text[64];

	snprintf(text, sizeof(text), "nothing came within %" PRId64
	    " ms after a ping", c->session->config->ping_timeout_ms);
	if (!conn_try_again(c, text, -1))
		conn_fail(c, STATUS_LOST, text);
}

void
end_idle(void *arg)
{
	struct conn *c = arg;
	char text[64];

	if (c->closing)
		return;
	snprintf(text, sizeof(text), "nothing but pongs for %" PRId64 " ms",
	    c->session->config->idle_ms);
	if (conn_try_again(c, text, -1))
		return;
	verdict_report(c, STATUS_TIMEOUT, "%s", text);
	c->judged = c->session->tool->undone = 1;
	conn_close(c, WS_GOING_AWAY, "");
}

/* The close frame goes at once: its answer confirms as a barrier would. */
void
end_signal(void *arg, int signum)
{
	struct session *s = arg;
	struct conn *c;
	int up = 0;

	(void)signum;
	if (s->over)
		return;
	if (!s->stopping && orders_has_more(s))
		s->tool->undone = 1;
	s->stopping = 1;
	orders_pause(s);
	for EACH_CONN(s, c) {
		if (c->ws == NULL) {
			s->tool->undone |= !c->over;
			conn_end(c);
		} else if (!c->over && !c->closing) {
			conn_close(c, WS_GOING_AWAY, "");
		}
		up += !c->over;
	}
	if (up == 0)
		end_now(s);
}

/* ---- when to end ---- */

static void
on_pong(void *arg)
{
	struct conn *c = arg;

	c->barrier = 0;
	c->confirmed = c->asked;
	reconnect_useful(&c->again);
	end_look(c->session);
}

static void
ask(struct conn *c)
{
	if (c->barrier || c->confirmed == c->sent ||
	    c->session->wants.ack != NULL || ws_barrier(c->ws, on_pong) == -1)
		return;
	c->barrier = 1;
	c->asked = c->sent;
}

static void
on_confirm(void *arg)
{
	struct conn *c = arg;

	if (!c->closing)
		ask(c);
}

/* Bytes that came, pongs aside: a large message takes its time. */
static uint64_t
said(const struct session *s)
{
	const struct conn *c;
	uint64_t n = 0;

	for EACH_CONN(s, c)
		n += c->ws == NULL ? 0 : ws_said(c->ws);
	return n;
}

static void
await_quiet(struct session *s)
{
	s->said = said(s);
	loop_timer_set(s->quiet, s->config->linger_ms);
}

static void
on_quiet(void *arg)
{
	struct session *s = arg;
	const struct conn *c;
	int quiet = said(s) == s->said;

	/* While we do not read, it is not the server that is quiet. */
	for EACH_CONN(s, c)
		if (!c->over && (c->ws == NULL || !traffic_can_take(c)))
			quiet = 0;
	if (!quiet) {
		await_quiet(s);
		return;
	}
	s->stopping = s->was_quiet = 1;
	end_look(s);
}

/* All is said: is it heard?  And is it time to close? */
static int
is_heard(struct conn *c)
{
	struct session *s = c->session;

	if (c->over || c->closing)
		return 1;
	if (c->ws == NULL && s->stopping && c->keep.n == 0)
		end_conn(c);
	if (c->ws == NULL)
		return 0;
	ask(c);
	if (c->confirmed != c->sent)
		return 0;
	if (s->stopping)
		conn_close(c, s->close_code, s->close_reason);
	return 1;
}

void
end_look(struct session *s)
{
	struct conn *c;
	int heard = 1;

	if (s->over)
		return;
	if (verdict_is_satisfied(s))
		s->stopping = 1;
	if (s->stopping)
		orders_pause(s);
	if (!s->stopping && !s->input_over)
		return;
	for EACH_CONN(s, c)
		heard &= is_heard(c);
	if (heard && !s->stopping && s->config->linger_ms != NEVER &&
	    !loop_timer_active(s->quiet))
		await_quiet(s);
}

void
end_heard(struct session *s)
{
	if (loop_timer_active(s->quiet))
		await_quiet(s);
	end_look(s);
}

/* Barriers now and then, so that after a long run there is little that is
 * not confirmed. */
void
end_sent(struct conn *c)
{
	if (!c->barrier && c->session->wants.ack == NULL &&
	    !loop_timer_active(c->confirm))
		loop_timer_set(c->confirm, CONFIRM_MS);
}

static int
init_conns(struct session *s)
{
	struct conn *c;

	for EACH_CONN(s, c)
		if ((c->confirm = loop_timer_new(s->tool->loop, on_confirm,
		    c)) == NULL)
			return -1;
	return 0;
}

int
end_init(struct session *s)
{
	struct loop *l = s->tool->loop;

	s->limit = loop_timer_new(l, on_limit, s);
	s->quiet = loop_timer_new(l, on_quiet, s);
	s->hurry = loop_timer_new(l, on_hurry, s);
	if (!s->limit || !s->quiet || !s->hurry || init_conns(s) == -1)
		return -1;
	if (s->config->timeout_ms > 0)
		loop_timer_set(s->limit, s->config->timeout_ms);
	return 0;
}

void
end_done(struct session *s)
{
	loop_timer_free(s->limit);
	loop_timer_free(s->quiet);
	loop_timer_free(s->hurry);
}
