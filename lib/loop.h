/* loop.h - the one event loop: timers, descriptors, signals, turns, and work
 * in other threads.
 *
 * One loop (libuv's), one thread, but for loop_work.  A callback does a
 * bounded amount of work and returns; it may free any timer or watch, its own
 * too.
 *
 * Units:   milliseconds of the monotonic clock.
 * Errors:  a _new answers NULL when memory or descriptors are out.
 * Owns:    a timer or watch is the caller's until its _free; a descriptor
 *          stays the caller's and is never made non-blocking here: the loop
 *          polls through a descriptor of its own where need be.
 */
#ifndef HOOKLINE_LOOP_H
#define HOOKLINE_LOOP_H

#include <stdint.h>

#include "why.h"

struct loop;
struct loop_timer;
struct loop_watch;
struct loop_signal;
struct loop_work;

typedef void (*loop_fn)(void *arg);

struct loop *loop_new(struct why *);
void loop_free(struct loop *);

/* Runs until loop_stop. */
void loop_run(struct loop *);
void loop_stop(struct loop *);

/* Runs what is due without waiting, for a library that ends in steps. */
void loop_drain(struct loop *);

/* The time as this turn began. */
int64_t loop_now(const struct loop *);

/* The uv_loop_t, for a library that wants to run on it. */
void *loop_native(struct loop *);

struct loop_timer *loop_timer_new(struct loop *, loop_fn, void *arg);
void loop_timer_set(struct loop_timer *, int64_t in_ms);  /* once; re-arms */
void loop_timer_stop(struct loop_timer *);
int loop_timer_active(const struct loop_timer *);
void loop_timer_free(struct loop_timer *);	/* NULL is allowed */

enum { LOOP_READ = 1, LOOP_WRITE = 2, LOOP_GONE = 4, LOOP_EDGE = 8,
    LOOP_END = 16 };

/* events: what of LOOP_* happened.  LOOP_GONE: the other end of a pipe was
 * closed, or the descriptor is in error. */
typedef void (*loop_watch_fn)(void *arg, int events);
struct loop_watch *loop_watch_new(struct loop *, int fd, loop_watch_fn,
    void *arg, struct why *);
/* 0 pauses; LOOP_GONE alone waits for the other end to go.  With LOOP_EDGE it
 * is told once of what has come, and of LOOP_END, too: a socket's peer has
 * shut its direction, and there is an end to be read behind the rest. */
void loop_watch_set(struct loop_watch *, int events);
/* After LOOP_EDGE, where not all was read: be told again. */
void loop_watch_again(struct loop_watch *);
void loop_watch_free(struct loop_watch *);	/* NULL is allowed */

typedef void (*loop_signal_fn)(void *arg, int signum);
struct loop_signal *loop_signal_new(struct loop *, int signum,
    loop_signal_fn, void *arg);
void loop_signal_free(struct loop_signal *);	/* NULL is allowed */

/* Runs fn once at the end of this turn, before the loop waits again; what is
 * scheduled meanwhile runs too.  The struct is the caller's, embedded where
 * it belongs; scheduling it twice is scheduling it once. */
struct loop_task {
	loop_fn fn;
	void *arg;
	struct loop_task *next;
	struct loop_task **link;	/* not NULL while scheduled */
};
void loop_task_init(struct loop_task *, loop_fn, void *arg);
void loop_task_schedule(struct loop *, struct loop_task *);
void loop_task_cancel(struct loop_task *);

/* Work that blocks, such as a disk's: once started, `run` is called in another
 * thread, and then `done` on the loop; until then only run touches what run
 * touches.  Each struct does one thing at a time; several run side by side. */
struct loop_work *loop_work_new(struct loop *, loop_fn run, loop_fn done,
    void *arg);
void loop_work_start(struct loop_work *);
/* Not between start and done, which comes in loop_free at the latest.  NULL
 * is allowed. */
void loop_work_free(struct loop_work *);

#endif
