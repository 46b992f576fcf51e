/* ws-cat - a websocket in a pipeline: lines to messages, messages to lines.
 *
 * The options are in options.c; what happens then, in session.h.
 */
#include "session.h"

struct cat {
	struct config config;
	struct opt_list operands;
	struct tool tool;
	struct session session;
};

static int
start(void *arg, struct why *why)
{
	struct cat *c = arg;
	const struct opt_list *urls = &c->operands;

	if (urls->n == 0)
		return why_set(why, STATUS_USAGE, "URL: missing");
	if (client_tls_check(&c->config.tls, why) == -1 ||
	    session_init(&c->session, &c->config, &c->tool, urls,
	    why) == -1 || session_start(&c->session, why) == -1)
		return -1;
	if (tool_on_stop(&c->tool, c->config.drain_ms, end_signal,
	    &c->session) == -1)
		return why_set(why, STATUS_SOME, "out of memory");
	return 0;
}

static void
on_metrics(void *arg, struct metrics *m)
{
	const struct cat *c = arg;

	session_metrics(&c->session, m);
}

static void
done(void *arg)
{
	struct cat *c = arg;

	session_done(&c->session);
}

int
main(int argc, char **argv)
{
	struct cat c = { .config = { .linger_ms = NEVER } };
	const struct tool_program program = { .options = &options_program,
		.config = &c.config, .opts = &c.config.tool,
		.operands = &c.operands, .start = start,
		.metrics = on_metrics, .done = done };

	return tool_main(&c.tool, &program, &c, argc, argv);
}
