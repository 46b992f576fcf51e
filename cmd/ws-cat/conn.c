/* conn.c - one URL's connection, which may come and go. */
#include <inttypes.h>
#include <stdio.h>

#include "digest.h"
#include "resume.h"
#include "say.h"
#include "session.h"

/* ---- lines that are sent, and sent again ---- */

/* May it come back, for what has happened so far? */
static int
may_come_back(const struct conn *c)
{
	const struct session *s = c->session;

	return s->config->reconnect > 0 && !c->over && !c->closing &&
	    !s->judged && s->tool->signum == 0 &&
	    (!s->stopping || c->keep.n > 0);
}

static int
put(void *arg, struct msg m)
{
	struct conn *c = arg;

	if (!conn_is_up(c) || ws_send(c->ws, m) == -1)
		return -1;
	c->put++;
	c->put_here++;
	news_record(c, "out", m);
	return 0;
}

int
conn_say(struct conn *c, struct msg m)
{
	if (put(c, m) == -1)
		return -1;
	c->unproven = 1;
	return 0;
}

void
conn_send(struct conn *c, struct msg m, struct span id)
{
	int sent = put(c, m) == 0;

	c->sent++;
	if ((c->session->wants.ack != NULL || (!sent && may_come_back(c))) &&
	    keep_add(&c->keep, m, id) == 0)
		return;
	if (sent)
		end_sent(c);
	else
		c->cut_off = 1;
}

void
conn_acked(struct conn *c, struct span id)
{
	c->confirmed += keep_ack(&c->keep, id, c->session->config->ack_all);
}

/* What was kept goes first on a new connection. */
static void
send_kept(struct conn *c)
{
	if (keep_each(&c->keep, put, c) == -1 ||
	    c->session->wants.ack != NULL)
		return;		/* a connection that is lost again */
	keep_done(&c->keep);
	end_sent(c);
}

static int
put_hello(void *arg, struct msg m)
{
	return conn_say(arg, m);
}

/* ---- the connection is up ---- */

static int
reading(void *arg)
{
	return traffic_can_take(arg);
}

static int
start_watching(struct conn *c)
{
	static const struct pulse_user pulse_user = { reading, end_dead };
	static const struct idle_user idle_user = { reading, end_idle };
	const struct config *config = c->session->config;
	struct loop *loop = c->session->tool->loop;

	if (config->ping_ms > 0)
		c->pulse = pulse_new(loop, c->ws, config->ping_ms,
		    config->ping_timeout_ms, &pulse_user, c);
	if (config->idle_ms > 0)
		c->idle = idle_new(loop, c->ws, config->idle_ms, &idle_user,
		    c);
	return (config->ping_ms > 0 && c->pulse == NULL) ||
	    (config->idle_ms > 0 && c->idle == NULL) ? -1 : 0;
}

static int
start_ws(struct conn *c, const struct opened *o)
{
	static const struct ws_user user = {
		traffic_message, traffic_drained, end_closed
	};
	const struct config *config = c->session->config;
	const struct ws_config ws = {
		.side = WS_CLIENT,
		.max_message = (size_t)config->max_message,
		.close_timeout_ms = config->close_timeout_ms,
		.deflate = o->deflate.is_agreed ? &o->deflate.params : NULL
	};

	c->ws = ws_new(c->session->tool->loop, o->stream, o->first, &ws,
	    &user, c);
	if (c->ws == NULL)
		return -1;
	return start_watching(c);
}

void
conn_fail(struct conn *c, enum status status, const char *text)
{
	verdict_report(c, status, "%s", text);
	c->session->tool->undone = 1;
	ws_free(c->ws);		/* which may be up: a hello that is none */
	c->ws = NULL;
	end_conn(c);
}

/* Is that no failure of the moment? */
static int
is_final(const struct opened *o)
{
	switch (o->why.status) {
	case STATUS_UNREACHABLE:
	case STATUS_LOST:
	case STATUS_TIMEOUT:
		return 0;
	case STATUS_REFUSED:
		return reconnect_status_is_final(o->http_status);
	default:
		return 1;
	}
}

/* From here on stdin is read. */
static void
on_open(void *arg, const struct opened *o)
{
	struct conn *c = arg;
	struct session *s = c->session;
	struct why why;

	c->opening = NULL;
	if (o->stream == NULL) {
		if (is_final(o) ||
		    !conn_try_again(c, o->why.text, o->asked_ms))
			conn_fail(c, o->why.status, o->why.text);
		return;
	}
	say_detail("connected to %s (%s)%s%s%.*s", c->url.full,
	    stream_remote(o->stream),
	    o->deflate.is_agreed ? ", compressing" : "",
	    o->protocol.n > 0 ? ", subprotocol " : "",
	    (int)o->protocol.n, o->protocol.n > 0 ? o->protocol.p : "");
	c->put_here = c->received_here = 0;
	c->unproven = 0;
	reconnect_up(&c->again, loop_now(s->tool->loop));
	if (start_ws(c, o) == -1) {
		conn_fail(c, STATUS_LOST, "out of memory");
		return;
	}
	news_open(c, o->protocol);
	if (hello_each(&s->hello, buf_span(&c->last), put_hello, c,
	    &why) == -1) {
		conn_fail(c, why.status, why.text);
		return;
	}
	send_kept(c);
	traffic_flow(s);
	end_look(s);
}

/* ---- beginning, and once more ---- */

/* The URL with the $last of now. */
static int
resumed_url(struct conn *c, struct url *url, struct why *why)
{
	struct buf text;
	int ret = -1;

	buf_init(&text, SIZE_MAX);
	if (resume_fill(&text, span_str(c->typed), RESUME_URL,
	    buf_span(&c->last)) == -1 || buf_addc(&text, '\0') == -1)
		why_set(why, STATUS_USAGE, "out of memory");
	else
		ret = url_parse(url, text.p, "ws", why);
	buf_done(&text);
	return ret;
}

static int
set_url(struct conn *c, struct why *why)
{
	struct url url;

	if (c->session->config->resume == NULL)
		return c->url.full != NULL ? 0 :
		    url_parse(&c->url, c->typed, "ws", why);
	if (resumed_url(c, &url, why) == -1)
		return -1;
	url_done(&c->url);
	c->url = url;
	return 0;
}

int
conn_start(struct conn *c, struct why *why)
{
	if (set_url(c, why) == -1)
		return -1;
	c->opening = opening_start(c->session->tool->loop, c->session->config,
	    &c->url, on_open, c, why);
	return c->opening == NULL ? -1 : 0;
}

static void
on_retry(void *arg)
{
	struct conn *c = arg;
	struct why why;

	if (conn_start(c, &why) == -1)
		conn_fail(c, why.status, why.text);
}

/* What was sent and is not kept may be lost for good; with -1, so may its
 * replies.  Neither is awaited any more, but for replies by --match where the
 * requests are sent again. */
static uint64_t
count_doubtful(struct conn *c)
{
	const struct session *s = c->session;
	uint64_t gone = c->sent - c->keep.n;
	uint64_t unanswered = c->requests - c->replies;
	uint64_t doubtful = gone > c->confirmed ? gone - c->confirmed : 0;

	c->confirmed = gone;
	if (unanswered > c->keep.n && (s->wants.match == NULL ||
	    s->wants.ack == NULL)) {
		unanswered -= c->keep.n;
		c->replies += unanswered;
		if (s->config->one && doubtful < unanswered)
			doubtful = unanswered;
		if (c->keep.n == 0)
			pairs_done(&c->pairs);
	}
	c->doubtful += doubtful;
	return doubtful;
}

static void
stop_watching(struct conn *c)
{
	pulse_free(c->pulse);
	c->pulse = NULL;
	idle_free(c->idle);
	c->idle = NULL;
	loop_timer_stop(c->confirm);
}

static void
drop_ws(struct conn *c)
{
	stop_watching(c);
	ws_free(c->ws);
	c->ws = NULL;
	c->barrier = 0;
}

int
conn_try_again(struct conn *c, const char *why, int64_t asked_ms)
{
	struct session *s = c->session;
	char count[64] = "";
	int64_t wait_ms;
	uint64_t doubtful;

	if (!may_come_back(c))
		return 0;
	wait_ms = reconnect_lost(&c->again, loop_now(s->tool->loop), asked_ms);
	if (wait_ms == RETRY_NEVER)
		return 0;
	doubtful = count_doubtful(c);
	if (doubtful > 0)
		snprintf(count, sizeof(count), " (%" PRIu64
		    " messages sent were not confirmed)", doubtful);
	say_note("%s: %s%s; next try in %.1f s", c->url.full, why, count,
	    (double)wait_ms / 1000);
	news_retry(c, why, wait_ms, doubtful);
	drop_ws(c);
	loop_timer_set(c->retry, wait_ms);
	traffic_flow(s);
	return 1;
}

int
conn_init(struct conn *c, struct session *s, const char *url, struct why *why)
{
	struct why cause;

	c->session = s;
	c->typed = url;
	buf_init(&c->last, SIZE_MAX);
	keep_init(&c->keep);
	digest_random(&c->again.seed, sizeof(c->again.seed));
	c->again.plan.max_tries = s->config->reconnect;
	if (retry_backoff(&c->again.plan, s->config->backoff, &cause) == -1)
		return why_set(why, STATUS_USAGE, "--backoff: %s",
		    cause.text);
	c->retry = loop_timer_new(s->tool->loop, on_retry, c);
	if (c->retry == NULL)
		return why_set(why, STATUS_SOME, "out of memory");
	return set_url(c, why);
}

void
conn_done(struct conn *c)
{
	opening_cancel(c->opening);
	pulse_free(c->pulse);
	idle_free(c->idle);
	ws_free(c->ws);
	loop_timer_free(c->confirm);
	loop_timer_free(c->retry);
	keep_done(&c->keep);
	buf_done(&c->last);
	pairs_done(&c->pairs);
	url_done(&c->url);
}

/* ---- its end ---- */

void
conn_close(struct conn *c, int code, const char *reason)
{
	c->closing = 1;
	ws_close(c->ws, code, span_str(reason));
}

void
conn_end(struct conn *c)
{
	if (c->over)
		return;
	c->over = 1;
	opening_cancel(c->opening);
	c->opening = NULL;
	stop_watching(c);
	loop_timer_stop(c->retry);
	verdict_doubtful(c);
}
