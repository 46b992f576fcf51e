/* child.c - a child's life: from its start to its end, by itself or not.
 *
 * It is not reaped before all is over: until then its number is its own, and
 * so is its group's, so that no stranger can be signalled.
 */
#include <sys/wait.h>

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "own.h"

#define CUT_MS 100	/* after SIGKILL: for what is still in the pipes */

/* ---- nobody listens any more ---- */

static int
drop(void *arg, struct span s)
{
	(void)arg;
	(void)s;
	return 0;
}

static void
drop_end(void *arg, const struct child_end *end)
{
	(void)arg;
	(void)end;
}

static const struct child_user nobody = { drop, drop, NULL, drop_end };

/* ---- the end ---- */

static void
kill_group(const struct child *c, int signum)
{
	if (c->pid > 0)
		kill(-c->pid, signum);
}

static void
reap(struct child *c)
{
	while (c->pid > 0 && waitpid(c->pid, NULL, 0) == -1 && errno == EINTR)
		;
	c->pid = -1;
}

/* What needs the loop; the process is reaped, or there was none. */
static void
release(struct child *c)
{
	child_pipes_close(c);
	child_start_done(&c->start);
	loop_watch_free(c->watch);
	c->watch = NULL;
	loop_timer_free(c->timer);
	c->timer = NULL;
	loop_work_free(c->work);
	c->work = NULL;
	if (c->pidfd != -1)
		close(c->pidfd);
	c->pidfd = -1;
}

static void
finish(struct child *c)
{
	if (c->stopping)
		kill_group(c, SIGKILL);
	reap(c);
	list_remove(&c->link);
	release(c);
	c->over = 1;
	c->busy = 1;
	c->user->ended(c->arg, &c->end);
	c->busy = 0;
	if (c->freed)
		free(c);
}

void
child_output_ended(struct child *c)
{
	if (c->exited)
		finish(c);
}

/* 0 once the process is over, and how; not reaped yet. */
static int
look(struct child *c)
{
	siginfo_t si = { .si_pid = 0 };

	if (waitid(P_PIDFD, (id_t)c->pidfd, &si,
	    WEXITED | WNOHANG | WNOWAIT) == -1 || si.si_pid == 0)
		return -1;
	c->end = (struct child_end){ .status = -1 };
	if (si.si_code == CLD_EXITED)
		c->end.status = si.si_status;
	else
		c->end.signum = si.si_status;
	return 0;
}

static void
on_exit_(void *arg, int events)
{
	struct child *c = arg;

	(void)events;
	if (c->exited || look(c) == -1)
		return;
	c->exited = 1;
	loop_watch_free(c->watch);
	c->watch = NULL;
	child_input_close(c);
	if (c->freed || child_pipes_ended(c))
		finish(c);
	else if (c->killed)
		loop_timer_set(c->timer, CUT_MS);
	else if (!c->stopping)
		loop_timer_set(c->timer, CHILD_LINGER_MS);
}

static void
on_timer(void *arg)
{
	struct child *c = arg;

	if (!c->exited) {
		c->killed = 1;
		kill_group(c, SIGKILL);
	} else if (c->out.full) {
		/* What it wrote is still there to be read. */
		loop_timer_set(c->timer, CHILD_LINGER_MS);
	} else if (c->stopping) {
		finish(c);
	} else {
		child_stop(c, CHILD_GRACE_MS);
	}
}

void
child_stop(struct child *c, int64_t grace_ms)
{
	if (c->over)
		return;
	c->stopping = 1;
	c->grace_ms = grace_ms;
	if (c->pid == 0)
		return;
	kill_group(c, SIGTERM);
	loop_timer_set(c->timer, grace_ms);
}

/* ---- the start ---- */

/* There is no process, or none that could be watched. */
static void
fail(struct child *c, int fault)
{
	c->end = (struct child_end){ .status = -1, .fault = fault };
	c->stopping = 1;
	finish(c);
}

static void
run(void *arg)
{
	child_start_run(&((struct child *)arg)->start);
}

/* The process is there, or isn't, and whoever wants it to end has said so. */
static void
on_started(void *arg)
{
	struct child *c = arg;

	c->pid = c->start.pid;
	c->pidfd = c->start.pidfd;
	c->all->starting--;
	child_start_done(&c->start);
	if (c->start.fault == 0)
		c->watch = loop_watch_new(c->all->loop, c->pidfd, on_exit_, c,
		    NULL);
	if (c->watch == NULL) {
		fail(c, c->start.fault != 0 ? c->start.fault : ENOMEM);
		return;
	}
	loop_watch_set(c->watch, LOOP_READ);
	if (c->freed)
		kill_group(c, SIGKILL);
	else if (c->stopping)
		child_stop(c, c->grace_ms);
}

static int
init(struct child *c, const struct child_config *config, struct why *why)
{
	struct loop *loop = c->all->loop;

	c->timer = loop_timer_new(loop, on_timer, c);
	c->work = loop_work_new(loop, run, on_started, c);
	if (c->timer == NULL || c->work == NULL)
		return why_set(why, STATUS_SOME, "out of memory");
	return child_start_init(c, config, why) != 0 ||
	    child_pipes_start(c, why) != 0 ? -1 : 0;
}

struct child *
child_new(struct children *all, const struct child_config *config,
    const struct child_user *user, void *arg, struct why *why)
{
	struct child *c = calloc(1, sizeof(*c));

	if (c == NULL) {
		why_set(why, STATUS_SOME, "out of memory");
		return NULL;
	}
	c->all = all;
	c->user = user;
	c->arg = arg;
	c->pidfd = c->in.fd = c->out.fd = c->err.fd = -1;
	c->in.limit = config->input_limit;
	buf_init(&c->in.queue, SIZE_MAX);
	buf_init(&c->line, SIZE_MAX);
	if (init(c, config, why) != 0) {
		release(c);
		free(c);
		return NULL;
	}
	list_add(&all->list, &c->link);
	all->starting++;
	loop_work_start(c->work);
	return c;
}

void
child_free(struct child *c)
{
	if (c == NULL)
		return;
	c->freed = 1;
	if (c->over) {
		if (!c->busy)
			free(c);
		return;
	}
	c->user = &nobody;
	c->stopping = c->killed = 1;
	kill_group(c, SIGKILL);
	child_pipes_close(c);
	if (c->exited)
		loop_timer_set(c->timer, 0);
}

/* ---- all ---- */

static struct child *
child_of(struct link *l)
{
	return LIST_OF(l, struct child, link);
}

struct children *
children_new(struct loop *loop)
{
	struct children *all = malloc(sizeof(*all));

	if (all != NULL) {
		all->loop = loop;
		all->starting = 0;
		list_init(&all->list);
	}
	return all;
}

void
children_kill(struct children *all)
{
	struct link *l;

	for (l = all->list.next; l != &all->list; l = l->next)
		kill_group(child_of(l), SIGKILL);
}

void
children_free(struct children *all)
{
	struct child *c;
	struct link *l;

	if (all == NULL)
		return;
	for (l = all->list.next; l != &all->list; l = l->next)
		child_of(l)->user = &nobody;
	while (all->starting > 0)
		loop_drain(all->loop);
	children_kill(all);
	while ((l = list_first(&all->list)) != NULL) {
		c = child_of(l);
		reap(c);
		list_remove(&c->link);
		release(c);
		c->over = 1;
		if (c->freed)
			free(c);
	}
	free(all);
}
