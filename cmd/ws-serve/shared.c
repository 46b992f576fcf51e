/* shared.c - `--shared -- COMMAND`: one process for all clients. */
#include <stdlib.h>
#include <unistd.h>

#include "command.h"
#include "digest.h"
#include "reconnect.h"
#include "records.h"
#include "roster.h"
#include "say.h"
#include "server.h"
#include "shared.h"

#define INPUT ((size_t)64 * 1024)	/* bytes that may wait for it */
#define FIRST_MS 500			/* the waits before it is started */
#define MAX_MS 30000			/* again */

struct shared {
	struct server *server;
	const char *name;		/* of the command, for messages */
	struct command *command;
	struct child *child;		/* NULL: it does not run */
	struct records records;		/* of its stdout */
	struct buf input;		/* for its stdin, at the turn's end */
	struct loop_task flush;
	struct loop_timer *timer;	/* until its start, or SIGTERM */
	struct reconnect again;
	struct roster roster;		/* with --stay */
	int64_t grace_ms;
	uint64_t runs, failures;
	int full;			/* its stdin */
	int ending;			/* and its stdin has ended */
};

/* ---- to it ---- */

static void
flush(void *arg)
{
	struct shared *h = arg;

	if (h->child == NULL)
		return;
	h->full = child_put(h->child, buf_span(&h->input)) == FULL;
	buf_clear(&h->input);
	if (h->full)
		hub_hold(h->server->hub, 1);
}

static int
put(void *arg, struct span line, char terminator)
{
	struct shared *h = arg;

	if (buf_add(&h->input, line) != 0 ||
	    buf_addc(&h->input, terminator) != 0) {
		say_err("%s: a line for it is lost: out of memory", h->name);
		tool_fail(&h->server->tool, STATUS_SOME);
	} else if (h->input.n >= INPUT) {
		flush(h);
	} else {
		loop_task_schedule(h->server->tool.loop, &h->flush);
	}
	return shared_full(h) ? FULL : 0;
}

int
shared_full(const struct shared *h)
{
	return h->full || h->child == NULL;
}

int
shared_down(const struct shared *h)
{
	return h->child == NULL;
}

static void
on_child_room(void *arg)
{
	struct shared *h = arg;

	h->full = 0;
	news_go_on(h->server);
}

/* ---- from it ---- */

static int
on_record(void *arg, struct span record, uint64_t number)
{
	struct shared *h = arg;

	return lines_in_put(h->server->in, h->name, record, number);
}

static void
on_bad_record(void *arg, uint64_t number, const struct why *why)
{
	struct shared *h = arg;

	lines_in_bad(h->server->in, h->name, number, why);
}

static const struct records_user records_user = { on_record, on_bad_record };

/* Once we end, nobody is there for it to speak to. */
static int
on_output(void *arg, struct span s)
{
	struct shared *h = arg;

	if (h->server->stopping)
		return 0;
	reconnect_useful(&h->again);
	if (records_add(&h->records, s) != 0) {
		say_err("%s: %zu bytes of it are lost: out of memory",
		    h->name, s.n);
		tool_fail(&h->server->tool, STATUS_SOME);
	}
	records_deliver(&h->records);
	return h->records.running ? 0 : FULL;
}

void
shared_go_on(struct shared *h)
{
	if (h->child == NULL)
		return;
	h->records.running = 1;
	if (h->server->stopping)
		records_forget(&h->records);
	records_deliver(&h->records);
	if (h->records.running)
		child_resume(h->child);
}

static int
on_error(void *arg, struct span line)
{
	struct shared *h = arg;

	return command_pass_on(h->command, h->name, line);
}

/* Our stderr takes more; if its stdout has to wait, it waits on. */
static void
on_error_room(void *arg)
{
	struct shared *h = arg;

	if (!h->server->stopping)
		orders_go_on(h->server);
	else if (h->child != NULL)
		child_resume(h->child);
}

/* ---- its end, and the next ---- */

static void
say_last(struct shared *h)
{
	while (!h->server->stopping && !records_empty(&h->records)) {
		h->records.running = 1;
		records_end(&h->records);
	}
	records_done(&h->records);
}

static void
tell(const struct shared *h, const struct child_end *end)
{
	struct buf text;

	buf_init(&text, 128);
	if (child_tell_end(&text, end) == 0)
		say_err("%s: %.*s", h->name, (int)text.n, text.p);
	buf_done(&text);
}

static void
on_ended(void *arg, const struct child_end *end)
{
	struct shared *h = arg;
	struct server *s = h->server;
	int64_t wait_ms;

	say_last(h);
	child_free(h->child);
	h->child = NULL;
	h->full = 0;
	loop_timer_stop(h->timer);
	if (s->stopping) {
		server_check_end(s);
		return;
	}
	h->failures += end->status != 0;
	if (end->status != 0 || s->config.stay)
		tell(h, end);
	if (!s->config.stay) {
		if (end->status != 0)
			tool_fail(&s->tool, STATUS_SOME);
		server_stop(s, s->config.drain_ms);
		return;
	}
	hub_hold(s->hub, 1);
	wait_ms = reconnect_lost(&h->again, loop_now(s->tool.loop), -1);
	say_note("%s: is started again in %lld ms", h->name,
	    (long long)wait_ms);
	loop_timer_set(h->timer, wait_ms);
}

static int
start(struct shared *h, struct why *why)
{
	static const struct child_user user = { on_output, on_error,
		on_child_room, on_ended };
	struct buf none;

	buf_init(&none, 0);
	records_init(&h->records, lines_in_terminator(h->server->in),
	    RECORDS_MAX, &records_user, h);
	h->records.running = 1;
	h->child = command_run(h->command, &none, INPUT, &user, h, why);
	if (h->child == NULL)
		return -1;
	h->runs++;
	reconnect_up(&h->again, loop_now(h->server->tool.loop));
	return 0;
}

static void
tell_open(void *arg, struct span line)
{
	struct shared *h = arg;

	lines_out_put(h->server->out, line);
}

/* What came while it was away is for it, behind who is here. */
static void
start_again(struct shared *h)
{
	struct buf waiting = h->input;
	struct why why;

	if (start(h, &why) == -1) {
		say_err("%s: %s", h->name, why.text);
		loop_timer_set(h->timer, MAX_MS);
		return;
	}
	buf_init(&h->input, SIZE_MAX);
	roster_each(&h->roster, tell_open, h);
	if (buf_add(&h->input, buf_span(&waiting)) != 0)
		say_err("%s: %zu bytes for it are lost: out of memory",
		    h->name, waiting.n);
	buf_done(&waiting);
	flush(h);
	if (!h->full)
		news_go_on(h->server);
}

static void
on_timer(void *arg)
{
	struct shared *h = arg;

	if (h->child == NULL)
		start_again(h);
	else
		child_stop(h->child, CHILD_GRACE_MS);
}

void
shared_stop(struct shared *h, int64_t within_ms)
{
	h->grace_ms = h->server->config.grace_ms;
	if (h->grace_ms > within_ms / 2)
		h->grace_ms = within_ms / 2;
	if (h->child == NULL)
		loop_timer_stop(h->timer);
	shared_go_on(h);
}

int
shared_over(struct shared *h)
{
	if (h->child != NULL && !h->ending) {
		h->ending = 1;
		loop_task_cancel(&h->flush);
		flush(h);
		child_end_input(h->child);
		loop_timer_set(h->timer, h->grace_ms);
	}
	return h->child == NULL;
}

void
shared_kill(struct shared *h)
{
	command_kill(h->command);
}

/* ---- who is here ---- */

void
shared_keep(struct shared *h, const struct client *c, struct span line)
{
	if (h->server->config.stay &&
	    roster_add(&h->roster, span_str(c->id), line) == -1)
		say_err("%s: not remembered: out of memory", c->id);
}

void
shared_forget(struct shared *h, const struct client *c)
{
	roster_remove(&h->roster, span_str(c->id));
}

/* ---- all of it ---- */

void
shared_metrics(const struct shared *h, struct metrics *m)
{
	command_metrics(m, h->runs, h->failures, h->child != NULL);
}

static int
init(struct shared *h, struct why *why)
{
	struct server *s = h->server;
	const struct command_config config = { .argv = s->config.command,
		.env = environ, .search = getenv("PATH"), .prefix = "WS_" };

	h->again.plan = (struct retry_plan){ .first_ms = FIRST_MS,
		.max_ms = MAX_MS, .max_tries = INT64_MAX };
	digest_random(&h->again.seed, sizeof(h->again.seed));
	h->command = command_new(s->tool.loop, &config, on_error_room, h,
	    why);
	if (h->command == NULL)
		return -1;
	s->out = lines_out_new(&s->tool, &s->config.lines, LINES_EVENTS,
	    NULL, why);
	if (s->out == NULL)
		return -1;
	lines_out_to(s->out, put, h);
	s->news = s->out;
	s->in = orders_of_shared(s, why);
	if (s->in == NULL)
		return -1;
	h->timer = loop_timer_new(s->tool.loop, on_timer, h);
	if (h->timer == NULL)
		return why_set(why, STATUS_SOME, "out of memory");
	return start(h, why);
}

struct shared *
shared_new(struct server *s, struct why *why)
{
	struct shared *h = calloc(1, sizeof(*h));

	if (h == NULL) {
		why_set(why, STATUS_SOME, "out of memory");
		return NULL;
	}
	h->server = s;
	h->name = s->config.command[0];
	roster_init(&h->roster);
	buf_init(&h->input, SIZE_MAX);
	loop_task_init(&h->flush, flush, h);
	if (init(h, why) == 0)
		return h;
	shared_free(h);
	return NULL;
}

void
shared_free(struct shared *h)
{
	if (h == NULL)
		return;
	command_free(h->command);
	child_free(h->child);
	roster_done(&h->roster);
	loop_timer_free(h->timer);
	loop_task_cancel(&h->flush);
	records_done(&h->records);
	buf_done(&h->input);
	free(h);
}
