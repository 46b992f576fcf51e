/* Timers, tasks, descriptors of every kind, and frees at awkward moments. */
#include <sys/socket.h>

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "check.h"
#include "loop.h"

struct seen {
	struct loop *loop;
	struct loop_timer *timer;
	struct loop_watch *watch, *other;
	struct loop_task task, task2;
	int n, events;
	char order[16];
};

static void
stop(void *arg)
{
	loop_stop(arg);
}

/* Runs the loop for so long at most; the tests stop it sooner. */
static void
run_for(struct loop *l, int64_t ms)
{
	struct loop_timer *t = loop_timer_new(l, stop, l);

	loop_timer_set(t, ms);
	loop_run(l);
	loop_timer_free(t);
}

static void
ticks(void *arg)
{
	struct seen *s = arg;

	if (++s->n < 3) {
		loop_timer_set(s->timer, 1);
		return;
	}
	loop_timer_free(s->timer);
	loop_stop(s->loop);
}

static void
timers(struct loop *l)
{
	struct seen s = { .loop = l };
	struct loop_timer *never = loop_timer_new(l, stop, l);
	int64_t then = loop_now(l);

	s.timer = loop_timer_new(l, ticks, &s);
	CHECK(!loop_timer_active(s.timer));
	loop_timer_set(s.timer, 3600000);
	loop_timer_set(s.timer, 1);
	CHECK(loop_timer_active(s.timer));
	loop_timer_set(never, 1);
	loop_timer_stop(never);
	CHECK(!loop_timer_active(never));
	loop_run(l);
	CHECK(s.n == 3);
	CHECK(loop_now(l) >= then + 3 && loop_now(l) < then + 3600000);
	loop_timer_free(never);
	loop_timer_free(NULL);
}

static void
second(void *arg)
{
	struct seen *s = arg;

	strcat(s->order, "2");
	if (s->n++ > 0)
		loop_stop(s->loop);
}

static void
first(void *arg)
{
	struct seen *s = arg;

	strcat(s->order, "1");
	loop_task_schedule(s->loop, &s->task2);
}

static void
schedule(void *arg)
{
	struct seen *s = arg;

	strcat(s->order, "t");
	loop_task_schedule(s->loop, &s->task);
	loop_task_schedule(s->loop, &s->task);
}

/* What a task schedules runs in the same turn, and the loop doesn't wait
 * with a task left. */
static void
tasks(struct loop *l)
{
	struct seen s = { .loop = l };
	struct loop_task never;

	s.timer = loop_timer_new(l, schedule, &s);
	loop_task_init(&s.task, first, &s);
	loop_task_init(&s.task2, second, &s);
	loop_task_init(&never, stop, l);
	loop_task_schedule(l, &s.task2);
	loop_task_schedule(l, &never);
	loop_task_schedule(l, &s.task);
	loop_task_cancel(&never);
	loop_task_cancel(&never);
	run_for(l, 5000);
	CHECK_STR(s.order, "212");
	s.order[0] = '\0';
	s.n = 1;
	loop_timer_set(s.timer, 0);
	run_for(l, 5000);
	CHECK_STR(s.order, "t12");
	loop_timer_free(s.timer);
}

/* The last turn's tasks run although the loop was stopped in it. */
static void
last_tasks(struct loop *l)
{
	struct seen s = { .loop = l };

	loop_task_init(&s.task, second, &s);
	loop_stop(l);
	loop_task_schedule(l, &s.task);
	loop_run(l);
	CHECK_STR(s.order, "2");
}

static void
heard(void *arg, int events)
{
	struct seen *s = arg;

	s->n++;
	s->events |= events;
	loop_watch_set(s->watch, 0);
	loop_stop(s->loop);
}

static void
pipes(struct loop *l)
{
	struct seen s = { .loop = l };
	int p[2];

	CHECK(pipe(p) == 0);
	s.watch = loop_watch_new(l, p[0], heard, &s, NULL);
	loop_watch_set(s.watch, LOOP_READ);
	CHECK(write(p[1], "x", 1) == 1);
	run_for(l, 5000);
	CHECK(s.n == 1 && s.events == LOOP_READ);
	/* Paused, nothing comes, the hang-up neither. */
	close(p[1]);
	run_for(l, 20);
	CHECK(s.n == 1);
	loop_watch_set(s.watch, LOOP_READ);
	run_for(l, 5000);
	CHECK(s.n == 2);
	CHECK((fcntl(p[0], F_GETFL) & O_NONBLOCK) == 0);
	loop_watch_free(s.watch);
	close(p[0]);
}

static void
told(void *arg, int events)
{
	struct seen *s = arg;

	s->n++;
	s->events = events;
	loop_stop(s->loop);
}

/* Told once, again if asked, and of the end behind what is there. */
static void
edges(struct loop *l)
{
	struct seen s = { .loop = l };
	int p[2];
	char c;

	CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, p) == 0);
	s.watch = loop_watch_new(l, p[0], told, &s, NULL);
	loop_watch_set(s.watch, LOOP_READ | LOOP_EDGE);
	CHECK(write(p[1], "xy", 2) == 2);
	run_for(l, 5000);
	CHECK(s.n == 1 && s.events == LOOP_READ);
	CHECK(read(p[0], &c, 1) == 1);
	run_for(l, 20);
	CHECK(s.n == 1);
	loop_watch_again(s.watch);
	run_for(l, 5000);
	CHECK(s.n == 2 && s.events == LOOP_READ);
	CHECK(shutdown(p[1], SHUT_WR) == 0);
	run_for(l, 5000);
	CHECK(s.n == 3 && s.events == (LOOP_READ | LOOP_END));
	loop_watch_free(s.watch);
	close(p[0]);
	close(p[1]);
}

static void
gone(struct loop *l)
{
	struct seen s = { .loop = l };
	int p[2];

	CHECK(pipe(p) == 0);
	s.watch = loop_watch_new(l, p[1], heard, &s, NULL);
	loop_watch_set(s.watch, LOOP_GONE);
	run_for(l, 20);
	CHECK(s.n == 0);
	loop_watch_set(s.watch, LOOP_WRITE | LOOP_GONE);
	run_for(l, 5000);
	CHECK(s.n == 1 && s.events == LOOP_WRITE);
	loop_watch_set(s.watch, LOOP_GONE);
	close(p[0]);
	run_for(l, 5000);
	CHECK(s.n == 2 && (s.events & LOOP_GONE));
	loop_watch_free(s.watch);
	close(p[1]);
}

/* A file is always ready; a descriptor that isn't open is an error. */
static void
files(struct loop *l)
{
	struct seen s = { .loop = l };
	struct why why;
	int fd = open("/dev/null", O_RDONLY), null = fd;

	s.watch = loop_watch_new(l, fd, heard, &s, NULL);
	run_for(l, 10);
	CHECK(s.n == 0);
	loop_watch_set(s.watch, LOOP_READ);
	run_for(l, 5000);
	CHECK(s.n == 1 && s.events == LOOP_READ);
	loop_watch_set(s.watch, LOOP_WRITE);
	run_for(l, 5000);
	CHECK(s.n == 2);
	loop_watch_free(s.watch);
	close(null);
	CHECK(loop_watch_new(l, null, heard, &s, &why) == NULL);
	CHECK(why.status == STATUS_SOME);
	loop_watch_free(NULL);
}

static void
frees_both(void *arg, int events)
{
	struct seen *s = arg;

	(void)events;
	s->n++;
	loop_watch_free(s->watch);
	loop_watch_free(s->other);
	loop_stop(s->loop);
}

/* Both are ready in one turn, and whichever comes first frees both. */
static void
freed_within(struct loop *l)
{
	struct seen s = { .loop = l };
	int v[2];

	CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, v) == 0);
	s.watch = loop_watch_new(l, v[0], frees_both, &s, NULL);
	s.other = loop_watch_new(l, v[1], frees_both, &s, NULL);
	loop_watch_set(s.watch, LOOP_WRITE);
	loop_watch_set(s.other, LOOP_WRITE);
	run_for(l, 5000);
	run_for(l, 10);
	CHECK(s.n == 1);
	close(v[0]);
	close(v[1]);
}

static void
on_signal(void *arg, int signum)
{
	struct seen *s = arg;

	s->n = signum;
	loop_stop(s->loop);
}

static void
signals(struct loop *l)
{
	struct seen s = { .loop = l };
	struct loop_signal *h = loop_signal_new(l, SIGUSR1, on_signal, &s);

	raise(SIGUSR1);
	run_for(l, 5000);
	CHECK(s.n == SIGUSR1);
	loop_signal_free(h);
	loop_signal_free(NULL);
}

struct labour {
	struct loop *loop;
	pthread_t thread;
	int runs, dones;
};

static void
on_run(void *arg)
{
	struct labour *w = arg;

	w->thread = pthread_self();
	w->runs++;
}

static void
on_done(void *arg)
{
	struct labour *w = arg;

	CHECK(++w->dones == w->runs);
	loop_stop(w->loop);
}

static void
work(struct loop *l)
{
	struct labour w = { .loop = l };
	struct loop_work *h = loop_work_new(l, on_run, on_done, &w);

	loop_work_start(h);
	run_for(l, 5000);
	CHECK(w.dones == 1 && !pthread_equal(w.thread, pthread_self()));
	loop_work_start(h);
	run_for(l, 5000);
	CHECK(w.dones == 2);
	loop_work_free(h);
	loop_work_free(NULL);
}

/* What runs when the loop is freed is done first. */
static void
unfinished_work(void)
{
	struct loop *l = loop_new(NULL);
	struct labour w = { .loop = l };
	struct loop_work *h = loop_work_new(l, on_run, on_done, &w);

	loop_work_start(h);
	loop_free(l);
	CHECK(w.runs == 1 && w.dones == 1);
	loop_work_free(h);
}

static void
all(struct loop *l)
{
	timers(l);
	tasks(l);
	last_tasks(l);
	pipes(l);
	edges(l);
	gone(l);
	files(l);
	freed_within(l);
	signals(l);
	work(l);
}

int
main(void)
{
	struct loop *l = loop_new(NULL);

	all(l);
	/* libuv runs in each turn from now on. */
	CHECK(loop_native(l) != NULL);
	all(l);
	unfinished_work();
	loop_free(l);
	loop_free(NULL);
	return CHECK_DONE;
}
