/* ws-serve - a websocket server in a pipeline: lines to clients, and events
 * of what they do.
 *
 * It ends when its input has, or a signal comes: then nobody is let in any
 * more, and each client is closed behind all that it is owed.
 */
#include "announce.h"
#include "output.h"
#include "say.h"
#include "server.h"
#include "session.h"
#include "shared.h"

#define IDLE_MS 60000		/* a browser's connection between requests */
#define PARK_MS 5000		/* an upgrade waits so long for stdout */
#define SHED_MS 1000		/* waited for so long, who may be spared */
#define CLOSE_MS 5000		/* a client's close frame, at least */
#define PUBLISH_MAX (64 << 20)	/* bytes of messages on their way in */
#define FLUSH_MS 500		/* after --drain: for a shared command that
				   has yet to end; for stdout */

/* ---- the end ---- */

void
server_check_end(struct server *s)
{
	if (!s->stopping || hub_count(s->hub) > 0 ||
	    (s->sessions != NULL && !sessions_idle(s->sessions)))
		return;
	if (s->shared != NULL && !shared_over(s->shared))
		return;
	if (s->gone || output_is_empty(s->output))
		tool_finish(&s->tool);
}

void
server_stop(struct server *s, int64_t within_ms)
{
	if (s->stopping && !s->gone)
		return;
	s->stopping = 1;
	tool_ending(&s->tool);
	orders_stop(s);
	listen_stop(s->listen);
	front_stop(s->front);
	asks_end(s->asks);
	if (s->sessions != NULL)
		sessions_stop(s->sessions, within_ms);
	else
		hub_close_all(s->hub, WS_GOING_AWAY);
	if (s->shared != NULL)
		shared_stop(s->shared, within_ms);
	loop_timer_set(s->deadline, within_ms);
	server_check_end(s);
}

/* No command outlives us.  Was there any? */
static int
kill_commands(struct server *s)
{
	if (s->sessions != NULL)
		sessions_kill(s->sessions);
	if (s->shared != NULL)
		shared_kill(s->shared);
	return (s->sessions != NULL && !sessions_idle(s->sessions)) ||
	    (s->shared != NULL && !shared_down(s->shared));
}

/* Status 128+n, if it was a signal that ended us. */
static void
left_undone(struct server *s)
{
	s->tool.undone = 1;
	tool_fail(&s->tool, STATUS_SOME);
}

static void
cut_clients(struct server *s)
{
	size_t behind = hub_cut(s->hub);

	if (behind == 0)
		return;
	say_warn("%zu clients had not taken all that was sent", behind);
	left_undone(s);
}

static void
cut_commands(struct server *s)
{
	if (!kill_commands(s))
		return;
	say_warn("commands that still ran are killed");
	left_undone(s);
}

static void
give_up(struct server *s)
{
	if (!s->gone && !output_is_empty(s->output))
		say_warn("stdout: not all that was printed was taken");
	left_undone(s);
	tool_finish(&s->tool);
}

static void
on_deadline(void *arg)
{
	struct server *s = arg;

	switch (s->cut) {
	case CUT_NOTHING:
		s->cut = CUT_CLIENTS;
		cut_clients(s);
		/* A shared command hears of it only now. */
		if (s->shared != NULL)
			break;
		/* FALLTHROUGH */
	case CUT_CLIENTS:
		s->cut = CUT_COMMANDS;
		cut_commands(s);
		break;
	case CUT_COMMANDS:
		give_up(s);
		return;
	}
	loop_timer_set(s->deadline, FLUSH_MS);
	server_check_end(s);
}

static void
on_signal(void *arg, int signum)
{
	struct server *s = arg;

	(void)signum;
	server_stop(s, s->config.drain_ms);
}

/* ---- the beginning ---- */

static void
on_room(void *arg)
{
	orders_go_on(arg);
}

static void
on_drained(void *arg, const struct client *c)
{
	(void)arg;
	if (c->data != NULL)
		session_drained(c->data);
}

static int
start_hub(struct server *s)
{
	static const struct hub_user user = {
		news_message, news_closed, on_room, on_drained
	};
	const struct config *c = &s->config;

	s->hub_config = (struct hub_config){
		.ws = { .side = WS_SERVER,
		    .max_message = (size_t)c->max_message,
		    .close_timeout_ms = c->drain_ms > CLOSE_MS ?
		    c->drain_ms : CLOSE_MS },
		.queue = (size_t)c->queue, .slow = (enum hub_slow)c->slow,
		.relay = c->relay, .echo = c->echo,
		.rate = c->rate != NULL ? &s->rate : NULL,
		.history = (size_t)c->history,
		.history_size = (size_t)c->history_size,
		.ping_ms = c->ping_ms, .ping_timeout_ms = c->ping_timeout_ms
	};
	s->hub = hub_new(s->tool.loop, &s->hub_config, &user, s);
	return s->hub == NULL ? -1 : 0;
}

static int
start_listening(struct server *s, struct why *why)
{
	const struct config *c = &s->config;
	const struct front_config front = {
		.max_body = c->publish != NULL ? c->max_message :
		    INT32_MAX,	/* it is refused unread */
		.max_buffered = PUBLISH_MAX,
		.max_header = c->max_header,
		.header_timeout_ms = c->header_timeout_ms,
		.body_timeout_ms = c->header_timeout_ms,
		.idle_timeout_ms = IDLE_MS, .park_ms = PARK_MS,
		.shed_ms = SHED_MS,
		.probes = c->probes
	};
	const struct listen_config listen = {
		.addresses = s->operands.v, .naddresses = s->operands.n,
		.passed = &s->tool.systemd,
		.tls = c->tls,
		.max_clients = (size_t)c->max_clients, .full = visit_full
	};

	s->front = front_new(s->tool.loop, &front, &visit_user, s);
	s->deadline = loop_timer_new(s->tool.loop, on_deadline, s);
	if (start_hub(s) == -1 || s->front == NULL || s->deadline == NULL ||
	    tool_on_stop(&s->tool, c->drain_ms + 3 * FLUSH_MS, on_signal,
	    s) == -1)
		return why_set(why, STATUS_SOME, "out of memory");
	if (c->history_file != NULL &&
	    hub_history_file(s->hub, c->history_file, why) == -1)
		return -1;
	s->listen = listen_new(s->tool.loop, &listen, visit_accept, s, why);
	return s->listen == NULL ? -1 : 0;
}

/* Who may come in, and how many. */
static int
start_access(struct server *s, struct why *why)
{
	const struct config *c = &s->config;
	struct why cause;

	if (c->rate != NULL && rate_parse(&s->rate, c->rate, &cause) == -1)
		return why_set(why, cause.status, "--rate: %s", cause.text);
	if (guests_init(&s->guests, &c->proxies, c->max_per_ip, why) == -1)
		return -1;
	if ((c->access.basic_file != NULL || c->access.token_file != NULL) &&
	    guests_count_logins(&s->guests, c->login_rate, why) == -1)
		return -1;
	s->access = access_new(s->tool.loop, &c->access, visit_known, s, why);
	if (s->access == NULL)
		return -1;
	if (c->ask)
		s->asks = asks_new(s, c->ask_timeout_ms, why);
	return c->ask && s->asks == NULL ? -1 : 0;
}

static int
start_command(struct server *s, struct why *why)
{
	if (s->config.command == NULL)
		return 0;
	if (s->config.shared)
		s->shared = shared_new(s, why);
	else
		s->sessions = sessions_new(s, why);
	return s->shared == NULL && s->sessions == NULL ? -1 : 0;
}

static int
start(void *arg, struct why *why)
{
	struct server *s = arg;
	struct config *c = &s->config;

	if (s->operands.n == 0 && s->tool.systemd.nfds == 0)
		return why_set(why, STATUS_USAGE, "ADDRESS: missing");
	if (options_check(c, why) == -1)
		return -1;
	if (c->page != NULL && (s->page = page_new(c->page, why)) == NULL)
		return -1;
	if (news_init(s, why) == -1 || start_command(s, why) == -1 ||
	    orders_init(s, why) == -1 || start_access(s, why) == -1 ||
	    start_listening(s, why) == -1 ||
	    announce(s->listen, c->announce ? s->output : NULL,
	    c->lines.null && c->command == NULL ? '\0' : '\n', why) == -1)
		return -1;
	orders_go_on(s);
	return 0;
}

static void
each_buf(struct server *s, void (*fn)(struct buf *))
{
	struct buf *bufs[] = { &s->line, &s->body, &s->word, &s->reply,
		&s->room, &s->headers, &s->protocol, &s->event, &s->user,
		&s->since };
	size_t i;

	for (i = 0; i < sizeof(bufs) / sizeof(bufs[0]); i++)
		fn(bufs[i]);
}

static void
init_buf(struct buf *b)
{
	buf_init(b, SIZE_MAX);
}

static void
ended(void *arg)
{
	struct server *s = arg;

	if (hub_history_lost(s->hub))
		tool_fail(&s->tool, STATUS_SOME);
}

static void
at_once(void *arg)
{
	kill_commands(arg);
}

static void
done(void *arg)
{
	struct server *s = arg;

	sessions_free(s->sessions);
	shared_free(s->shared);
	lines_in_free(s->in);
	hub_free(s->hub);
	asks_free(s->asks);
	guests_done(&s->guests);
	access_free(s->access);
	front_free(s->front);
	listen_free(s->listen);
	if (s->out != s->news)
		lines_out_free(s->out);
	lines_out_free(s->news);
	output_free(s->output);
	loop_timer_free(s->deadline);
	page_free(s->page);
	each_buf(s, buf_done);
}

int
main(int argc, char **argv)
{
	struct server s = { 0 };
	const struct tool_program program = { .options = &options_program,
		.config = &s.config, .opts = &s.config.tool,
		.operands = &s.operands, .start = start,
		.metrics = service_metrics, .reload = service_reload,
		.ended = ended, .at_once = at_once, .done = done };

	each_buf(&s, init_buf);
	return tool_main(&s.tool, &program, &s, argc, argv);
}
