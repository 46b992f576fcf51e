/* client.c - the client's http and dial, against scripted servers on bare
 * sockets in a process of their own, and `openssl s_server`.
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "buf.h"
#include "check.h"
#include "client/dial.h"
#include "client/http.h"
#include "client/url.h"

#define BIG ((size_t)4 << 20)

static char dir[] = "/tmp/hookline-client-XXXXXX";

/* ---- servers ---- */

struct server {
	pid_t pid;
	int port;
	char url[64];
};

static int
listen_on(int *port)
{
	struct sockaddr_in in = { .sin_family = AF_INET };
	socklen_t n = sizeof(in);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	in.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (bind(fd, (struct sockaddr *)&in, n) == -1 || listen(fd, 64) == -1 ||
	    getsockname(fd, (struct sockaddr *)&in, &n) == -1) {
		perror("listen");
		exit(1);
	}
	*port = ntohs(in.sin_port);
	return fd;
}

/* Runs serve(fd) in a child. */
static struct server
start(int fd, int port, void (*serve)(int fd))
{
	struct server s = { .port = port };

	snprintf(s.url, sizeof(s.url), "http://127.0.0.1:%d/", port);
	fflush(NULL);
	s.pid = fork();
	if (s.pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		serve(fd);
		_exit(0);
	}
	close(fd);
	return s;
}

static void
stop(struct server *s)
{
	kill(s->pid, SIGKILL);
	waitpid(s->pid, NULL, 0);
}

static void
say(int fd, const char *text)
{
	(void)!write(fd, text, strlen(text));
}

/* Reads a request without a body; its target's number, or -1. */
static int
read_request(int fd)
{
	char b[4096];
	size_t n = 0;
	ssize_t got;

	while (n < sizeof(b) - 1) {
		got = read(fd, b + n, sizeof(b) - 1 - n);
		if (got <= 0)
			return -1;
		n += (size_t)got;
		b[n] = '\0';
		if (strstr(b, "\r\n\r\n") != NULL)
			return atoi(strchr(b, '/') + 1);
	}
	return -1;
}

enum { OK, CUT_HEAD, CUT_BODY, HANG, EARLY, ONLY_EARLY, REPEATS, LARGE, DROP,
    LATER, FOLDED, COUNT };

static const char *const replies[] = {
	[OK] = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok",
	[CUT_HEAD] = "HTTP/1.1 200 OK\r\nContent-Le",
	[CUT_BODY] = "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nok",
	[EARLY] = "HTTP/1.1 103 Early\r\nA: 1\r\n\r\n"
	    "HTTP/1.1 201 OK\r\nB: 2\r\nContent-Length: 0\r\n\r\n",
	[ONLY_EARLY] = "HTTP/1.1 100 Continue\r\n\r\n",
	[REPEATS] = "HTTP/1.1 500 No\r\nX-b:1\r\nx-A:  2 \r\nX-B: 3\r\n"
	    "Content-Length: 0\r\n\r\n",
	[LATER] = "HTTP/1.1 503 Later\r\nRetry-After: 7\r\n"
	    "Content-Length: 0\r\n\r\n",
	[FOLDED] = "HTTP/1.1 200 OK\r\nA: b\r\n  c\r\nContent-Length: 0\r\n\r\n"
};

static void
answer(int fd, int what, int connections)
{
	char head[128];
	size_t i;

	if (what == HANG)
		for (;;)
			pause();
	if (what == COUNT) {
		snprintf(head, sizeof(head), "HTTP/1.1 200 OK\r\n"
		    "Content-Length: 1\r\n\r\n%d", connections);
		say(fd, head);
	} else if (what == LARGE) {
		snprintf(head, sizeof(head), "HTTP/1.1 200 OK\r\n"
		    "Content-Length: %zu\r\n\r\n", BIG);
		say(fd, head);
		for (i = 0; i < BIG / 64; i++)
			say(fd, "0123456789abcdef0123456789abcdef"
			    "0123456789abcdef0123456789abcdef");
	} else if (what != DROP) {
		say(fd, replies[what]);
	}
}

/* One connection after the other. */
static void
serve_http(int fd)
{
	int connections = 0, what, c;

	while ((c = accept(fd, NULL, NULL)) != -1) {
		connections++;
		while ((what = read_request(c)) >= 0) {
			answer(c, what, connections);
			if (what == CUT_HEAD || what == CUT_BODY ||
			    what == ONLY_EARLY || what == DROP)
				break;
		}
		close(c);
	}
}

/* Sends back what comes, a little at a time. */
static void
serve_echo(int fd)
{
	int c = accept(fd, NULL, NULL);
	char b[5000];
	ssize_t n, did, at;

	while ((n = read(c, b, sizeof(b))) > 0)
		for (at = 0; at < n; at += did)
			if ((did = write(c, b + at, (size_t)(n - at))) <= 0)
				_exit(1);
	close(c);
}

/* ---- http ---- */

struct got {
	struct loop *loop;
	int calls, status, truncated, blocked;
	enum status why;
	char text[512], headers[512], body[64];
	size_t body_n;
	int64_t retry_after_ms;
};

static void
on_reply(void *arg, const struct http_result *r)
{
	struct got *g = arg;
	size_t i, n = 0;

	g->calls++;
	g->status = r->status;
	g->truncated = r->truncated;
	g->blocked = r->blocked;
	g->retry_after_ms = r->retry_after_ms;
	g->why = r->why != NULL ? r->why->status : STATUS_OK;
	snprintf(g->text, sizeof(g->text), "%s", r->why ? r->why->text : "");
	g->headers[0] = '\0';
	for (i = 0; i < r->nheaders; i++)
		n += (size_t)snprintf(g->headers + n, sizeof(g->headers) - n,
		    "%.*s=%.*s,", (int)r->headers[i].name.n,
		    r->headers[i].name.p, (int)r->headers[i].value.n,
		    r->headers[i].value.p);
	g->body_n = r->body.n;
	snprintf(g->body, sizeof(g->body), "%.*s",
	    (int)(r->body.n < 60 ? r->body.n : 60), r->body.p);
	loop_stop(g->loop);
}

struct client {
	struct loop *loop;
	struct http *http;
	struct server server;
};

static struct client
client(int64_t timeout_ms)
{
	struct http_config config = { .timeout_ms = timeout_ms,
	    .connect_timeout_ms = 5000, .max_reply = 4096,
	    .jobs_per_host = 4 };
	struct client c;
	struct why why;
	int port, fd = listen_on(&port);

	c.server = start(fd, port, serve_http);
	c.loop = loop_new(&why);
	c.http = http_new(c.loop, &config, &why);
	CHECK(c.http != NULL);
	return c;
}

static void
client_done(struct client *c)
{
	http_free(c->http);
	loop_free(c->loop);
	stop(&c->server);
}

static struct http_transfer *
begin(struct client *c, int what, struct got *g, int public_only)
{
	struct http_request r = { .method = "GET",
	    .public_only = public_only };
	char url[96];
	struct http_transfer *t;
	struct why why;

	*g = (struct got){ .loop = c->loop };
	snprintf(url, sizeof(url), "%s%d", c->server.url, what);
	r.url = url;
	t = http_start(c->http, &r, on_reply, g, &why);
	CHECK(t != NULL);
	return t;
}

static struct got
get(struct client *c, int what)
{
	struct got g;

	if (begin(c, what, &g, 0) != NULL)
		loop_run(c->loop);
	CHECK(g.calls == 1);
	return g;
}

static void
test_replies(void)
{
	struct client c = client(5000);
	struct got g = get(&c, OK);

	CHECK(g.status == 200 && g.why == STATUS_OK);
	CHECK_STR(g.body, "ok");
	CHECK_STR(g.headers, "Content-Length=2,");
	g = get(&c, EARLY);
	CHECK(g.status == 201);
	CHECK_STR(g.headers, "B=2,Content-Length=0,");
	g = get(&c, REPEATS);
	CHECK(g.status == 500 && g.why == STATUS_OK);
	CHECK_STR(g.headers, "X-b=1,x-A=2,X-B=3,Content-Length=0,");
	g = get(&c, FOLDED);
	CHECK_STR(g.headers, "A=b c,Content-Length=0,");
	g = get(&c, LATER);
	CHECK(g.status == 503 && g.retry_after_ms == 7000);
	g = get(&c, LARGE);
	CHECK(g.status == 200 && g.truncated && g.body_n == 4096);
	g = get(&c, COUNT);
	CHECK_STR(g.body, "1");		/* all over one connection */
	client_done(&c);
}

static void
test_failures(void)
{
	struct client c = client(200);
	struct got g = get(&c, CUT_HEAD);

	CHECK(g.status == 0 && g.why == STATUS_PROTOCOL);
	g = get(&c, ONLY_EARLY);
	CHECK(g.status == 0 && g.why != STATUS_OK);
	g = get(&c, CUT_BODY);
	CHECK(g.status == 0 && g.why == STATUS_LOST);
	g = get(&c, DROP);
	CHECK(g.status == 0 && g.why == STATUS_LOST);
	CHECK(strstr(g.text, "127.0.0.1") != NULL);
	g = get(&c, OK);
	CHECK(g.status == 200);
	g = get(&c, HANG);
	CHECK(g.status == 0 && g.why == STATUS_TIMEOUT);
	client_done(&c);
}

static void
test_refused(void)
{
	struct client c = client(5000);
	struct got g;
	int fd, port = c.server.port;

	close(fd = listen_on(&c.server.port));
	snprintf(c.server.url, sizeof(c.server.url), "http://127.0.0.1:%d/",
	    c.server.port);
	g = get(&c, OK);
	CHECK(g.why == STATUS_UNREACHABLE && !g.blocked);
	CHECK(strstr(g.text, "127.0.0.1") != NULL);
	/* A connection that is open does not help a stranger's URL. */
	snprintf(c.server.url, sizeof(c.server.url), "http://127.0.0.1:%d/",
	    port);
	g = get(&c, OK);
	CHECK(g.status == 200);
	if (begin(&c, OK, &g, 1) != NULL)
		loop_run(c.loop);
	CHECK(g.blocked && g.why == STATUS_REFUSED);
	CHECK_STR(g.text, "127.0.0.1 is not a public address");
	client_done(&c);
}

static void
test_cancel(void)
{
	struct client c = client(5000);
	struct got a, b, g;

	http_cancel(begin(&c, OK, &a, 0));
	begin(&c, HANG, &b, 0);		/* what http_free cancels */
	/* Its connection is the only one that is served: given up, too. */
	if (begin(&c, HANG, &g, 0) != NULL)
		loop_stop(c.loop);
	loop_run(c.loop);
	CHECK(a.calls == 0 && b.calls == 0 && g.calls == 0);
	client_done(&c);
	CHECK(a.calls == 0 && b.calls == 0 && g.calls == 0);
}

/* Frees the client in its own callback. */
static void
on_reply_free(void *arg, const struct http_result *r)
{
	struct client *c = arg;

	CHECK(r->status == 200);
	http_free(c->http);
	c->http = NULL;
	loop_stop(c->loop);
}

static void
test_free_inside(void)
{
	struct client c = client(5000);
	struct http_request r = { .method = "GET", .url = c.server.url };
	struct why why;

	http_start(c.http, &r, on_reply_free, &c, &why);
	loop_run(c.loop);
	CHECK(c.http == NULL);
	client_done(&c);
}

static void
test_refused_requests(void)
{
	struct client c = client(5000);
	const struct http1_field bad[] = {
		{ SPAN("A"), SPAN("b\r\nC: d") }, { SPAN("A"), SPAN("b\nc") },
		{ SPAN("A"), SPAN("b\0c") }, { SPAN("A b"), SPAN("c") },
		{ SPAN("A\r\nB"), SPAN("c") }, { SPAN(""), SPAN("c") },
		{ SPAN("content-length"), SPAN("1") },
		{ SPAN("Transfer-Encoding"), SPAN("chunked") }
	};
	struct http_request r = { .method = "POST", .url = c.server.url,
	    .nheaders = 1 };
	struct why why;
	size_t i;

	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		r.headers = &bad[i];
		CHECK(http_start(c.http, &r, on_reply, NULL, &why) == NULL);
		CHECK(why.status == STATUS_USAGE);
	}
	r.nheaders = 0;
	r.method = "A B";
	CHECK(http_start(c.http, &r, on_reply, NULL, &why) == NULL);
	client_done(&c);
}

/* ---- dial ---- */

struct call {
	struct loop *loop;
	struct stream *stream;
	int dialled, ended;
	enum status why;
	struct buf in;
	size_t want;
	int pausing;		/* pause at every piece, go on by a timer */
	struct loop_timer *timer;
};

static void
on_received(void *arg, struct span s)
{
	struct call *c = arg;

	CHECK(buf_add(&c->in, s) == 0);
	if (c->pausing) {
		stream_pause(c->stream);
		loop_timer_set(c->timer, 0);
	}
	if (c->in.n >= c->want)
		stream_shut(c->stream, 5000);
}

static void
on_go_on(void *arg)
{
	stream_resume(((struct call *)arg)->stream);
}

static void
on_drained(void *arg)
{
	(void)arg;
}

static void
on_ended(void *arg, const struct why *why)
{
	struct call *c = arg;

	c->ended++;
	if (why != NULL) {
		c->why = why->status;
		fprintf(stderr, "%s\n", why->text);
	}
	loop_stop(c->loop);
}

static void
on_dialled(void *arg, struct stream *stream, const struct why *why)
{
	static const struct stream_user user = { .received = on_received,
	    .drained = on_drained, .ended = on_ended };
	struct call *c = arg;

	c->dialled++;
	c->stream = stream;
	if (why != NULL) {
		c->why = why->status;
		loop_stop(c->loop);
		return;
	}
	stream_attach(stream, &user, c);
	loop_stop(c->loop);
}

static struct dial *
call(struct call *c, const struct dial_config *config)
{
	struct dial *d;
	struct why why;

	c->loop = loop_new(&why);
	c->timer = loop_timer_new(c->loop, on_go_on, c);
	buf_init(&c->in, 2 * BIG);
	d = dial_start(c->loop, config, on_dialled, c, &why);
	CHECK(d != NULL);
	return d;
}

static void
hang_up(struct call *c)
{
	stream_free(c->stream);
	buf_done(&c->in);
	loop_timer_free(c->timer);
	loop_free(c->loop);
}

/* Dials, sends BIG bytes and gets them back. */
static void
echo(const struct dial_config *config, int pausing)
{
	struct call c = { .want = BIG, .pausing = pausing };
	char *bytes = malloc(BIG);
	size_t i;

	for (i = 0; i < BIG; i++)
		bytes[i] = (char)(i * 2654435761u >> 13);
	call(&c, config);
	loop_run(c.loop);
	CHECK(c.stream != NULL);
	if (c.stream != NULL) {
		for (i = 0; i < BIG; i += BIG / 1024)
			CHECK(stream_put(c.stream,
			    span_of(bytes + i, BIG / 1024)) == 0);
		loop_run(c.loop);
		CHECK(c.in.n == BIG && memcmp(c.in.p, bytes, BIG) == 0);
		CHECK(c.ended == 1 && c.why == STATUS_OK);
	}
	hang_up(&c);
	free(bytes);
}

static void
test_dial_plain(void)
{
	struct dial_config config = { .connect_timeout_ms = 5000 };
	struct server s;
	char url[64];
	int port, fd, pausing;

	for (pausing = 0; pausing < 2; pausing++) {
		fd = listen_on(&port);
		s = start(fd, port, serve_echo);
		snprintf(url, sizeof(url), "ws://127.0.0.1:%d/x", port);
		config.url = url;
		echo(&config, pausing);
		stop(&s);
	}
}

static void
test_dial_unix(void)
{
	struct sockaddr_un un = { .sun_family = AF_UNIX };
	struct dial_config config = { .connect_timeout_ms = 5000,
	    .url = "ws://some.where/", .unix_socket = un.sun_path };
	struct server s;
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	snprintf(un.sun_path, sizeof(un.sun_path), "%s/s", dir);
	CHECK(bind(fd, (struct sockaddr *)&un, sizeof(un)) == 0);
	CHECK(listen(fd, 1) == 0);
	s = start(fd, 0, serve_echo);
	echo(&config, 0);
	stop(&s);
	unlink(un.sun_path);
}

static void
test_dial_failures(void)
{
	struct dial_config config = { .connect_timeout_ms = 5000 };
	struct call c = { 0 };
	char url[64];
	int port;

	close(listen_on(&port));
	snprintf(url, sizeof(url), "127.0.0.1:%d", port);
	config.url = url;
	call(&c, &config);
	loop_run(c.loop);
	CHECK(c.dialled == 1 && c.why == STATUS_UNREACHABLE);
	hang_up(&c);

	c = (struct call){ 0 };
	dial_cancel(call(&c, &config));
	CHECK(c.dialled == 0);
	hang_up(&c);
}

/* ---- TLS ---- */

static int
run(const char *format, ...)
{
	char command[1024];
	va_list ap;

	va_start(ap, format);
	vsnprintf(command, sizeof(command), format, ap);
	va_end(ap);
	return system(command);
}

/* A TLS front of an echo server: socat, and OpenSSL's idea of TLS. */
static struct server
start_tls(void)
{
	struct server s = { 0 };
	char listen_arg[256], line[256];
	int out[2];
	FILE *f;
	char *at;

	CHECK(pipe(out) == 0);
	snprintf(listen_arg, sizeof(listen_arg), "OPENSSL-LISTEN:0,fork,"
	    "bind=127.0.0.1,cert=%s/cert.pem,key=%s/key.pem,verify=0", dir,
	    dir);
	s.pid = fork();
	if (s.pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		dup2(out[1], 2);
		close(out[0]);
		close(out[1]);
		execlp("socat", "socat", "-d", "-d", listen_arg, "EXEC:cat",
		    (char *)NULL);
		_exit(127);
	}
	close(out[1]);
	f = fdopen(out[0], "r");
	while (fgets(line, sizeof(line), f) != NULL)
		if ((at = strstr(line, "listening on ")) != NULL) {
			s.port = atoi(strrchr(at, ':') + 1);
			break;
		}
	/* What it says later must not meet a closed pipe. */
	dup(out[0]);
	fclose(f);
	snprintf(s.url, sizeof(s.url), "wss://localhost:%d/", s.port);
	return s;
}

static void
test_tls(void)
{
	struct dial_config config = { .connect_timeout_ms = 5000 };
	struct call c = { 0 };
	struct server s;
	char ca[64];

	snprintf(ca, sizeof(ca), "%s/cert.pem", dir);
	CHECK(run("openssl req -x509 -newkey ec -pkeyopt "
	    "ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=localhost "
	    "-addext subjectAltName=DNS:localhost -keyout %s/key.pem "
	    "-out %s/cert.pem 2>/dev/null", dir, dir) == 0);
	s = start_tls();
	config.url = s.url;
	call(&c, &config);
	loop_run(c.loop);
	CHECK(c.dialled == 1 && c.why == STATUS_TLS);
	hang_up(&c);
	config.tls.cacert = ca;
	echo(&config, 0);
	echo(&config, 1);
	config.tls.cacert = NULL;
	config.tls.insecure = 1;
	echo(&config, 0);
	stop(&s);
}

/* ---- urls ---- */

static void
test_urls(void)
{
	static const struct {
		const char *text, *full, *host, *target, *http;
	} good[] = {
		{ "http://h", "http://h/", "h", "/", "http://h/" },
		{ "localhost:3000", "ws://localhost:3000/", "localhost:3000",
		    "/", "http://localhost:3000/" },
		{ "HTTPS://h:443/a%2Fb/../c?d#e", "https://h/a%2Fb/../c?d",
		    "h", "/a%2Fb/../c?d", "https://h/a%2Fb/../c?d" },
		{ "wss://u:p@h:80/?q", "wss://h:80/?q", "h:80", "/?q",
		    "https://u:p@h:80/?q" },
		{ "ws://h:80", "ws://h/", "h", "/", "http://h/" },
		{ "[::1]:9/x", "ws://[::1]:9/x", "[::1]:9", "/x",
		    "http://[::1]:9/x" }
	};
	static const char *const bad[] = { "ftp://h/", "", "http://",
	    "http://a b/", "http://h:99999/", "http://h/\r\nX: y" };
	struct url u;
	struct why why;
	size_t i;
	char *http;

	for (i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		CHECK(url_parse(&u, good[i].text, "ws", &why) == 0);
		CHECK_STR(u.full, good[i].full);
		CHECK_STR(u.host, good[i].host);
		CHECK_STR(u.target, good[i].target);
		http = url_http(&u);
		CHECK_STR(http, good[i].http);
		free(http);
		url_done(&u);
	}
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		CHECK(url_parse(&u, bad[i], "http", &why) == -1);
		CHECK(why.status == STATUS_USAGE);
	}
}

int
main(void)
{
	signal(SIGPIPE, SIG_IGN);
	unsetenv("http_proxy");
	unsetenv("https_proxy");
	unsetenv("all_proxy");
	if (mkdtemp(dir) == NULL)
		return 1;
	test_urls();
	test_replies();
	test_failures();
	test_refused();
	test_cancel();
	test_free_inside();
	test_refused_requests();
	test_dial_plain();
	test_dial_unix();
	test_dial_failures();
	test_tls();
	run("rm -rf %s", dir);
	return CHECK_DONE;
}
