/* client/multi.c - curl_multi_socket_action on our loop.
 *
 * libcurl stops watching a connection when a transfer ends and starts again
 * with the next one, and each change is two system calls in libuv.  So a
 * watch for reading stays as it is in between, and is stopped only when
 * something happens that nobody asked for.  That needs to know when a socket
 * closes, which libcurl tells for sockets it had from multi_socket; what else
 * it watches (its resolver's wake-up) is dropped as soon as it says so.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "memory.h"
#include "multi.h"

struct watch {
	struct multi *multi;
	curl_socket_t fd;
	int ours;		/* from multi_socket: its close is told */
	int wanted;		/* what libcurl wants to know */
	int set;		/* what the loop was asked for */
	struct loop_watch *loop;
};

struct multi {
	CURLM *curl;
	struct loop *loop;
	struct loop_timer *timer;
	struct watch **watches;	/* by descriptor */
	size_t nwatches;
	int busy, dead;
};

/* ---- watches ---- */

static struct watch *
watch_of(struct multi *m, curl_socket_t fd)
{
	return fd >= 0 && (size_t)fd < m->nwatches ? m->watches[fd] : NULL;
}

static void
watch_free(struct watch *w)
{
	if (w == NULL)
		return;
	loop_watch_free(w->loop);
	w->multi->watches[w->fd] = NULL;
	free(w);
}

static int
make_room(struct multi *m, size_t fd)
{
	size_t n = m->nwatches == 0 ? 64 : m->nwatches;
	struct watch **v;

	while (n <= fd)
		n *= 2;
	if (n == m->nwatches)
		return 0;
	v = realloc(m->watches, n * sizeof(struct watch *));
	if (v == NULL)
		return -1;
	memset(v + m->nwatches, 0, (n - m->nwatches) * sizeof(struct watch *));
	m->watches = v;
	m->nwatches = n;
	return 0;
}

static struct watch *
watch_new(struct multi *m, curl_socket_t fd)
{
	struct watch *w;

	if (fd < 0 || make_room(m, (size_t)fd) == -1)
		return NULL;
	w = calloc(1, sizeof(*w));
	if (w == NULL)
		return NULL;
	w->multi = m;
	w->fd = fd;
	m->watches[fd] = w;
	return w;
}

/* ---- what happened ---- */

/* The users may add, remove, cancel, even free the multi. */
static void
tell_done(struct multi *m)
{
	struct multi_user *user;
	CURLMsg *msg;
	int left;

	while (!m->dead && (msg = curl_multi_info_read(m->curl, &left))) {
		if (msg->msg != CURLMSG_DONE)
			continue;
		user = NULL;
		curl_easy_getinfo(msg->easy_handle, CURLINFO_PRIVATE, &user);
		if (user != NULL)
			user->done(user->arg, msg->data.result);
	}
}

static void
act(struct multi *m, curl_socket_t fd, int bits)
{
	int running;

	m->busy++;
	curl_multi_socket_action(m->curl, fd, bits, &running);
	tell_done(m);
	if (--m->busy == 0 && m->dead)
		multi_free(m);
}

static void
on_timer(void *arg)
{
	act(arg, CURL_SOCKET_TIMEOUT, 0);
}

static void
on_ready(void *arg, int events)
{
	struct watch *w = arg;
	int bits = 0;

	if (w->wanted == 0) {
		w->set = 0;
		loop_watch_set(w->loop, 0);
		return;
	}
	if (events & LOOP_READ)
		bits |= CURL_CSELECT_IN;
	if (events & LOOP_WRITE)
		bits |= CURL_CSELECT_OUT;
	if (events & LOOP_GONE)
		bits |= CURL_CSELECT_ERR;
	act(w->multi, w->fd, bits);
}

/* ---- what libcurl asks for ---- */

static int
watch_set(struct watch *w, int wanted)
{
	w->wanted = wanted;
	if (wanted == w->set || (wanted == 0 && w->set == LOOP_READ))
		return 0;
	if (w->loop == NULL)
		w->loop = loop_watch_new(w->multi->loop, w->fd, on_ready, w,
		    NULL);
	if (w->loop == NULL)
		return -1;
	w->set = wanted;
	loop_watch_set(w->loop, wanted);
	return 0;
}

static int
on_socket(CURL *easy, curl_socket_t fd, int what, void *arg, void *unused)
{
	struct multi *m = arg;
	struct watch *w = watch_of(m, fd);
	int wanted = 0;

	(void)easy;
	(void)unused;
	if (what == CURL_POLL_REMOVE) {
		if (w != NULL && !w->ours)
			watch_free(w);
		else if (w != NULL)
			watch_set(w, 0);
		return 0;
	}
	if (what == CURL_POLL_IN || what == CURL_POLL_INOUT)
		wanted |= LOOP_READ;
	if (what == CURL_POLL_OUT || what == CURL_POLL_INOUT)
		wanted |= LOOP_WRITE;
	if (w == NULL)
		w = watch_new(m, fd);
	return w == NULL ? -1 : watch_set(w, wanted);
}

static int
on_timeout(CURLM *curl, long ms, void *arg)
{
	struct multi *m = arg;

	(void)curl;
	if (ms < 0)
		loop_timer_stop(m->timer);
	else
		loop_timer_set(m->timer, ms);
	return 0;
}

/* ---- public ---- */

struct multi *
multi_new(struct loop *loop, struct why *why)
{
	struct multi *m;

	if (memory_start() == -1) {
		why_set(why, STATUS_SOME, "libcurl doesn't start");
		return NULL;
	}
	m = calloc(1, sizeof(*m));
	if (m == NULL) {
		memory_stop();
		why_errno(why, STATUS_SOME, "client");
		return NULL;
	}
	m->loop = loop;
	m->curl = curl_multi_init();
	m->timer = loop_timer_new(loop, on_timer, m);
	if (m->curl == NULL || m->timer == NULL) {
		multi_free(m);
		why_set(why, STATUS_SOME, "client: out of memory");
		return NULL;
	}
	curl_multi_setopt(m->curl, CURLMOPT_SOCKETFUNCTION, on_socket);
	curl_multi_setopt(m->curl, CURLMOPT_SOCKETDATA, m);
	curl_multi_setopt(m->curl, CURLMOPT_TIMERFUNCTION, on_timeout);
	curl_multi_setopt(m->curl, CURLMOPT_TIMERDATA, m);
	return m;
}

void
multi_free(struct multi *m)
{
	size_t i;

	if (m == NULL)
		return;
	m->dead = 1;
	if (m->busy > 0)
		return;
	curl_multi_cleanup(m->curl);
	for (i = 0; i < m->nwatches; i++)
		watch_free(m->watches[i]);
	free(m->watches);
	loop_timer_free(m->timer);
	free(m);
	memory_stop();
}

CURLM *
multi_native(struct multi *m)
{
	return m->curl;
}

int
multi_add(struct multi *m, CURL *easy, struct multi_user *user,
    struct why *why)
{
	CURLMcode code;

	curl_easy_setopt(easy, CURLOPT_PRIVATE, user);
	code = curl_multi_add_handle(m->curl, easy);
	if (code != CURLM_OK)
		return why_set(why, STATUS_SOME, "libcurl: %s",
		    curl_multi_strerror(code));
	return 0;
}

void
multi_remove(struct multi *m, CURL *easy)
{
	curl_multi_remove_handle(m->curl, easy);
}

curl_socket_t
multi_socket(struct multi *m, const struct curl_sockaddr *addr)
{
	curl_socket_t fd = socket(addr->family,
	    addr->socktype | SOCK_CLOEXEC, addr->protocol);
	struct watch *w;

	if (fd == CURL_SOCKET_BAD)
		return CURL_SOCKET_BAD;
	w = watch_new(m, fd);
	if (w == NULL) {
		close(fd);
		errno = ENOMEM;
		return CURL_SOCKET_BAD;
	}
	w->ours = 1;
	return fd;
}

void
multi_unwatch(struct multi *m, curl_socket_t fd)
{
	watch_free(watch_of(m, fd));
}
