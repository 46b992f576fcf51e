/* watch.c - what happens in DIR/seg, by inotify. */
#include <sys/inotify.h>

#include <errno.h>
#include <limits.h>
#include <stdalign.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "spool/watch.h"

struct spool_watch {
	int fd;
	struct loop_watch *loop;
	const struct spool_watch_user *user;
	void *arg;
};

static void
tell(struct spool_watch *w, const struct inotify_event *e)
{
	if (e->mask & (IN_MODIFY | IN_CLOSE_WRITE) && e->len > 0)
		w->user->grown(w->arg, e->name,
		    (e->mask & IN_CLOSE_WRITE) != 0);
	else
		w->user->changed(w->arg);
}

static void
on_ready(void *arg, int events)
{
	struct spool_watch *w = arg;
	alignas(struct inotify_event) char b[16 * 1024];
	ssize_t n = read(w->fd, b, sizeof(b));
	size_t at, len;

	(void)events;
	for (at = 0; n > 0 && at < (size_t)n; at += len) {
		const struct inotify_event *e = (const void *)(b + at);

		len = sizeof(*e) + e->len;
		tell(w, e);
	}
}

static int
start(struct spool_watch *w, struct loop *l, const char *dir,
    struct why *why)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s/seg", dir);
	w->fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	if (w->fd == -1 || inotify_add_watch(w->fd, path, IN_MODIFY |
	    IN_CLOSE_WRITE | IN_MOVED_TO) == -1)
		return why_errno(why, STATUS_SOME, path);
	w->loop = loop_watch_new(l, w->fd, on_ready, w, why);
	if (w->loop == NULL)
		return -1;
	loop_watch_set(w->loop, LOOP_READ);
	return 0;
}

struct spool_watch *
watch_new(struct loop *l, const char *dir,
    const struct spool_watch_user *user, void *arg, struct why *why)
{
	struct spool_watch *w = calloc(1, sizeof(*w));

	if (w == NULL) {
		why_set(why, STATUS_SOME, "out of memory");
		return NULL;
	}
	w->user = user;
	w->arg = arg;
	if (start(w, l, dir, why) == 0)
		return w;
	watch_free(w);
	return NULL;
}

void
watch_free(struct spool_watch *w)
{
	if (w == NULL)
		return;
	loop_watch_free(w->loop);
	if (w->fd != -1)
		close(w->fd);
	free(w);
}
