/* settle.c - the answers: the one the user wants, and refusals.
 *
 * How a request is answered (`how`): NULL by --reply, else what --reply-filter
 * has made, who waits for a line on stdin, or the command's job.  A request
 * that left no line has neither of the latter two: nobody else knows of it.
 */
#include <stdlib.h>
#include <unistd.h>

#include "computed.h"
#include "listener.h"
#include "say.h"

/* ---- how ---- */

static struct reply *
compute(struct listener *l)
{
	struct reply *r = malloc(sizeof(*r));
	struct why why;

	if (r == NULL || computed_reply(l->computed, buf_span(&l->line), r,
	    &why) == 0)
		return r;
	say_err("%s: --reply-filter: %s", l->id, why.text);
	tool_fail(&l->tool, STATUS_SOME);
	reply_done(r);
	reply_plain(r, 500, "no reply could be made\n");
	return r;
}

/* 0 and *how; or -1: out of memory. */
static int
choose(struct listener *l, struct exchange *x, struct span body, int is_line,
    void **how)
{
	*how = NULL;
	if (l->computed != NULL)
		*how = compute(l);
	else if (l->replies != NULL && is_line)
		*how = replies_expect(l->replies, l->id);
	else if (l->runner != NULL && is_line)
		*how = runner_job(l->runner, l->id, verify_told(l, x),
		    buf_span(&l->line), body);
	else
		return 0;
	return *how == NULL ? -1 : 0;
}

void
settle_later(struct listener *l, struct exchange *x, struct span body,
    uint64_t position, int is_line)
{
	void *how;

	if (choose(l, x, body, is_line, &how) != 0)
		settle_refuse(x, 500, NULL, SPAN(""), "out of memory\n");
	else if (position == record_taken(l))
		settle(l, x, how);
	else if (answers_put(&l->answers, x, position, how) != 0)
		settle_not(l, x, how, "out of memory\n");
}

static void
send_computed(struct reply *r, struct exchange *x)
{
	if (x != NULL)
		reply_send(r, x);
	reply_done(r);
	free(r);
}

void
settle(struct listener *l, struct exchange *x, void *how)
{
	if (how == NULL && x != NULL)
		reply_send(&l->reply, x);
	else if (how == NULL)
		return;
	else if (l->computed != NULL)
		send_computed(how, x);
	else if (l->replies != NULL)
		replies_wait(l->replies, how, x);
	else
		runner_start(how, x);
}

void
settle_not(struct listener *l, struct exchange *x, void *how,
    const char *reason)
{
	if (how != NULL && l->computed != NULL)
		send_computed(how, NULL);
	else if (how != NULL && l->replies != NULL)
		replies_forget(l->replies, how);
	else if (how != NULL)
		runner_drop(how);
	if (x != NULL)
		settle_busy(x, reason);
}

/* ---- refusals ---- */

void
settle_refuse(struct exchange *x, int status, const char *name,
    struct span value, const char *reason)
{
	struct front_field fields[2] = {
		{ "Content-Type", SPAN("text/plain; charset=utf-8") },
		{ name, value }
	};

	front_reply(x, status, fields, name != NULL ? 2 : 1,
	    span_str(reason));
}

void
settle_busy(struct exchange *x, const char *reason)
{
	settle_refuse(x, 503, "Retry-After", SPAN("1"), reason);
}

/* ---- putting it together ---- */

/* Whoever answered has gone: it is of no use to go on. */
static void
on_stdin_end(void *arg)
{
	struct listener *l = arg;

	say_detail("stdin has ended, and with it the replies");
	l->mute = 1;
	front_unpark_all(l->front);
	listener_stop(l);
}

static void
on_free(void *arg)
{
	struct listener *l = arg;

	while (!runner_is_full(l->runner) && turns_next(l->turns))
		;
	listener_check_end(l);
}

static void
on_unheard(void *arg, const char *id, int status)
{
	struct listener *l = arg;

	repeats_over(&l->repeats, id, status, loop_now(l->tool.loop));
}

static int
start_runner(struct listener *l, struct why *why)
{
	static const struct runner_user user = { on_free, on_unheard };
	const struct config *c = &l->config;
	const struct runner_config config = { .argv = c->command,
		.env = environ, .secret_envs = &c->secrets.envs,
		.search = getenv("PATH"), .jobs = c->jobs,
		.timeout_ms = c->command_timeout_ms,
		.max_output = c->max_output };

	l->turns = turns_new(l->tool.loop, (size_t)(c->max_body + BODIES),
	    PARK_MS, &intake_turns, l);
	if (l->turns == NULL)
		return why_set(why, STATUS_SOME, "out of memory");
	l->runner = runner_new(&l->tool, &config, &user, l, why);
	return l->runner == NULL ? -1 : 0;
}

int
settle_start(struct listener *l, struct why *why)
{
	const struct config *c = &l->config;
	struct why inner;

	if (reply_init(&l->reply, c->reply, why) != 0)
		return -1;
	if (c->reply_filter != NULL) {
		l->computed = lines_filter_new(&c->lines, FILTER_MAP,
		    c->reply_filter, &inner);
		return l->computed != NULL ? 0 : why_set(why, inner.status,
		    "--reply-filter: %s", inner.text);
	}
	if (c->reply_lines) {
		l->replies = replies_new(&l->tool, c->reply_timeout_ms,
		    on_stdin_end, l, why);
		return l->replies == NULL ? -1 : 0;
	}
	return c->command == NULL ? 0 : start_runner(l, why);
}

void
settle_done(struct listener *l)
{
	struct exchange *x;
	void *how;

	while (answers_due(&l->answers, UINT64_MAX, &x, &how))
		settle_not(l, NULL, how, "");
	turns_free(l->turns);
	runner_free(l->runner);
	replies_free(l->replies);
	filter_free(l->computed);
	reply_done(&l->reply);
}

int
settle_needs_line(const struct listener *l)
{
	return l->computed != NULL || l->runner != NULL;
}
