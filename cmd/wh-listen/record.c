/* record.c - where a request's line goes: stdout, or the spool.
 *
 * Both count positions, and both say when they have taken what is before one.
 */
#include "line.h"
#include "listener.h"
#include "say.h"
#include "utf8.h"

#define KEPT ((size_t)256 * 1024)	/* memory for a line, while idle */

/* ---- stdout ---- */

/* What was taken lets those be answered who wait for it. */
static void
on_taken(void *arg)
{
	struct listener *l = arg;
	struct exchange *x;
	void *how;

	while (answers_due(&l->answers, record_taken(l), &x, &how))
		settle(l, x, how);
	repeats_taken(&l->repeats, record_taken(l), 1,
	    loop_now(l->tool.loop));
	listener_check_end(l);
}

static void
on_room(void *arg)
{
	struct listener *l = arg;

	front_unpark_all(l->front);
}

/* Whoever still waits has not been printed: let them come back.  With a spool
 * nobody waits for stdout. */
static void
on_gone(void *arg, const struct why *why)
{
	struct listener *l = arg;
	struct exchange *x;
	void *how;

	if (l->spool != NULL)
		return;
	tool_why(&l->tool, "stdout", why);
	l->gone = 1;
	while (answers_due(&l->answers, UINT64_MAX, &x, &how))
		settle_not(l, x, how, "the reader has gone\n");
	repeats_taken(&l->repeats, UINT64_MAX, 0, loop_now(l->tool.loop));
	front_unpark_all(l->front);
	listener_stop(l);
}

/* ---- the spool ---- */

static void
on_stored(void *arg)
{
	struct listener *l = arg;

	if (l->refused)
		say_note("%s: takes requests again", l->config.spool);
	l->refused = 0;
	on_taken(l);
}

/* Told once, not for each batch. */
static void
on_refused(void *arg, const struct why *why)
{
	struct listener *l = arg;
	struct exchange *x;
	void *how;

	if (!l->refused)
		say_err("%s: %s; requests get 503", l->config.spool,
		    why->text);
	l->refused = 1;
	while (answers_due(&l->answers, record_taken(l), &x, &how))
		settle_not(l, x, how, "this could not be stored\n");
	repeats_taken(&l->repeats, record_taken(l), 0,
	    loop_now(l->tool.loop));
	listener_check_end(l);
}

static int
put_spool(void *arg, struct span line)
{
	struct listener *l = arg;
	struct why why;

	if (line.n >= 2 && *line.p == '{' &&
	    spool_put(l->spool, line) != -1)
		return 0;
	why_set(&why, STATUS_SOME, line.n < 2 || *line.p != '{' ?
	    "the filter made no object" : "out of memory");
	tool_why(&l->tool, l->config.spool, &why);
	return 0;
}

static int
start_spool(struct listener *l, struct why *why)
{
	static const struct spool_writer_user user = { on_room, on_stored,
		on_refused, NULL };

	if (l->config.spool == NULL)
		return 0;
	l->spool = spool_writer_new(l->tool.loop, l->config.spool, &user, l,
	    why);
	if (l->spool == NULL)
		return -1;
	lines_out_divert(l->out, put_spool, l);
	return 0;
}

/* ---- either ---- */

int
record_start(struct listener *l, struct why *why)
{
	static const struct output_user user = { on_room, on_taken, on_gone };

	l->output = output_new(l->tool.loop, 1, &user, l, why);
	if (l->output == NULL)
		return -1;
	l->out = lines_out_new(&l->tool, &l->config.lines, LINES_EVENTS,
	    l->output, why);
	return l->out == NULL ? -1 : start_spool(l, why);
}

int
record_is_full(const struct listener *l)
{
	return l->spool != NULL ? spool_full(l->spool) :
	    output_full(l->output);
}

/* The event, in l->line: 0, or -1 where it could not be made, which was
 * reported. */
static int
make(struct listener *l, const struct exchange *x, struct span body,
    const struct verified *v)
{
	char client[FORWARDED_SIZE];

	if (line_request(&l->line, verify_told(l, x),
	    client_address(&l->clients, x, client), body, v,
	    l->config.cloudevents, l->id) == 0)
		return 0;
	say_err("a body of %zu bytes: out of memory", body.n);
	tool_fail(&l->tool, STATUS_SOME);
	return -1;
}

/* The same. */
static int
print(struct listener *l, const struct exchange *x, struct span body,
    const struct verified *v)
{
	int payload = lines_out_form(l->out) == LINES_PAYLOAD;
	struct msg m = { MSG_TEXT, body };

	buf_clear(&l->line);
	if ((!payload || settle_needs_line(l)) && make(l, x, body, v) != 0)
		return -1;
	if (!payload) {
		lines_out_put(l->out, buf_span(&l->line));
		return 0;
	}
	if (!utf8_valid(body))
		m.kind = MSG_BINARY;
	lines_out_message(l->out, m);
	return 0;
}

static uint64_t
position(const struct listener *l)
{
	return l->spool != NULL ? spool_position(l->spool) :
	    output_position(l->output);
}

/* A filter that fails on the line is told of by the tool's status. */
int
record_put(struct listener *l, const struct exchange *x, struct span body,
    const struct verified *v, uint64_t *until, int *is_line)
{
	enum status earlier = l->tool.status;
	uint64_t before = position(l);
	int failed;

	l->tool.status = STATUS_OK;
	failed = print(l, x, body, v) != 0 || l->tool.status != STATUS_OK;
	tool_fail(&l->tool, earlier);
	*until = position(l);
	*is_line = *until != before;
	return failed ? -1 : 0;
}

void
record_release(struct listener *l)
{
	if (l->line.cap > KEPT)
		buf_done(&l->line);
}

uint64_t
record_taken(const struct listener *l)
{
	return l->spool != NULL ? spool_settled(l->spool) :
	    output_taken(l->output);
}

/* A disk that was full for a while is no failure: requests came again. */
void
record_report(struct listener *l)
{
	if (l->refused)
		tool_fail(&l->tool, STATUS_SOME);
}

int
record_is_done(const struct listener *l)
{
	return l->gone || record_taken(l) == position(l);
}
