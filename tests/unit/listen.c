/* listen.c - an echo server over streams, bare and with TLS, against peers in
 * forked children: what is sent comes back, half-closed peers get their
 * answer, and a peer that does not read stops being read. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <openssl/ssl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check.h"
#include "listen.h"

#define LIMIT ((size_t)1 << 20)		/* the echo server's queue */
#define MUCH ((size_t)32 << 20)

struct echo {
	struct loop *loop;
	struct listen *listen;
	size_t most;			/* queued at any time */
	int accepted, left, half_closed;
};

struct conn {
	struct echo *echo;
	struct stream *stream;
};

static void
on_received(void *arg, struct span s)
{
	struct conn *c = arg;

	CHECK(stream_put(c->stream, s) == 0);
	if (stream_queued(c->stream) > c->echo->most)
		c->echo->most = stream_queued(c->stream);
	if (stream_queued(c->stream) > LIMIT)
		stream_pause(c->stream);
}

static void
on_drained(void *arg)
{
	struct conn *c = arg;

	stream_resume(c->stream);
}

static void
on_ended(void *arg, const struct why *why)
{
	struct conn *c = arg;
	struct echo *e = c->echo;

	(void)why;
	stream_free(c->stream);
	free(c);
	if (--e->left == 0)
		loop_stop(e->loop);
}

static void
on_half_closed(void *arg)
{
	struct conn *c = arg;

	c->echo->half_closed++;
	stream_shut(c->stream, 1000);
}

static const struct stream_user echo_user = {
	on_received, on_drained, on_ended, on_half_closed
};

static void
on_accept(void *arg, struct stream *s)
{
	struct conn *c = malloc(sizeof(*c));

	*c = (struct conn){ arg, s };
	c->echo->accepted = 1;
	stream_attach(s, &echo_user, c);
}

/* ---- peers ---- */

struct peer {
	int fd;
	SSL *ssl;
};

static void
peer_open(struct peer *p, int port, int tls)
{
	struct sockaddr_in to = { .sin_family = AF_INET,
	    .sin_port = htons((uint16_t)port) };

	inet_pton(AF_INET, "127.0.0.1", &to.sin_addr);
	p->fd = socket(AF_INET, SOCK_STREAM, 0);
	if (connect(p->fd, (struct sockaddr *)&to, sizeof(to)) == -1)
		_exit(10);
	p->ssl = NULL;
	if (!tls)
		return;
	p->ssl = SSL_new(SSL_CTX_new(TLS_client_method()));
	SSL_set_fd(p->ssl, p->fd);
	if (SSL_connect(p->ssl) != 1)
		_exit(11);
}

static long
peer_write(struct peer *p, const char *s, size_t n)
{
	return p->ssl ? SSL_write(p->ssl, s, (int)n) : write(p->fd, s, n);
}

static long
peer_read(struct peer *p, char *s, size_t n)
{
	return p->ssl ? SSL_read(p->ssl, s, (int)n) : read(p->fd, s, n);
}

/* Bytes that tell their place. */
static char
byte_at(size_t i)
{
	return (char)(i * 31 + (i >> 10));
}

/* One child writes MUCH while the other process reads nothing until the
 * writer is stuck or done; then all must come back as it was. */
static void
peer_much(struct peer *p)
{
	static char out[65536], in[65536];
	size_t sent = 0, got = 0, i;
	long n;

	while (got < MUCH) {
		/* In lock step by 2 MiB, so that queues fill both ways. */
		while (sent < MUCH && sent - got < (2u << 20)) {
			for (i = 0; i < sizeof(out); i++)
				out[i] = byte_at(sent + i);
			if ((n = peer_write(p, out, sizeof(out))) !=
			    (long)sizeof(out))
				_exit(20);
			sent += (size_t)n;
		}
		if ((n = peer_read(p, in, sizeof(in))) <= 0)
			_exit(21);
		for (i = 0; i < (size_t)n; i++)
			if (in[i] != byte_at(got + i))
				_exit(22);
		got += (size_t)n;
	}
	_exit(0);
}

static void
peer_half_close(struct peer *p)
{
	char in[8];

	if (peer_write(p, "hello", 5) != 5 || shutdown(p->fd, SHUT_WR) == -1)
		_exit(30);
	if (peer_read(p, in, 5) != 5 || memcmp(in, "hello", 5) != 0)
		_exit(31);
	_exit(peer_read(p, in, 1) == 0 ? 0 : 32);
}

/* Plain bytes where TLS is spoken: that connection is nobody's. */
static void
peer_garbage(struct peer *p)
{
	char in[64];

	(void)!write(p->fd, "GET / HTTP/1.1\r\n\r\n", 18);
	while (read(p->fd, in, sizeof(in)) > 0)
		;
	_exit(0);
}

/* ---- the server's side ---- */

static void
on_child(void *arg, int signum)
{
	struct echo *e = arg;

	(void)signum;
	if (!e->accepted)
		loop_stop(e->loop);
}

static void
serve(int tls, void (*peer)(struct peer *), int dial_tls, struct echo *e)
{
	static const char *const address[] = { "0" };
	struct listen_config c = { .addresses = address, .naddresses = 1,
	    .max_clients = 10 };
	struct why why;
	struct loop_signal *child;
	int port = 0, status = -1;
	pid_t pid;

	memset(e, 0, sizeof(*e));
	e->loop = loop_new(&why);
	e->left = 1;
	if (tls) {
		c.tls.cert = "cert.pem";
		c.tls.key = "key.pem";
	}
	e->listen = listen_new(e->loop, &c, on_accept, e, &why);
	CHECK(e->listen != NULL);
	CHECK_STR(listen_name(e->listen, 0, &port), "127.0.0.1");
	CHECK(port != 0);
	child = loop_signal_new(e->loop, SIGCHLD, on_child, e);
	if ((pid = fork()) == 0) {
		struct peer p;

		peer_open(&p, port, dial_tls);
		peer(&p);
	}
	loop_run(e->loop);
	waitpid(pid, &status, 0);
	CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	if (status != 0)
		fprintf(stderr, "peer: exit %d\n", WEXITSTATUS(status));
	loop_signal_free(child);
	listen_free(e->listen);
	loop_free(e->loop);
}

static void
make_cert(void)
{
	CHECK(system("openssl req -x509 -newkey ec -pkeyopt "
	    "ec_paramgen_curve:P-256 -nodes -keyout key.pem -out cert.pem "
	    "-subj /CN=localhost -days 2 2>/dev/null") == 0);
}

static void
test_refusals(void)
{
	static const char *const address[] = { "0", "nonsense" };
	struct listen_config c = { .addresses = address, .naddresses = 2,
	    .max_clients = 10 };
	struct why why;
	struct loop *l = loop_new(&why);

	CHECK(listen_new(l, &c, on_accept, NULL, &why) == NULL);
	CHECK(why.status == STATUS_USAGE);
	c.naddresses = 1;
	c.tls.cert = "cert.pem";
	CHECK(listen_new(l, &c, on_accept, NULL, &why) == NULL);
	CHECK(why.status == STATUS_USAGE);
	c.tls.key = "missing.pem";
	CHECK(listen_new(l, &c, on_accept, NULL, &why) == NULL);
	CHECK(why.status == STATUS_USAGE);
	CHECK_STR(why.text, "missing.pem: No such file or directory");
	c.tls.key = "/dev/null";
	CHECK(listen_new(l, &c, on_accept, NULL, &why) == NULL);
	CHECK(why.status == STATUS_TLS);
	loop_free(l);
}

int
main(void)
{
	char dir[] = "/tmp/hookline-listen-XXXXXX";
	struct echo e;

	if (mkdtemp(dir) == NULL || chdir(dir) == -1)
		return 1;
	signal(SIGPIPE, SIG_IGN);
	make_cert();
	serve(0, peer_half_close, 0, &e);
	CHECK(e.half_closed == 1);
	serve(0, peer_much, 0, &e);
	CHECK(e.most <= LIMIT + 65536);
	serve(1, peer_much, 1, &e);
	CHECK(e.most <= LIMIT + 65536);
	serve(1, peer_garbage, 0, &e);
	test_refusals();
	unlink("cert.pem");
	unlink("key.pem");
	CHECK(chdir("/") == 0 && rmdir(dir) == 0);
	return CHECK_DONE;
}
