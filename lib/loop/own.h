/* own.h - what the files of loop share: for them only. */
#ifndef HOOKLINE_LOOP_OWN_H
#define HOOKLINE_LOOP_OWN_H

#include <sys/epoll.h>

#include <uv.h>

#include "loop.h"

#define LOOP_BATCH 256		/* descriptors served in one turn */

struct loop {
	uv_loop_t uv;
	uv_async_t kept;	/* without a handle libuv would not wait */
	int set;		/* epoll: the watches', and libuv's own set */
	struct epoll_event batch[LOOP_BATCH];
	int nbatch;		/* of them, being served now */
	int uv_first;		/* libuv has something to do before we wait */
	int uv_shared;		/* a library has loop_native, and so always */
	int stopped;
	struct loop_task *tasks;	/* ends with last */
	struct loop_task last;
};

/* Waits for the descriptors, timeout as epoll_wait's, and serves them. */
void loop_poll(struct loop *, int timeout);

#endif
