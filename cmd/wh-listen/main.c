/* wh-listen - receives webhooks: an event line on stdout for each request.
 *
 * A request's body is only read when stdout has room, and the request is only
 * answered when stdout has taken its line.  So what was answered with a 2xx
 * is on its way down the pipeline, and what can't go there waits in front or
 * is told to come back.
 */
#include <stdlib.h>

#include "announce.h"
#include "answers.h"
#include "event.h"
#include "front.h"
#include "gate.h"
#include "line.h"
#include "listen.h"
#include "options.h"
#include "output.h"
#include "reply.h"
#include "say.h"
#include "utf8.h"

#define PARK_MS 5000		/* a request waits so long for stdout */
#define BODIES ((int64_t)8 << 20)	/* at once, besides a largest one */
#define KEPT ((size_t)256 * 1024)	/* memory for a line, while idle */

struct listener {
	struct config config;
	struct opt_list operands;
	struct tool tool;
	struct reply reply;
	struct gate gate;
	struct output *output;
	struct lines_out *out;
	struct front *front;
	struct listen *listen;
	struct answers answers;
	struct loop_timer *until;	/* --for */
	struct buf line;
	int64_t printed;		/* requests that made a line */
	int stopping;
	int gone;			/* stdout */
};

/* ---- the end ---- */

static void
check_end(struct listener *l)
{
	if (!l->stopping || answers_waiting(&l->answers) || (!l->gone &&
	    output_taken(l->output) != output_position(l->output)))
		return;
	if (front_open(l->front) == 0)
		tool_finish(&l->tool);
}

static void
stop(struct listener *l)
{
	if (l->stopping)
		return;
	l->stopping = 1;
	listen_stop(l->listen);
	front_stop(l->front);
	check_end(l);
}

static void
on_emptied(void *arg)
{
	check_end(arg);
}

static void
on_until(void *arg)
{
	stop(arg);
}

static void
on_signal(void *arg, int signum)
{
	(void)signum;
	stop(arg);
}

/* ---- answers ---- */

/* Ours, not --reply's: a reason for people, and a field or none. */
static void
refuse(struct exchange *x, int status, const char *name, struct span value,
    const char *reason)
{
	struct front_field fields[2] = {
		{ "Content-Type", SPAN("text/plain; charset=utf-8") },
		{ name, value }
	};

	front_reply(x, status, fields, name != NULL ? 2 : 1,
	    span_str(reason));
}

static void
busy(struct exchange *x, const char *reason)
{
	refuse(x, 503, "Retry-After", SPAN("1"), reason);
}

static void
answer(struct listener *l, struct exchange *x)
{
	const struct reply *r = &l->reply;

	front_reply(x, r->status, &r->type, r->nfields, r->body);
}

static void
on_taken(void *arg)
{
	struct listener *l = arg;
	struct exchange *x;

	while ((x = answers_due(&l->answers, output_taken(l->output))) != NULL)
		answer(l, x);
	check_end(l);
}

static void
on_room(void *arg)
{
	struct listener *l = arg;

	front_unpark_all(l->front);
}

/* Whoever still waits has not been printed: let them come back. */
static void
on_gone(void *arg, const struct why *why)
{
	struct listener *l = arg;
	struct exchange *x;

	tool_why(&l->tool, "stdout", why);
	l->gone = 1;
	while ((x = answers_due(&l->answers, UINT64_MAX)) != NULL)
		busy(x, "the reader has gone\n");
	front_unpark_all(l->front);
	stop(l);
}

/* ---- requests ---- */

static int
enough(const struct listener *l)
{
	return l->config.count > 0 && l->printed >= l->config.count;
}

static void
on_head(void *arg, struct exchange *x)
{
	struct listener *l = arg;
	int status = gate_refusal(&l->gate, exchange_head(x));

	if (status == 404)
		refuse(x, 404, NULL, SPAN(""), "nothing listens here\n");
	else if (status == 405)
		refuse(x, 405, "Allow", buf_span(&l->gate.allow),
		    "this method is not taken\n");
	else if (status != 0)
		refuse(x, status, NULL, SPAN(""), "out of memory\n");
	else if (l->gone || enough(l))
		busy(x, "ending\n");
	else if (output_full(l->output))
		front_park(x);
	else
		front_accept(x);
}

/* 0, or -1 where it could not be made, which was reported. */
static int
print(struct listener *l, struct exchange *x, struct span body)
{
	if (lines_out_form(l->out) == LINES_PAYLOAD) {
		struct msg m = { utf8_valid(body) ? MSG_TEXT : MSG_BINARY,
			body };

		lines_out_message(l->out, m);
		return 0;
	}
	buf_clear(&l->line);
	if (line_request(&l->line, exchange_head(x), exchange_remote(x),
	    body) != 0) {
		say_err("a body of %zu bytes: out of memory", body.n);
		tool_fail(&l->tool, STATUS_SOME);
		return -1;
	}
	lines_out_put(l->out, buf_span(&l->line));
	return 0;
}

/* The same; a filter that fails on the line is a failure, too, of which the
 * tool's status tells. */
static int
pass_on(struct listener *l, struct exchange *x, struct span body)
{
	enum status before = l->tool.status;
	int failed;

	l->tool.status = STATUS_OK;
	failed = print(l, x, body) != 0 || l->tool.status != STATUS_OK;
	tool_fail(&l->tool, before);
	if (l->line.cap > KEPT)
		buf_done(&l->line);
	return failed ? -1 : 0;
}

static void
on_request(void *arg, struct exchange *x, struct span body)
{
	struct listener *l = arg;
	const struct http1_head *head = exchange_head(x);
	uint64_t before = output_position(l->output), after;

	say_detail("%s: %.*s %.*s, %zu bytes", exchange_remote(x),
	    (int)head->method.n, head->method.p, (int)head->target.n,
	    head->target.p, body.n);
	if (l->gone || enough(l)) {
		busy(x, "ending\n");
		return;
	}
	if (pass_on(l, x, body) != 0) {
		refuse(x, 500, NULL, SPAN(""), "this could not be passed on\n");
		return;
	}
	after = output_position(l->output);
	l->printed += after != before;
	if (after == output_taken(l->output))
		answer(l, x);
	else if (answers_put(&l->answers, x, after) != 0)
		refuse(x, 500, NULL, SPAN(""), "out of memory\n");
	if (enough(l))
		stop(l);
}

static void
on_leave(void *arg, struct exchange *x)
{
	(void)arg;
	answers_forget(x);
}

static void
on_accept(void *arg, struct stream *stream)
{
	struct listener *l = arg;

	front_take(l->front, stream);
}

/* ---- putting it together ---- */

static int
start_output(struct listener *l, struct why *why)
{
	static const struct output_user user = { on_room, on_taken, on_gone };

	l->output = output_new(l->tool.loop, 1, &user, l, why);
	if (l->output == NULL)
		return -1;
	l->out = lines_out_new(&l->tool, &l->config.lines, LINES_EVENTS,
	    l->output, why);
	return l->out == NULL ? -1 : 0;
}

static int
start_server(struct listener *l, struct why *why)
{
	static const struct front_user user = { .head = on_head,
		.request = on_request, .gone = on_leave,
		.emptied = on_emptied };
	const struct config *c = &l->config;
	struct front_config front = { .max_body = c->max_body,
		.max_header = c->max_header,
		.max_buffered = c->max_body + BODIES,
		.header_timeout_ms = c->header_timeout_ms,
		.body_timeout_ms = c->body_timeout_ms,
		.idle_timeout_ms = c->idle_timeout_ms, .park_ms = PARK_MS };
	struct listen_config listen = { .addresses = l->operands.v,
		.naddresses = l->operands.n, .cert = c->cert, .key = c->key,
		.max_clients = (size_t)c->max_clients };

	l->front = front_new(l->tool.loop, &front, &user, l);
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
start(void *arg, struct why *why)
{
	struct listener *l = arg;
	struct config *c = &l->config;

	if (options_check(c, &l->operands, why) != 0 ||
	    gate_init(&l->gate, &c->paths, c->methods, why) != 0 ||
	    reply_init(&l->reply, c->reply, why) != 0 ||
	    start_output(l, why) != 0 || start_server(l, why) != 0)
		return -1;
	if (c->one)
		c->count = 1;
	return announce(l->listen, c->announce ? l->output : NULL,
	    c->lines.null ? '\0' : '\n', why);
}

static void
done(void *arg)
{
	struct listener *l = arg;
	front_free(l->front);
	listen_free(l->listen);
	answers_done(&l->answers);
	lines_out_free(l->out);
	output_free(l->output);
	loop_timer_free(l->until);
	reply_done(&l->reply);
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
		.done = done };

	buf_init(&l.line, SIZE_MAX);
	answers_init(&l.answers);
	return tool_main(&l.tool, &program, &l, argc, argv);
}
