/* ws-cat - a websocket in a pipeline: lines to messages, messages to lines.
 *
 * The options are in options.c; what happens then, in session.h.
 */
#include "say.h"
#include "session.h"

static int
start(struct session *s, const struct config *c, struct tool *tool,
    const struct opt_list *operands, struct why *why)
{
	if (operands->n != 1)
		return operands->n == 0 ?
		    why_set(why, STATUS_USAGE, "URL: missing") :
		    why_set(why, STATUS_USAGE, "%s: one URL is enough",
		    operands->v[1]);
	if (client_tls_check(&c->tls, why) == -1 ||
	    tool_init(tool, &c->tool, why) == -1 ||
	    session_init(s, c, tool, operands->v[0], why) == -1 ||
	    session_start(s, why) == -1)
		return -1;
	if (tool_on_stop(tool, c->drain_ms, end_signal, s) == -1)
		return why_set(why, STATUS_SOME, "out of memory");
	return 0;
}

int
main(int argc, char **argv)
{
	struct config config = { .linger_ms = NEVER };
	struct opt_list operands = { 0 };
	struct tool tool = { 0 };
	struct session session = { 0 };
	struct why why;
	int got, status = STATUS_OK;

	say_init(argv[0]);
	got = opt_parse(&options_program, &config, argc, argv, &operands,
	    &why);
	if (got == 0)
		got = start(&session, &config, &tool, &operands, &why);
	if (got == 0) {
		tool_run(&tool);
		status = tool_exit_status(&tool, session.undone);
	} else if (got == -1) {
		say_err("%s", why.text);
		status = (int)why.status;
	}
	session_done(&session);
	if (tool.loop != NULL)
		tool_done(&tool);
	opt_free(&options_program, &config, &operands);
	return status;
}
