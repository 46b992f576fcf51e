/* end.c - when a session is done, and whether it went well. */
#include <sys/ioctl.h>

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

#include "say.h"
#include "session.h"

#define CONFIRM_MS 1000		/* between barriers while sending */
#define HURRY_MS 1000		/* for a close frame, when time is up */

/* ---- how it went ---- */

/* Is all that was sent known to have arrived?  As many replies as messages
 * are as good as a barrier, where that is what was asked for. */
static int
is_confirmed(const struct session *s)
{
	if (s->cut_off)
		return 0;
	return s->confirmed == s->sent || (s->replies == s->sent &&
	    (s->config->one || s->count > 0));
}

static int
is_satisfied(const struct session *s)
{
	if (s->count > 0 && s->received >= (uint64_t)s->count)
		return 1;
	return s->config->one && s->input_over && s->in != NULL &&
	    s->replies == s->sent;
}

/* Was there more on stdin than was read? */
static int
has_more_input(const struct session *s)
{
	int n = 0;

	if (s->in == NULL || s->input_over)
		return 0;
	return s->throttled ||
	    (ioctl(STDIN_FILENO, FIONREAD, &n) == 0 && n > 0);
}

static void __attribute__((format(printf, 3, 4)))
report(struct session *s, enum status status, const char *fmt, ...)
{
	char text[400];
	va_list ap;

	va_start(ap, fmt);
	if (vsnprintf(text, sizeof(text), fmt, ap) < 0)
		text[0] = '\0';
	va_end(ap);
	if (s->confirmed != s->sent)
		say_err("%s: %s (%" PRIu64 " of %" PRIu64
		    " messages sent were not confirmed)", s->url.full, text,
		    s->sent - s->confirmed, s->sent);
	else
		say_err("%s: %s", s->url.full, text);
	tool_fail(s->tool, status);
}

/* The server closed, and has no complaint: have we any? */
static void
judge_normal(struct session *s)
{
	const char *early = "the server closed before all was said";

	if (!is_confirmed(s))
		report(s, STATUS_LOST, "%s", early);
	else if (s->tool->signum != 0)
		return;
	else if (s->count > 0 && !is_satisfied(s))
		report(s, STATUS_LOST, "the server closed after %" PRIu64
		    " of %" PRId64 " messages", s->received, s->count);
	else if (s->config->one && s->in != NULL && s->replies < s->sent)
		report(s, STATUS_LOST, "the server closed after %" PRIu64
		    " of %" PRIu64 " replies", s->replies, s->sent);
	else if (!s->stopping && has_more_input(s))
		report(s, STATUS_LOST, "%s: stdin has more", early);
}

static void
judge(struct session *s, const struct ws_closed *c)
{
	const char *text = c->why != NULL ? c->why->text : "";

	if (c->why != NULL && c->why->status == STATUS_PROTOCOL)
		report(s, STATUS_PROTOCOL, "%s", text);
	else if (c->why != NULL && s->closing && is_confirmed(s))
		say_detail("%s: %s", s->url.full, text);
	else if (c->why != NULL)
		report(s, STATUS_LOST, "%s", text);
	else if (c->code != WS_NORMAL && c->code != WS_GOING_AWAY &&
	    c->code != WS_NO_STATUS && (c->by_peer ||
	    c->code != s->close_code))
		report(s, STATUS_CLOSED, "the server closed with %d%s%.*s",
		    c->code, c->reason.n > 0 ? ": " : "", (int)c->reason.n,
		    c->reason.n > 0 ? c->reason.p : "");
	else
		judge_normal(s);
}

void
end_closed(void *arg, const struct ws_closed *c)
{
	struct session *s = arg;

	say_detail("%s: closed: %d%s%.*s", s->url.full, c->code,
	    c->reason.n > 0 ? " " : "", (int)c->reason.n,
	    c->reason.n > 0 ? c->reason.p : "");
	if (c->clean && !c->by_peer)
		s->confirmed = s->sent;
	if (!s->judged)
		judge(s, c);
	if (!is_confirmed(s) || ((s->count > 0 || s->config->one) &&
	    !is_satisfied(s)))
		s->tool->undone = 1;
	end_now(s);
}

/* ---- ending ---- */

void
end_flushed(struct session *s)
{
	if (s->over && output_taken(s->output) == output_position(s->output))
		tool_finish(s->tool);
}

void
end_now(struct session *s)
{
	s->over = s->stopping = 1;
	traffic_stop_input(s);
	pulse_free(s->pulse);
	s->pulse = NULL;
	loop_timer_stop(s->limit);
	loop_timer_stop(s->quiet);
	loop_timer_stop(s->confirm);
	end_flushed(s);
}

/* A close frame behind all that is queued; its answer is awaited. */
static void
close_ws(struct session *s, int code, const char *reason)
{
	s->stopping = s->closing = 1;
	traffic_stop_input(s);
	ws_close(s->ws, code, span_str(reason));
}

/* The same, but whatever happens, it does not take long. */
static void
end_soon(struct session *s)
{
	s->judged = 1;
	if (s->opening != NULL) {
		opening_cancel(s->opening);
		s->opening = NULL;
		s->tool->undone = 1;
	}
	loop_timer_set(s->hurry, HURRY_MS);
	if (s->ws == NULL || s->over) {
		end_now(s);
		return;
	}
	close_ws(s, WS_GOING_AWAY, "");
	/* The answer must be seen, though stdout is full. */
	ws_resume(s->ws);
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

	report(s, STATUS_TIMEOUT, "timed out after %" PRId64 " ms",
	    s->config->timeout_ms);
	end_soon(s);
}

void
end_stdout_gone(struct session *s, const struct why *why)
{
	tool_why(s->tool, "stdout", why);
	s->tool->undone = 1;
	if (s->over)
		tool_finish(s->tool);
	else
		end_soon(s);
}

void
end_dead(void *arg)
{
	struct session *s = arg;

	report(s, STATUS_LOST, "nothing came within %" PRId64
	    " ms after a ping", s->config->ping_timeout_ms);
	s->judged = s->tool->undone = 1;
	ws_free(s->ws);
	s->ws = NULL;
	end_now(s);
}

/* The close frame goes at once: its answer confirms as a barrier would. */
void
end_signal(void *arg, int signum)
{
	struct session *s = arg;

	(void)signum;
	if (s->opening != NULL) {
		end_soon(s);
		return;
	}
	if (s->over || s->closing)
		return;
	s->tool->undone = has_more_input(s);
	close_ws(s, WS_GOING_AWAY, "");
}

/* ---- when to end ---- */

static void
on_pong(void *arg)
{
	struct session *s = arg;

	s->barrier = 0;
	s->confirmed = s->asked;
	end_look(s);
}

static void
ask(struct session *s)
{
	if (s->barrier || s->confirmed == s->sent ||
	    ws_barrier(s->ws, on_pong) == -1)
		return;
	s->barrier = 1;
	s->asked = s->sent;
}

static void
on_confirm(void *arg)
{
	struct session *s = arg;

	if (!s->closing)
		ask(s);
}

static void
on_quiet(void *arg)
{
	struct session *s = arg;

	/* While we do not read, it is not the server that is quiet. */
	if (!traffic_can_take(s)) {
		loop_timer_set(s->quiet, s->config->linger_ms);
		return;
	}
	s->stopping = 1;
	end_look(s);
}

void
end_look(struct session *s)
{
	if (s->ws == NULL || s->closing || s->over)
		return;
	if (is_satisfied(s))
		s->stopping = 1;
	if (s->stopping)
		traffic_stop_input(s);
	if (!s->stopping && !s->input_over)
		return;
	ask(s);
	if (s->confirmed != s->sent)
		return;
	if (s->stopping)
		close_ws(s, s->close_code, s->close_reason);
	else if (s->config->linger_ms != NEVER &&
	    !loop_timer_active(s->quiet))
		loop_timer_set(s->quiet, s->config->linger_ms);
}

void
end_heard(struct session *s)
{
	if (loop_timer_active(s->quiet))
		loop_timer_set(s->quiet, s->config->linger_ms);
	end_look(s);
}

/* Barriers now and then, so that after a long run there is little that is
 * not confirmed. */
void
end_sent(struct session *s)
{
	if (!s->barrier && !loop_timer_active(s->confirm))
		loop_timer_set(s->confirm, CONFIRM_MS);
}

int
end_init(struct session *s)
{
	struct loop *l = s->tool->loop;

	s->limit = loop_timer_new(l, on_limit, s);
	s->quiet = loop_timer_new(l, on_quiet, s);
	s->confirm = loop_timer_new(l, on_confirm, s);
	s->hurry = loop_timer_new(l, on_hurry, s);
	if (!s->limit || !s->quiet || !s->confirm || !s->hurry)
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
	loop_timer_free(s->confirm);
	loop_timer_free(s->hurry);
}
