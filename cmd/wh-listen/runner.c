/* runner.c - `-- COMMAND`. */
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "environment.h"
#include "id.h"
#include "list.h"
#include "reply.h"
#include "runner.h"
#include "say.h"

#define INPUT ((size_t)64 * 1024)	/* what goes into the pipe at once */

struct runner {
	struct tool *tool;
	struct runner_config config;
	struct command *command;
	struct link running;
	int64_t jobs;			/* places taken */
	uint64_t runs, failures;
	struct loop_task task;		/* a place is free */
	struct runner_user user;
	void *arg;
	int ending;
};

/* Why a job has no good end. */
enum trouble { NONE, LATE, TOO_MUCH };

struct job {
	struct owed owed;
	struct runner *runner;
	struct link link;		/* while it runs */
	struct child *child;
	struct loop_timer *timer;
	enum trouble trouble;
	struct buf env, body, out;
	char id[ID_SIZE];
};

static struct job *
job_of(struct link *l)
{
	return LIST_OF(l, struct job, link);
}

void
runner_drop(struct job *j)
{
	struct runner *r = j->runner;

	list_remove(&j->link);
	child_free(j->child);
	loop_timer_free(j->timer);
	buf_done(&j->env);
	buf_done(&j->body);
	buf_done(&j->out);
	free(j);
	r->jobs--;
	loop_task_schedule(r->tool->loop, &r->task);
}

static void
on_task(void *arg)
{
	struct runner *r = arg;

	if (!r->ending)
		r->user.free(r->arg);
	else if (list_first(&r->running) == NULL)
		loop_stop(r->tool->loop);
}

/* ---- the end of a job ---- */

static void
answer(struct job *j, const struct reply *reply)
{
	struct exchange *x = owed_take(&j->owed);

	if (x != NULL)
		reply_send(reply, x);
	else
		j->runner->user.unheard(j->runner->arg, j->id,
		    reply->status);
	runner_drop(j);
}

static void
fail(struct job *j, int status, const char *reason)
{
	struct runner *r = j->runner;
	struct reply reply;

	tool_fail(r->tool, STATUS_SOME);
	r->failures++;
	reply_plain(&reply, status, reason);
	answer(j, &reply);
}

static void
on_ended(void *arg, const struct child_end *end)
{
	struct job *j = arg;
	const char *reason;
	struct reply reply;
	struct buf text;

	if (j->trouble == LATE) {
		fail(j, 504, "the command took too long\n");
	} else if (j->trouble == TOO_MUCH) {
		fail(j, 500, "the command said too much\n");
	} else if (end->signum == 0 && end->status == 0) {
		reply_output(&reply, buf_span(&j->out));
		answer(j, &reply);
	} else {
		reason = end->fault != 0 ? "the command could not be run\n" :
		    "the command failed\n";
		buf_init(&text, 128);
		if (child_tell_end(&text, end) == 0 &&
		    buf_addc(&text, '\0') == 0)
			say_err("%s: the command %s", j->id, text.p);
		buf_done(&text);
		fail(j, 500, reason);
	}
}

/* ---- while it runs ---- */

static int
on_output(void *arg, struct span s)
{
	struct job *j = arg;

	if (j->trouble != NONE || j->owed.exchange == NULL)
		return 0;
	if (buf_add(&j->out, s) == 0)
		return 0;
	say_err("%s: the command's output is longer than %zu bytes: ended",
	    j->id, j->out.max);
	j->trouble = TOO_MUCH;
	child_stop(j->child, 0);
	return 0;
}

static int
on_error(void *arg, struct span line)
{
	struct job *j = arg;

	return command_pass_on(j->runner->command, j->id, line);
}

static void
on_timer(void *arg)
{
	struct job *j = arg;

	if (j->trouble != NONE)
		return;
	say_err("%s: the command took too long: ended", j->id);
	j->trouble = LATE;
	child_stop(j->child, CHILD_GRACE_MS);
}

/* Our stderr takes more. */
static void
on_room(void *arg)
{
	struct runner *r = arg;
	struct link *l, *next;

	for (l = r->running.next; l != &r->running; l = next) {
		next = l->next;
		child_resume(job_of(l)->child);
	}
}

/* ---- its start ---- */

struct job *
runner_job(struct runner *r, const char *id, const struct http1_head *head,
    struct span line, struct span body)
{
	struct job *j = calloc(1, sizeof(*j));

	if (j == NULL)
		return NULL;
	j->runner = r;
	memcpy(j->id, id, ID_SIZE);
	buf_init(&j->env, SIZE_MAX);
	buf_init(&j->body, SIZE_MAX);
	buf_init(&j->out, (size_t)r->config.max_output);
	r->jobs++;
	j->timer = loop_timer_new(r->tool->loop, on_timer, j);
	if (j->timer != NULL && environment_add(&j->env, head, line) == 0 &&
	    buf_add(&j->body, body) == 0)
		return j;
	runner_drop(j);
	return NULL;
}

void
runner_start(struct job *j, struct exchange *x)
{
	static const struct child_user user = { .output = on_output,
		.error = on_error, .ended = on_ended };
	struct runner *r = j->runner;
	struct why why;

	owed_set(&j->owed, x);
	if (r->ending) {
		fail(j, 503, "ending\n");
		return;
	}
	r->runs++;
	j->child = command_run(r->command, &j->env, INPUT, &user, j, &why);
	if (j->child == NULL) {
		say_err("%s: %s", j->id, why.text);
		fail(j, 500, "the command could not be run\n");
		return;
	}
	list_add(&r->running, &j->link);
	loop_timer_set(j->timer, r->config.timeout_ms);
	(void)child_put(j->child, buf_span(&j->body));
	child_end_input(j->child);
	buf_done(&j->body);
	buf_done(&j->env);
}

/* ---- all of it ---- */

int
runner_is_full(const struct runner *r)
{
	return r->jobs >= r->config.jobs;
}

int
runner_is_idle(const struct runner *r)
{
	return r->jobs == 0;
}

void
runner_end(struct runner *r)
{
	struct link *l;

	if (list_first(&r->running) == NULL)
		return;
	say_note("commands that still run are ended");
	r->ending = 1;
	for (l = r->running.next; l != &r->running; l = l->next)
		child_stop(job_of(l)->child, CHILD_GRACE_MS);
	loop_run(r->tool->loop);
}

void
runner_kill(struct runner *r)
{
	command_kill(r->command);
}

void
runner_metrics(const struct runner *r, struct metrics *m)
{
	command_metrics(m, r->runs, r->failures, (uint64_t)r->jobs);
}

static int
start(struct runner *r, struct why *why)
{
	const struct runner_config *c = &r->config;
	const struct command_config config = { .argv = c->argv,
		.env = c->env, .search = c->search,
		.prefix = ENVIRONMENT_PREFIX,
		.secret_envs = c->secret_envs };

	r->command = command_new(r->tool->loop, &config, on_room, r, why);
	return r->command == NULL ? -1 : 0;
}

struct runner *
runner_new(struct tool *tool, const struct runner_config *config,
    const struct runner_user *user, void *arg, struct why *why)
{
	struct runner *r = calloc(1, sizeof(*r));

	if (r == NULL) {
		why_set(why, STATUS_SOME, "out of memory");
		return NULL;
	}
	r->tool = tool;
	r->config = *config;
	r->user = *user;
	r->arg = arg;
	list_init(&r->running);
	loop_task_init(&r->task, on_task, r);
	if (start(r, why) == 0)
		return r;
	runner_free(r);
	return NULL;
}

void
runner_free(struct runner *r)
{
	struct link *first;

	if (r == NULL)
		return;
	command_free(r->command);
	while ((first = list_first(&r->running)) != NULL) {
		owed_take(&job_of(first)->owed);
		runner_drop(job_of(first));
	}
	loop_task_cancel(&r->task);
	free(r);
}
