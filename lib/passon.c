/* passon.c - what children say on stderr, passed on to ours. */
#include <poll.h>
#include <stdlib.h>
#include <unistd.h>

#include "passon.h"
#include "say.h"

#define MOST 4096		/* bytes of a message (say.h) */

struct passon {
	struct loop_watch *watch;
	resume_fn room;
	void *arg;
	int full;
};

static void
on_writable(void *arg, int events)
{
	struct passon *p = arg;

	(void)events;
	p->full = 0;
	loop_watch_set(p->watch, 0);
	p->room(p->arg);
}

struct passon *
passon_new(struct loop *loop, resume_fn room, void *arg)
{
	struct passon *p = calloc(1, sizeof(*p));

	if (p == NULL)
		return NULL;
	p->room = room;
	p->arg = arg;
	p->watch = loop_watch_new(loop, STDERR_FILENO, on_writable, p, NULL);
	if (p->watch != NULL)
		return p;
	free(p);
	return NULL;
}

void
passon_free(struct passon *p)
{
	if (p == NULL)
		return;
	loop_watch_free(p->watch);
	free(p);
}

/* A pipe that can be written to takes a message without blocking: both are a
 * PIPE_BUF at most. */
static int
is_full(void)
{
	struct pollfd p = { .fd = STDERR_FILENO, .events = POLLOUT };

	return poll(&p, 1, 0) == 0;
}

/* A NUL is shown as other control bytes are: else it would be the end. */
static void
tell(const char *who, struct span line)
{
	char text[MOST];
	size_t i, n = line.n < sizeof(text) ? line.n : sizeof(text);

	for (i = 0; i < n; i++)
		text[i] = line.p[i] != '\0' ? line.p[i] : '?';
	say_err("%s: %.*s", who, (int)n, text);
}

int
passon_line(struct passon *p, const char *who, struct span line)
{
	tell(who, line);
	if (!p->full && is_full()) {
		p->full = 1;
		loop_watch_set(p->watch, LOOP_WRITE);
	}
	return p->full ? FULL : 0;
}
