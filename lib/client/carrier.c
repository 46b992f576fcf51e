/* client/carrier.c - bytes over a connection of libcurl's: curl_easy_send and
 * curl_easy_recv.
 *
 * The handle stays in its multi, which owns the connection.
 *
 * TLS has two rules of its own, be it the server's or a proxy's.  What OpenSSL
 * has read from the socket and not yet given out no poll shows, so reading
 * goes on in the next turn until it has no more.  And a write that did not go
 * through must be tried again with the same bytes at the same place, so they
 * wait in `out`.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "carrier.h"

#define READ_SIZE ((size_t)64 << 10)
#define READS 4			/* in a turn */
/* libcurl asks for no more at once; what is less was all there is. */
#define PLAIN_READ ((size_t)16384)
#define TLS_RECORD ((size_t)16384)	/* RFC 8446 section 5.1 */

struct carrier {
	struct loop *loop;
	struct multi *multi;
	CURL *easy;
	char *url;
	int is_tls;
	int holds;			/* there may be TLS on the way */
	curl_socket_t fd;
	struct loop_watch *watch;
	struct loop_timer *again;	/* reads on in the next turn */
	struct loop_task fail;
	struct stream *stream;
	struct why why;
	int reading, writing, watched;
	int dead, shut;			/* sending failed; we ended it */
	int busy, gone;			/* in a callback; freed in it */
	size_t out_n;			/* waits in out; 0: nothing */
	char error[CURL_ERROR_SIZE];
	char said[CURL_ERROR_SIZE];	/* libcurl's last words in a call */
	char out[TLS_RECORD];
	char in[READ_SIZE];
};

static void
carrier_free(void *arg)
{
	struct carrier *c = arg;

	c->gone = 1;
	if (c->busy)
		return;		/* leave() will */
	loop_watch_free(c->watch);
	loop_timer_free(c->again);
	loop_task_cancel(&c->fail);
	multi_remove(c->multi, c->easy);
	curl_easy_cleanup(c->easy);
	multi_free(c->multi);
	free(c->url);
	free(c);
}

static void
leave(struct carrier *c)
{
	c->busy = 0;
	if (c->gone)
		carrier_free(c);
}

static void
watch(struct carrier *c)
{
	int events = (c->reading ? LOOP_READ : 0) |
	    (c->writing ? LOOP_WRITE : 0);

	if (events != c->watched)
		loop_watch_set(c->watch, events);
	c->watched = events;
}

/* libcurl 7.88 fills the error buffer once, be it for a trifle that was no
 * error (getpeername() of a connection that the peer has reset already): what
 * a TLS 1.3 server thinks of our certificate was lost to it. */
static int
on_said(CURL *easy, curl_infotype type, char *data, size_t n, void *arg)
{
	struct carrier *c = arg;

	(void)easy;
	while (n > 0 && data[n - 1] == '\n')
		n--;
	if (type == CURLINFO_TEXT)
		snprintf(c->said, sizeof(c->said), "%.*s", (int)n, data);
	return 0;
}

static void
hush(struct carrier *c)
{
	c->error[0] = c->said[0] = '\0';
}

static void
lost(struct carrier *c, CURLcode code)
{
	const char *error = c->error[0] != '\0' ? c->error : c->said;

	multi_why(&c->why, code, &(struct multi_tried){ c->easy, error,
	    c->url, NULL });
	if (c->why.status != STATUS_TLS)
		c->why.status = STATUS_LOST;
}

/* ---- reading ---- */

/* The last that the stream hears of us. */
static void
finish(struct carrier *c, const struct why *why)
{
	c->reading = c->writing = 0;
	watch(c);
	stream_failed(c->stream, why);
}

/* Is there perhaps more? */
static int
read_once(struct carrier *c)
{
	size_t n = 0;
	CURLcode code;

	hush(c);
	code = curl_easy_recv(c->easy, c->in, sizeof(c->in), &n);
	if (code == CURLE_AGAIN)
		return 0;
	if (code == CURLE_OK && n > 0) {
		stream_received(c->stream, span_of(c->in, n));
		return c->holds || n >= PLAIN_READ;
	}
	if (code == CURLE_OK && c->dead) {
		/* A reset, which the kernel tells once: to send(). */
		finish(c, &c->why);
	} else if (code == CURLE_OK && !c->is_tls) {
		c->reading = 0;
		watch(c);
		stream_half_closed(c->stream);
	} else if (code == CURLE_OK || (c->is_tls && c->shut)) {
		finish(c, NULL);
	} else {
		lost(c, code);
		finish(c, &c->why);
	}
	return 0;
}

static void
read_some(struct carrier *c)
{
	int more = 1, i;

	for (i = 0; i < READS && more; i++)
		more = read_once(c) && !c->gone && c->reading;
	if (more && c->holds)
		loop_timer_set(c->again, 0);
}

static void
on_again(void *arg)
{
	struct carrier *c = arg;

	c->busy = 1;
	if (c->reading)
		read_some(c);
	leave(c);
}

static void
on_ready(void *arg, int events)
{
	struct carrier *c = arg;

	c->busy = 1;
	if (c->writing && (events & (LOOP_WRITE | LOOP_GONE))) {
		c->writing = 0;
		stream_writable(c->stream);
	}
	if (!c->gone && c->reading && (events & (LOOP_READ | LOOP_GONE)))
		read_some(c);
	if (!c->gone)
		watch(c);
	leave(c);
}

static void
on_fail(void *arg)
{
	struct carrier *c = arg;

	c->busy = 1;
	finish(c, &c->why);
	leave(c);
}

static void
carrier_read(void *arg, int on)
{
	struct carrier *c = arg;

	c->reading = on;
	watch(c);
	if (c->holds && on)
		loop_timer_set(c->again, 0);
	if (c->dead && !on)
		loop_task_schedule(c->loop, &c->fail);
}

/* ---- sending ---- */

/* What the peer had sent before it went is still read; only where nobody
 * reads is the failure told by itself. */
static ssize_t
send_failed(struct carrier *c, CURLcode code)
{
	c->dead = 1;
	lost(c, code);
	if (!c->reading)
		loop_task_schedule(c->loop, &c->fail);
	return -1;
}

static ssize_t
carrier_send(void *arg, struct span s)
{
	struct carrier *c = arg;
	size_t did = 0;
	CURLcode code;

	if (c->dead)
		return -1;
	if (c->holds && c->out_n == 0) {
		c->out_n = s.n < TLS_RECORD ? s.n : TLS_RECORD;
		memcpy(c->out, s.p, c->out_n);
	}
	if (c->holds)
		s = span_of(c->out, c->out_n);
	hush(c);
	code = curl_easy_send(c->easy, s.p, s.n, &did);
	if (code == CURLE_AGAIN) {
		c->writing = 1;
		watch(c);
		return 0;
	}
	if (code != CURLE_OK)
		return send_failed(c, code);
	c->out_n = 0;
	return (ssize_t)did;
}

/* Under TLS, too: libcurl sends close_notify only as it closes, and a peer
 * that goes on waiting for our end is worse than one that misses it.  It may
 * answer with an alert, which then is its end. */
static void
carrier_shut(void *arg)
{
	struct carrier *c = arg;

	c->shut = 1;
	shutdown(c->fd, SHUT_WR);
}

/* ---- making ---- */

static const struct stream_carrier carrier_calls = {
	carrier_send, carrier_read, carrier_shut, carrier_free
};

static struct carrier *
carrier_new(struct loop *loop, struct multi *multi, CURL *easy,
    const char *url, struct why *why)
{
	struct carrier *c = calloc(1, sizeof(*c));

	if (c == NULL) {
		multi_remove(multi, easy);
		curl_easy_cleanup(easy);
		multi_free(multi);
		why_errno(why, STATUS_SOME, "client");
		return NULL;
	}
	c->loop = loop;
	c->multi = multi;
	c->easy = easy;
	loop_task_init(&c->fail, on_fail, c);
	curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, c->error);
	curl_easy_setopt(easy, CURLOPT_DEBUGFUNCTION, on_said);
	curl_easy_setopt(easy, CURLOPT_DEBUGDATA, c);
	/* Only now: no callback for each TLS record. */
	curl_easy_setopt(easy, CURLOPT_VERBOSE, 1L);
	curl_easy_getinfo(easy, CURLINFO_ACTIVESOCKET, &c->fd);
	multi_unwatch(multi, c->fd);
	c->url = strdup(url);
	c->again = loop_timer_new(loop, on_again, c);
	if (c->url != NULL && c->again != NULL)
		c->watch = loop_watch_new(loop, c->fd, on_ready, c, why);
	else
		why_set(why, STATUS_SOME, "out of memory");
	if (c->watch == NULL) {
		carrier_free(c);
		return NULL;
	}
	return c;
}

/* libcurl does not tell what a proxy speaks, which the environment may have
 * named; but it does that one was asked to CONNECT. */
static int
is_tunnelled(CURL *easy)
{
	long status = 0;

	curl_easy_getinfo(easy, CURLINFO_HTTP_CONNECTCODE, &status);
	return status != 0;
}

/* "203.0.113.9:443", "[::1]:443"; "unix:" where there is no address. */
static void
remote_name(CURL *easy, char *out, size_t size)
{
	char *ip = NULL;
	long port = 0;

	curl_easy_getinfo(easy, CURLINFO_PRIMARY_IP, &ip);
	curl_easy_getinfo(easy, CURLINFO_PRIMARY_PORT, &port);
	if (ip == NULL || *ip == '\0' || *ip == '/')
		snprintf(out, size, "unix:");
	else if (strchr(ip, ':') != NULL)
		snprintf(out, size, "[%s]:%ld", ip, port);
	else
		snprintf(out, size, "%s:%ld", ip, port);
}

struct stream *
carrier_stream(struct loop *loop, struct multi *multi, CURL *easy,
    const char *url, int is_tls, struct why *why)
{
	struct carrier *c = carrier_new(loop, multi, easy, url, why);
	char remote[128];

	if (c == NULL)
		return NULL;
	c->is_tls = is_tls;
	c->holds = is_tls || is_tunnelled(easy);
	remote_name(easy, remote, sizeof(remote));
	c->stream = stream_new(loop, &carrier_calls, c, remote, is_tls);
	if (c->stream == NULL) {
		carrier_free(c);
		why_set(why, STATUS_SOME, "out of memory");
		return NULL;
	}
	carrier_read(c, 1);	/* a stream begins unpaused */
	return c->stream;
}
