/* session.c - `-- COMMAND`: one client and its process. */
#include <errno.h>
#include <stdlib.h>

#include "say.h"
#include "session_own.h"
#include "variables.h"

#define INPUT ((size_t)64 * 1024)	/* bytes that may wait for a command */
#define KEPT ((size_t)4096)		/* memory for them, while idle */

/* Its process is no more. */
static void
leave_place(struct sessions *all)
{
	if (all->stopping)
		all->count--;
	else if (all->count-- == (size_t)all->server->config.max_clients)
		front_unpark_all(all->server->front);
}

void
session_release(struct session *x)
{
	if (!x->over)
		leave_place(x->all);
	list_remove(&x->link);
	child_free(x->child);
	records_done(&x->records);
	buf_done(&x->input);
	loop_task_cancel(&x->flush);
	loop_timer_free(x->timer);
	free(x);
}

/* ---- from the client to the command ---- */

static void
flush(void *arg)
{
	struct session *x = arg;
	int full = child_put(x->child, buf_span(&x->input));

	if (x->input.cap > KEPT)
		buf_done(&x->input);
	else
		buf_clear(&x->input);
	if (full && x->client != NULL)
		hub_hold_client(x->all->server->hub, span_str(x->id), 1);
}

static void
on_child_room(void *arg)
{
	struct session *x = arg;

	if (x->client != NULL && !x->all->stopping)
		hub_hold_client(x->all->server->hub, span_str(x->id), 0);
}

/* What comes in one turn leaves in one write; beyond so much, at once. */
void
session_put(struct session *x, struct span line, char terminator)
{
	struct server *s = x->all->server;

	if (x->over)
		return;
	if (buf_add(&x->input, line) != 0 ||
	    buf_addc(&x->input, terminator) != 0) {
		say_err("%s: a line for its command is lost: out of memory",
		    x->id);
		tool_fail(&s->tool, STATUS_SOME);
	} else if (x->input.n >= INPUT) {
		flush(x);
	} else {
		loop_task_schedule(s->tool.loop, &x->flush);
	}
}

/* ---- from the command to the client ---- */

static int
on_record(void *arg, struct span record, uint64_t number)
{
	struct session *x = arg;

	x->all->speaker = x;
	return lines_in_put(x->all->server->in, x->id, record, number);
}

static void
on_bad_record(void *arg, uint64_t number, const struct why *why)
{
	struct session *x = arg;

	lines_in_bad(x->all->server->in, x->id, number, why);
}

static const struct records_user records_user = { on_record, on_bad_record };

static int
on_output(void *arg, struct span s)
{
	struct session *x = arg;

	if (session_is_unheard(x))
		return 0;
	if (records_add(&x->records, s) != 0) {
		say_err("%s: %zu bytes of its command are lost: out of memory",
		    x->id, s.n);
		tool_fail(&x->all->server->tool, STATUS_SOME);
	}
	records_deliver(&x->records);
	if (records_empty(&x->records))
		records_forget(&x->records);
	return x->records.running ? 0 : FULL;
}

static int
on_error(void *arg, struct span line)
{
	struct session *x = arg;

	return command_pass_on(x->all->command, x->id, line);
}

void
session_drained(struct session *x)
{
	if (x->over || session_is_unheard(x))
		return;
	x->records.running = 1;
	records_deliver(&x->records);
	if (x->records.running)
		child_resume(x->child);
}

/* ---- the end of the command ---- */

/* What a start that fails comes from: there is no room, or it is wrong. */
static int
is_shortage(int fault)
{
	return fault == EAGAIN || fault == ENOMEM || fault == EMFILE ||
	    fault == ENFILE;
}

static int
close_code(const struct sessions *all, const struct child_end *end)
{
	if (all->stopping)
		return WS_GOING_AWAY;
	if (end->fault != 0)
		return is_shortage(end->fault) ? WS_TRY_LATER : WS_INTERNAL;
	if (end->signum != 0)
		return WS_INTERNAL;
	return end->status == 0 ? WS_NORMAL : 4000 + end->status;
}

static void
close_client(struct session *x, const struct child_end *end)
{
	struct sessions *all = x->all;
	struct span reason = SPAN("");
	struct buf text;

	buf_init(&text, 128);
	if (end->status != 0 && !all->stopping &&
	    buf_adds(&text, "the command ") == 0 &&
	    child_tell_end(&text, end) == 0) {
		reason = buf_span(&text);
		if (end->status == -1)
			say_err("%s: %.*s", x->id, (int)reason.n, reason.p);
		else
			say_detail("%s: %.*s", x->id, (int)reason.n, reason.p);
	}
	hub_close(all->server->hub, span_str(x->id), close_code(all, end),
	    reason);
	buf_done(&text);
}

/* What is left of a chunk, and a line without its end, wait for nobody. */
static void
say_last(struct session *x)
{
	do {
		x->records.running = 1;
		records_end(&x->records);
	} while (!records_empty(&x->records));
}

static void
on_ended(void *arg, const struct child_end *end)
{
	struct session *x = arg;
	struct sessions *all = x->all;

	all->failures += end->status != 0;
	if (x->client != NULL) {
		say_last(x);
		close_client(x, end);
		hub_hold_client(all->server->hub, span_str(x->id), 0);
	}
	leave_place(all);
	x->over = 1;
	loop_timer_stop(x->timer);
	if (x->client == NULL)
		session_release(x);
	server_check_end(all->server);
}

/* ---- the end of the client ---- */

void
session_end_input(struct session *x)
{
	loop_task_cancel(&x->flush);
	flush(x);
	child_end_input(x->child);
}

static void
on_timer(void *arg)
{
	struct session *x = arg;

	child_stop(x->child, CHILD_GRACE_MS);
}

void
session_left(struct session *x)
{
	x->client = NULL;
	if (x->over) {
		session_release(x);
		return;
	}
	session_end_input(x);
	records_forget(&x->records);
	loop_timer_set(x->timer, x->all->server->config.grace_ms);
	child_resume(x->child);		/* what it says is dropped */
}

/* ---- its start ---- */

static int
describe(struct session *x, struct buf *variables, const struct guest *guest,
    const char *remote, const struct http1_head *head, struct span protocol)
{
	struct span path, query;

	http1_target(head->target, &path, &query);
	return variables_add(variables, SESSION_PREFIX, "CLIENT",
	    span_str(x->id)) != 0 ||
	    variables_add(variables, SESSION_PREFIX, "ROOM", path) != 0 ||
	    (guest != NULL && guest->user != NULL && variables_add(variables,
	    SESSION_PREFIX, "USER", span_str(guest->user)) != 0) ||
	    variables_add(variables, SESSION_PREFIX, "REMOTE",
	    span_str(remote)) != 0 ||
	    (protocol.n > 0 && variables_add(variables, SESSION_PREFIX,
	    "PROTOCOL", protocol) != 0) ||
	    variables_add_head(variables, SESSION_PREFIX, head) != 0 ? -1 : 0;
}

static int
start(struct session *x, struct buf *variables, struct why *why)
{
	static const struct child_user user = { on_output, on_error,
		on_child_room, on_ended };
	struct sessions *all = x->all;

	x->timer = loop_timer_new(all->server->tool.loop, on_timer, x);
	if (x->timer == NULL)
		return why_set(why, STATUS_SOME, "out of memory");
	x->child = command_run(all->command, variables, INPUT, &user, x, why);
	return x->child == NULL ? -1 : 0;
}

struct session *
session_new(struct sessions *all, const struct guest *guest,
    const char *remote, const struct http1_head *head, struct span protocol,
    struct why *why)
{
	struct session *x = calloc(1, sizeof(*x));
	struct buf variables;
	int got = -1;

	if (x == NULL) {
		why_set(why, STATUS_SOME, "out of memory");
		return NULL;
	}
	x->all = all;
	hub_next_id(all->server->hub, x->id);
	records_init(&x->records, lines_in_terminator(all->server->in),
	    RECORDS_MAX, &records_user, x);
	x->records.running = 1;
	buf_init(&x->input, SIZE_MAX);
	loop_task_init(&x->flush, flush, x);
	list_add(&all->list, &x->link);
	all->count++;
	buf_init(&variables, SIZE_MAX);
	if (describe(x, &variables, guest, remote, head, protocol) != 0)
		why_set(why, STATUS_SOME, "out of memory");
	else
		got = start(x, &variables, why);
	buf_done(&variables);
	if (got == 0)
		return x;
	session_release(x);
	return NULL;
}

void
session_begin(struct session *x, const struct client *c)
{
	x->all->runs++;
	x->client = c;
}

void
session_drop(struct session *x)
{
	session_release(x);
}

