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
	kill(-c->pid, signum);
}

/* What needs no loop any more; the process is reaped, or there was none. */
static void
release(struct child *c)
{
	child_pipes_close(c);
	loop_watch_free(c->watch);
	c->watch = NULL;
	loop_timer_free(c->timer);
	c->timer = NULL;
	if (c->pidfd != -1)
		close(c->pidfd);
	c->pidfd = -1;
}

static void
reap(const struct child *c)
{
	while (waitpid(c->pid, NULL, 0) == -1 && errno == EINTR)
		;
}

static void
finish(struct child *c)
{
	if (c->stopping)
		kill_group(c, SIGKILL);
	reap(c);
	LIST_REMOVE(c, link);
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
	} else if (c->stopping) {
		finish(c);
	} else if (c->out.full) {
		loop_timer_set(c->timer, CHILD_LINGER_MS);
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
	kill_group(c, SIGTERM);
	loop_timer_set(c->timer, grace_ms);
}

/* ---- one ---- */

/* A process that was made and can't be watched. */
static void
abandon(struct child *c)
{
	if (c->pid > 0) {
		kill_group(c, SIGKILL);
		reap(c);
	}
	release(c);
	free(c);
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
	c->timer = loop_timer_new(all->loop, on_timer, c);
	if (c->timer == NULL) {
		why_set(why, STATUS_SOME, "out of memory");
	} else if (child_start(c, config, why) == 0 &&
	    child_pipes_start(c, why) == 0 &&
	    (c->watch = loop_watch_new(all->loop, c->pidfd, on_exit_, c,
	    why)) != NULL) {
		loop_watch_set(c->watch, LOOP_READ);
		LIST_INSERT_HEAD(&all->list, c, link);
		return c;
	}
	abandon(c);
	return NULL;
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

struct children *
children_new(struct loop *loop)
{
	struct children *all = malloc(sizeof(*all));

	if (all != NULL) {
		all->loop = loop;
		LIST_INIT(&all->list);
	}
	return all;
}

void
children_kill(struct children *all)
{
	struct child *c;

	LIST_FOREACH(c, &all->list, link)
		kill_group(c, SIGKILL);
}

void
children_free(struct children *all)
{
	struct child *c;

	if (all == NULL)
		return;
	children_kill(all);
	while ((c = LIST_FIRST(&all->list)) != NULL) {
		reap(c);
		LIST_REMOVE(c, link);
		release(c);
		c->over = 1;
		if (c->freed)
			free(c);
	}
	free(all);
}
