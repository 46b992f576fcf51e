/* wh-listen - receives webhooks: an event line on stdout for each request.
 *
 * A request's body is only read when stdout has room, and the request is only
 * answered when stdout has taken its line.  So what was answered with a 2xx
 * is on its way down the pipeline, and what can't go there waits in front or
 * is told to come back.
 */
#include "announce.h"
#include "confirm.h"
#include "listener.h"
#include "options.h"

#define SHED_MS 1000		/* waited for so long, who may be spared */

/* ---- the end ---- */

int
listener_has_enough(const struct listener *l)
{
	return l->config.count > 0 && l->printed >= l->config.count;
}

void
listener_check_end(struct listener *l)
{
	if (!l->stopping || answers_waiting(&l->answers) ||
	    !record_is_done(l))
		return;
	if (l->runner != NULL && !runner_is_idle(l->runner))
		return;
	if (front_open(l->front) == 0)
		tool_finish(&l->tool);
}

void
listener_stop(struct listener *l)
{
	if (l->stopping)
		return;
	l->stopping = 1;
	tool_ending(&l->tool);
	listen_stop(l->listen);
	front_stop(l->front);
	listener_check_end(l);
}

static void
on_until(void *arg)
{
	listener_stop(arg);
}

static void
on_signal(void *arg, int signum)
{
	(void)signum;
	listener_stop(arg);
}

/* ---- putting it together ---- */

static void
on_accept(void *arg, struct stream *stream)
{
	struct listener *l = arg;

	front_take(l->front, stream);
}

static void
on_full(void *arg)
{
	struct listener *l = arg;

	front_shed(l->front);
}

static int
start_server(struct listener *l, struct why *why)
{
	const struct config *c = &l->config;
	struct front_config front = { .max_body = c->max_body,
		.max_header = c->max_header,
		.max_buffered = c->max_body + BODIES,
		.header_timeout_ms = c->header_timeout_ms,
		.body_timeout_ms = c->body_timeout_ms,
		.idle_timeout_ms = c->idle_timeout_ms, .park_ms = PARK_MS,
		.shed_ms = SHED_MS,
		.probes = c->probes };
	struct listen_config listen = { .addresses = l->operands.v,
		.naddresses = l->operands.n, .passed = &l->tool.systemd,
		.tls = c->tls,
		.max_clients = (size_t)c->max_clients, .full = on_full };

	l->front = front_new(l->tool.loop, &front, &intake_user, l);
	l->until = loop_timer_new(l->tool.loop, on_until, l);
	if (l->front == NULL || l->until == NULL ||
	    tool_on_stop(&l->tool, c->drain_ms, on_signal, l) != 0)
		return why_set(why, STATUS_SOME, "out of memory");
	l->listen = listen_new(l->tool.loop, &listen, on_accept, l, why);
	if (l->listen == NULL)
		return -1;
	if (c->for_ms > 0)
		loop_timer_set(l->until, c->for_ms);
	return 0;
}

static int
start_repeats(struct listener *l, struct why *why)
{
	const struct config *c = &l->config;

	if (!c->dedupe)
		return 0;
	if (l->sign == NULL || !sign_tells_id(l->sign))
		return why_set(why, STATUS_USAGE, "--dedupe: needs --verify "
		    "with a scheme that signs an id");
	return repeats_init(&l->repeats, c->dedupe_ttl_ms,
	    (size_t)c->dedupe_memory, why);
}

static int
start(void *arg, struct why *why)
{
	struct listener *l = arg;
	struct config *c = &l->config;
	size_t addresses = l->operands.n + (size_t)l->tool.systemd.nfds;

	if (options_check(c, addresses, why) != 0 ||
	    gate_init(&l->gate, &c->paths, c->methods, why) != 0 ||
	    clients_init(&l->clients, &c->proxies, c->rate, why) != 0 ||
	    secrets_load(&l->secrets, &c->secrets, why) != 0 ||
	    handshake_start(l, why) != 0 || verify_start(l, why) != 0 ||
	    start_repeats(l, why) != 0 ||
	    record_start(l, why) != 0 || settle_start(l, why) != 0 ||
	    start_server(l, why) != 0)
		return -1;
	if (c->one)
		c->count = 1;
	return announce(l->listen, c->announce ? l->output : NULL,
	    c->lines.null ? '\0' : '\n', why);
}

static void
ended(void *arg)
{
	struct listener *l = arg;

	if (l->runner != NULL) {
		/* However tidily its end and its sender's go now. */
		if (!runner_is_idle(l->runner))
			l->tool.undone = 1;
		runner_end(l->runner);
	}
	record_report(l);
}

static void
at_once(void *arg)
{
	struct listener *l = arg;

	if (l->runner != NULL)
		runner_kill(l->runner);
}

static void
done(void *arg)
{
	struct listener *l = arg;

	front_free(l->front);
	listen_free(l->listen);
	settle_done(l);
	answers_done(&l->answers);
	spool_writer_free(l->spool);
	lines_out_free(l->out);
	output_free(l->output);
	loop_timer_free(l->until);
	confirms_free(l->confirms);
	repeats_done(&l->repeats);
	subscribe_free(l->subscribe);
	verify_done(l);
	secrets_done(&l->secrets);
	clients_done(&l->clients);
	gate_done(&l->gate);
	buf_done(&l->line);
}

int
main(int argc, char **argv)
{
	struct listener l = { 0 };
	const struct tool_program program = { .options = &options_program,
		.config = &l.config, .opts = &l.config.tool,
		.operands = &l.operands, .start = start,
		.ended = ended, .at_once = at_once, .metrics = service_metrics,
		.reload = service_reload, .done = done };

	buf_init(&l.line, SIZE_MAX);
	buf_init(&l.url, SIZE_MAX);
	answers_init(&l.answers);
	return tool_main(&l.tool, &program, &l, argc, argv);
}
