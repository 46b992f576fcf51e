/* own.h - what the files of child share: for them only. */
#ifndef HOOKLINE_CHILD_OWN_H
#define HOOKLINE_CHILD_OWN_H

#include <sys/types.h>

#include "child.h"
#include "list.h"

#define CHUNK ((size_t)64 * 1024)	/* a pipe's capacity */

/* stdin: our end of it, or -1 once closed. */
struct child_input {
	int fd;
	struct loop_watch *watch;	/* once the pipe was full; or NULL */
	struct buf queue;
	size_t limit;
	int full;		/* FULL was answered; room is due */
	int ending;		/* close it behind the queue */
};

/* stdout or stderr: the same. */
struct child_output {
	int fd;
	struct loop_watch *watch;
	int full;		/* the user said so */
};

/* The child's ends; -1: closed. */
struct child_ends {
	int in, out, err;
};

/* What a thread works on: copies of its own, and then what came of it. */
struct child_start {
	char *file, **argv, **env;
	struct child_ends theirs;
	pid_t pid;		/* or -1 */
	int pidfd, fault;	/* an errno, or 0 */
};

struct child {
	struct children *all;
	const struct child_user *user;
	void *arg;
	struct loop_work *work;
	struct child_start start;
	int64_t grace_ms;	/* of a child_stop that came too early */
	pid_t pid;		/* 0: not started; not reaped while in the
				   list */
	int pidfd;
	struct loop_watch *watch;	/* of pidfd */
	struct loop_timer *timer;
	int exited, stopping, killed;
	struct child_end end;		/* once it has exited */
	struct child_input in;
	struct child_output out, err;
	struct buf line;	/* of stderr, not yet passed on */
	int over, busy, freed;	/* `ended` was called; is being called */
	struct link link;	/* in children */
};

struct children {
	struct loop *loop;
	struct link list;
	size_t starting;	/* of them, in threads */
	char chunk[CHUNK];	/* what is being read */
};

/* ---- child.c ---- */

/* Both of its outputs have ended. */
void child_output_ended(struct child *);

/* ---- pipes.c ---- */

/* Watches the outputs; the descriptors are there. */
int child_pipes_start(struct child *, struct why *);
void child_input_close(struct child *);
/* Cuts off what is still open. */
void child_pipes_close(struct child *);
int child_pipes_ended(const struct child *);

/* ---- start.c ---- */

/* The pipes, and copies of the rest: 0, or -1 and why. */
int child_start_init(struct child *, const struct child_config *,
    struct why *);
/* In a thread: makes the process. */
void child_start_run(struct child_start *);
void child_start_done(struct child_start *);

#endif
