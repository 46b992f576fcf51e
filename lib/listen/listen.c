/* listen/listen.c - accepting, within limits. */
#include <sys/resource.h>
#include <sys/socket.h>

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "address.h"
#include "listen/own.h"
#include "say.h"

#define SPARE_FDS 64		/* for all that is not a connection */
#define BATCH 64		/* accepted in a turn, of one address */
#define PAUSE_MS 100		/* without descriptors, memory or places */

/* What a peer is not ready for waits with us, where it may be shared: the
 * kernel would take 2.5 MB for each (Linux 6, loopback), and that is no
 * memory of a process, but the machine's. */
#define UNSENT (64 * 1024)

struct place {
	struct listen *listen;
	struct address address;
	struct loop_watch *watch;
};

struct listen {
	struct loop *loop;
	struct tls *tls;		/* or NULL */
	void (*accept)(void *, struct stream *);
	void (*full)(void *);		/* or NULL */
	void *arg;
	struct loop_timer *pause;
	size_t open, max;
	int stopped, complained;
	size_t naddresses, nplaces;	/* others were passed to us */
	const struct systemd *passed;
	struct place places[];
};

static int
may_accept(const struct listen *l)
{
	return !l->stopped && l->open < l->max &&
	    !loop_timer_active(l->pause);
}

/* Watches the addresses, or does not, as it should be now. */
static void
settle(struct listen *l)
{
	int events = may_accept(l) || (l->full != NULL && !l->stopped &&
	    !loop_timer_active(l->pause)) ? LOOP_READ : 0;
	size_t i;

	for (i = 0; i < l->nplaces; i++)
		if (l->places[i].watch != NULL)
			loop_watch_set(l->places[i].watch, events);
}

static void
on_pause(void *arg)
{
	settle(arg);
}

static void
on_gone(void *arg)
{
	struct listen *l = arg;

	if (l->open-- == l->max) {
		loop_timer_stop(l->pause);
		settle(l);
	}
}

/* ---- accepting ---- */

static void
welcome(struct listen *l, int fd, const struct sockaddr *peer)
{
	struct stream *s;
	char remote[128];
	int one = 1, unsent = UNSENT;

	address_format(remote, sizeof(remote), peer);
	if (peer->sa_family != AF_UNIX) {
		setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
		setsockopt(fd, IPPROTO_TCP, TCP_NOTSENT_LOWAT, &unsent,
		    sizeof(unsent));
	}
	l->open++;
	s = l->tls != NULL ? tls_stream(l->tls, fd, remote, on_gone, l) :
	    plain_stream(l->loop, fd, remote, on_gone, l);
	if (s == NULL)
		on_gone(l);
	else
		l->accept(l->arg, s);
}

/* Out of descriptors or memory: trying at once would only spin. */
static void
rest(struct listen *l)
{
	if (!l->complained)
		say_warn("cannot accept a connection: %s", strerror(errno));
	l->complained = 1;
	loop_timer_set(l->pause, PAUSE_MS);
	settle(l);
}

/* Somebody waits for a place. */
static void
crowded(struct listen *l)
{
	l->full(l->arg);
	if (l->open < l->max)
		return;
	loop_timer_set(l->pause, PAUSE_MS);
	settle(l);
}

static void
on_ready(void *arg, int events)
{
	struct place *p = arg;
	struct listen *l = p->listen;
	int i;

	(void)events;
	if (l->open >= l->max && l->full != NULL &&
	    !loop_timer_active(l->pause))
		crowded(l);
	for (i = 0; i < BATCH && may_accept(l); i++) {
		struct sockaddr_storage peer = { .ss_family = AF_UNIX };
		socklen_t n = sizeof(peer);
		int fd = accept4(p->address.fd, (struct sockaddr *)&peer, &n,
		    SOCK_NONBLOCK | SOCK_CLOEXEC);

		if (fd != -1)
			welcome(l, fd, (struct sockaddr *)&peer);
		else if (errno == EMFILE || errno == ENFILE ||
		    errno == ENOBUFS || errno == ENOMEM)
			rest(l);
		else if (errno == EAGAIN)
			return;
		/* Else that connection had an error of its own. */
	}
	if (l->open >= l->max)
		settle(l);
}

/* ---- the module's functions ---- */

/* A descriptor for each connection: the soft limit, by tradition 1024, is
 * there for programs that use select(2), and for us to raise.  Without this a
 * few idle peers would be enough to make accept(2) fail for all others. */
static size_t
affordable(size_t clients)
{
	struct rlimit r;
	size_t fit;

	if (getrlimit(RLIMIT_NOFILE, &r) == -1)
		return clients;
	if (r.rlim_cur < clients + SPARE_FDS) {
		r.rlim_cur = clients + SPARE_FDS;
		if (r.rlim_cur > r.rlim_max)
			r.rlim_cur = r.rlim_max;
		setrlimit(RLIMIT_NOFILE, &r);
	}
	fit = r.rlim_cur > 2 * SPARE_FDS ? r.rlim_cur - SPARE_FDS : SPARE_FDS;
	if (clients <= fit)
		return clients;
	say_warn("no more than %zu connections at once: the limit of "
	    "descriptors is %llu", fit, (unsigned long long)r.rlim_cur);
	return fit;
}

static size_t
count_places(const struct listen_config *c)
{
	return c->naddresses +
	    (c->passed != NULL ? (size_t)c->passed->nfds : 0);
}

static int
open_places(struct listen *l, const struct listen_config *c,
    struct why *why)
{
	size_t i, n = count_places(c);

	for (i = 0; i < n; i++) {
		struct place *p = &l->places[i];
		int fd = SYSTEMD_FIRST_FD + (int)(i - c->naddresses);

		p->listen = l;
		if ((i < c->naddresses ?
		    address_listen(&p->address, c->addresses[i], why) :
		    address_adopt(&p->address, fd, why)) != 0)
			return -1;
		l->nplaces++;
		p->watch = loop_watch_new(l->loop, p->address.fd, on_ready,
		    p, why);
		if (p->watch == NULL)
			return -1;
	}
	return 0;
}

static int
begin(struct listen *l, const struct listen_config *c, struct why *why)
{
	l->pause = loop_timer_new(l->loop, on_pause, l);
	if (l->pause == NULL)
		return why_errno(why, STATUS_UNREACHABLE, "listening");
	if ((c->tls.cert == NULL) != (c->tls.key == NULL))
		return why_set(why, STATUS_USAGE,
		    "--cert and --key: one needs the other");
	if (c->tls.client_ca != NULL && c->tls.cert == NULL)
		return why_set(why, STATUS_USAGE,
		    "--client-ca: needs --cert");
	if (c->tls.cert != NULL &&
	    (l->tls = tls_new(l->loop, &c->tls, why)) == NULL)
		return -1;
	return open_places(l, c, why);
}

struct listen *
listen_new(struct loop *loop, const struct listen_config *c,
    void (*accept)(void *, struct stream *), void *arg, struct why *why)
{
	struct listen *l = calloc(1, sizeof(*l) +
	    count_places(c) * sizeof(l->places[0]));

	if (l == NULL) {
		why_errno(why, STATUS_UNREACHABLE, "listening");
		return NULL;
	}
	l->loop = loop;
	l->accept = accept;
	l->full = c->full;
	l->arg = arg;
	l->max = affordable(c->max_clients);
	l->naddresses = c->naddresses;
	l->passed = c->passed;
	if (begin(l, c, why) != 0) {
		listen_free(l);
		return NULL;
	}
	settle(l);
	return l;
}

int
listen_reload(struct listen *l, struct why *why)
{
	return l->tls == NULL ? 1 : tls_reload(l->tls, why);
}

/* The sockets are closed, so that who connects now is refused at once. */
void
listen_stop(struct listen *l)
{
	size_t i;

	l->stopped = 1;
	for (i = 0; i < l->nplaces; i++) {
		loop_watch_free(l->places[i].watch);
		l->places[i].watch = NULL;
		address_done(&l->places[i].address);
	}
}

void
listen_free(struct listen *l)
{
	if (l == NULL)
		return;
	listen_stop(l);
	loop_timer_free(l->pause);
	tls_free(l->tls);
	free(l);
}

const char *
listen_name(const struct listen *l, size_t i, int *port)
{
	if (i >= l->nplaces)
		return NULL;
	*port = l->places[i].address.port;
	return l->places[i].address.name;
}

struct span
listen_label(const struct listen *l, size_t i)
{
	if (i < l->naddresses || l->passed == NULL)
		return span_of(NULL, 0);
	return systemd_name(l->passed, (int)(i - l->naddresses));
}
