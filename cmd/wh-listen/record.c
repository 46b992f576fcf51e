/* record.c - where a request's line goes: stdout. */
#include "line.h"
#include "listener.h"
#include "say.h"
#include "utf8.h"

#define KEPT ((size_t)256 * 1024)	/* memory for a line, while idle */

/* What was taken lets those be answered who wait for it. */
static void
on_taken(void *arg)
{
	struct listener *l = arg;
	struct exchange *x;

	while ((x = answers_due(&l->answers, record_taken(l))) != NULL)
		settle(l, x);
	listener_check_end(l);
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
		settle_busy(x, "the reader has gone\n");
	front_unpark_all(l->front);
	listener_stop(l);
}

int
record_start(struct listener *l, struct why *why)
{
	static const struct output_user user = { on_room, on_taken, on_gone };

	l->output = output_new(l->tool.loop, 1, &user, l, why);
	if (l->output == NULL)
		return -1;
	l->out = lines_out_new(&l->tool, &l->config.lines, LINES_EVENTS,
	    l->output, why);
	return l->out == NULL ? -1 : 0;
}

int
record_is_full(const struct listener *l)
{
	return output_full(l->output);
}

/* 0, or -1 where it could not be made, which was reported. */
static int
print(struct listener *l, const struct exchange *x, struct span body)
{
	if (lines_out_form(l->out) == LINES_PAYLOAD) {
		struct msg m = { utf8_valid(body) ? MSG_TEXT : MSG_BINARY,
			body };

		lines_out_message(l->out, m);
		return 0;
	}
	buf_clear(&l->line);
	if (line_request(&l->line, exchange_head(x), exchange_remote(x),
	    body, l->config.cloudevents) != 0) {
		say_err("a body of %zu bytes: out of memory", body.n);
		tool_fail(&l->tool, STATUS_SOME);
		return -1;
	}
	lines_out_put(l->out, buf_span(&l->line));
	return 0;
}

/* A filter that fails on the line is told of by the tool's status. */
int
record_put(struct listener *l, const struct exchange *x, struct span body,
    uint64_t *position, int *is_line)
{
	enum status earlier = l->tool.status;
	uint64_t before = output_position(l->output);
	int failed;

	l->tool.status = STATUS_OK;
	failed = print(l, x, body) != 0 || l->tool.status != STATUS_OK;
	tool_fail(&l->tool, earlier);
	if (l->line.cap > KEPT)
		buf_done(&l->line);
	*position = output_position(l->output);
	*is_line = *position != before;
	return failed ? -1 : 0;
}

uint64_t
record_taken(const struct listener *l)
{
	return output_taken(l->output);
}

int
record_is_done(const struct listener *l)
{
	return l->gone ||
	    output_taken(l->output) == output_position(l->output);
}
