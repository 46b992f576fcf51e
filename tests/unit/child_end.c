/* Children that don't end by themselves, and what they leave behind. */
#include <sys/prctl.h>
#include <sys/wait.h>

#include <errno.h>
#include <stdlib.h>

#include "child_rig.h"

#define SOON_MS 20		/* where the test is about time */

/* Orphans become ours (PR_SET_CHILD_SUBREAPER): awaits one's end. */
static int
awaits(pid_t pid)
{
	int status = 0;

	while (waitpid(pid, &status, 0) == -1 && errno == EINTR)
		;
	return status;
}

static int
is_alive(pid_t pid)
{
	return waitpid(pid, NULL, WNOHANG) == 0 || errno == ECHILD;
}

/* The number that the child has printed. */
static pid_t
number(struct rig *r)
{
	pid_t pid = (pid_t)atoi(rig_out(r));

	CHECK(pid > 1);
	return pid > 1 ? pid : -1;
}

/* Runs until the child has said something, and then stops it. */
static void
start_and_stop(struct rig *r, const char *script, int64_t grace_ms)
{
	rig_next(r);
	r->stop_at_output = grace_ms < 0;
	rig_sh(r, script);
	while (grace_ms >= 0 && r->outputs == 0)
		loop_drain(r->loop);
	if (grace_ms >= 0)
		child_stop(r->child, grace_ms);
	rig_run(r);
	r->stop_at_output = 0;
	CHECK(r->ends == 1);
}

static void
test_stop(struct rig *r)
{
	start_and_stop(r, "echo ready; exec sleep 1000", LONG_MS);
	CHECK(r->end.signum == SIGTERM);
	start_and_stop(r, "echo ready; exec sleep 1000", -1);
	CHECK(r->end.signum == SIGTERM);
	/* It may say goodbye. */
	start_and_stop(r, "trap 'echo bye; exit 5' TERM; echo ready; "
	    "while :; do sleep 0.01; done", LONG_MS);
	CHECK(r->end.status == 5);
	CHECK_STR(rig_out(r), "ready\nbye\n");
}

/* Before it was started. */
static void
test_stop_early(struct rig *r)
{
	rig_next(r);
	rig_sh(r, "exec sleep 1000");
	child_stop(r->child, LONG_MS);
	rig_run(r);
	CHECK(r->ends == 1 && r->end.signum == SIGTERM);
}

/* Who doesn't end, ends. */
static void
test_kill(struct rig *r)
{
	start_and_stop(r, "trap '' TERM; echo ready; "
	    "while :; do sleep 1000; done", SOON_MS);
	CHECK(r->end.signum == SIGKILL);
}

/* The leader ends at once; a child of its own holds stderr and SIGTERM off. */
static void
test_group(struct rig *r)
{
	pid_t left;

	start_and_stop(r, "sh -c 'trap \"\" TERM; echo $$; "
	    "while :; do sleep 1000; done' & wait", SOON_MS);
	CHECK(r->end.signum == SIGTERM);
	left = number(r);
	CHECK(WTERMSIG(awaits(left)) == SIGKILL);
}

/* The same, without a pipe of ours. */
static void
test_silent_group(struct rig *r)
{
	pid_t left;

	start_and_stop(r, "sh -c 'trap \"\" TERM; echo $$; "
	    "exec >/dev/null 2>&1; while :; do sleep 1000; done' & wait",
	    LONG_MS);
	left = number(r);
	CHECK(WTERMSIG(awaits(left)) == SIGKILL);
}

/* What is left running has a moment to let go of our pipes. */
static void
test_holding(struct rig *r)
{
	pid_t left;

	rig_whole(r, "sleep 1000 & echo $!");
	CHECK(r->end.status == 0 && r->end.signum == 0);
	left = number(r);
	CHECK(WTERMSIG(awaits(left)) == SIGTERM);
	rig_whole(r, "(sleep 0.05; echo late) & echo early");
	CHECK_STR(rig_out(r), "early\nlate\n");
}

/* What has let go of them is none of our business. */
static void
test_detached(struct rig *r)
{
	pid_t left;

	rig_whole(r, "sleep 1000 >/dev/null 2>&1 & echo $!");
	left = number(r);
	CHECK(is_alive(left));
	kill(left, SIGKILL);
	awaits(left);
}

/* Freed while it runs, in a callback or not, it is killed, and reaped. */
static void
test_free(struct rig *r)
{
	pid_t pid;

	rig_next(r);
	r->free_at_output = 1;
	rig_sh(r, "echo $$; echo more >&2; exec sleep 1000");
	rig_run(r);
	r->free_at_output = 0;
	CHECK(r->outputs == 1 && r->ends == 0);
	pid = number(r);
	while (kill(pid, 0) == 0)
		loop_drain(r->loop);
	CHECK(r->ends == 0);

	r->free_at_end = 1;
	rig_whole(r, "echo x");
	CHECK(r->child == NULL);
	r->free_at_end = 0;

	rig_next(r);
	rig_sh(r, "exec sleep 1000");
	child_free(r->child);
	r->child = NULL;
}

/* All that are left go with their home. */
static void
test_all(struct rig *r)
{
	struct child *one;

	rig_next(r);
	rig_sh(r, "trap '' TERM; while :; do sleep 1000; done");
	one = r->child;
	rig_sh(r, "exec sleep 1000");
	children_free(r->all);
	r->all = children_new(r->loop);
	CHECK(r->ends == 0);
	child_free(one);
	child_free(r->child);
	r->child = NULL;
	while (waitpid(-1, NULL, 0) != -1)
		;
	CHECK(errno == ECHILD);
}

/* We are killed: the child is told. */
static void
test_parent_killed(void)
{
	int fds[2];
	char text[32] = "";
	pid_t parent, child;

	CHECK(pipe(fds) == 0);
	parent = fork();
	if (parent == 0) {
		struct rig r;

		rig_init(&r);
		rig_sh(&r, "echo $$; exec sleep 1000");
		while (r.outputs == 0)
			loop_drain(r.loop);
		CHECK(write(fds[1], r.out.p, r.out.n) > 0);
		raise(SIGKILL);
	}
	CHECK(read(fds[0], text, sizeof(text) - 1) > 0);
	child = (pid_t)atoi(text);
	CHECK(WTERMSIG(awaits(parent)) == SIGKILL);
	CHECK(child > 1 && WTERMSIG(awaits(child)) == SIGTERM);
	close(fds[0]);
	close(fds[1]);
}

int
main(void)
{
	struct rig r;

	prctl(PR_SET_CHILD_SUBREAPER, 1);
	test_parent_killed();
	rig_init(&r);
	test_stop(&r);
	test_stop_early(&r);
	test_kill(&r);
	test_group(&r);
	test_silent_group(&r);
	test_holding(&r);
	test_detached(&r);
	test_free(&r);
	test_all(&r);
	rig_done(&r);
	return CHECK_DONE;
}
