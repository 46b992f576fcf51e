/* own.h - what the files of child share: for them only. */
#ifndef HOOKLINE_CHILD_OWN_H
#define HOOKLINE_CHILD_OWN_H

#include <sys/queue.h>
#include <sys/types.h>

#include "child.h"

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

struct child {
	struct children *all;
	const struct child_user *user;
	void *arg;
	pid_t pid;		/* not reaped while it is in the list */
	int pidfd;
	struct loop_watch *watch;	/* of pidfd */
	struct loop_timer *timer;
	int exited, stopping, killed;
	struct child_end end;		/* once it has exited */
	struct child_input in;
	struct child_output out, err;
	struct buf line;	/* of stderr, not yet passed on */
	int over, busy, freed;	/* `ended` was called; is being called */
	LIST_ENTRY(child) link;
};

LIST_HEAD(child_list, child);

struct children {
	struct loop *loop;
	struct child_list list;
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

/* Makes the pipes and the process: 0, and our ends, pid and pidfd are
 * set; or -1 and why. */
int child_start(struct child *, const struct child_config *, struct why *);

#endif
