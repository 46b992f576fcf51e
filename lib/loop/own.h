/* own.h - what the files of loop share: for them only. */
#ifndef HOOKLINE_LOOP_OWN_H
#define HOOKLINE_LOOP_OWN_H

#include <sys/epoll.h>

#include <uv.h>

#include "loop.h"

#define LOOP_BATCH 256		/* descriptors served in one turn */

struct loop {
	uv_loop_t uv;
	uv_prepare_t turn_end;
	uv_poll_t polled;		/* the epoll set */
	int set;
	struct epoll_event batch[LOOP_BATCH];
	int nbatch;			/* of them, being served now */
	struct loop_task *tasks;	/* ends with last */
	struct loop_task last;
};

/* The epoll set, l->set, has something: serves it. */
void loop_polled(uv_poll_t *, int, int);

#endif
