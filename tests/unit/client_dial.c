/* client_dial.c - the client's connections as streams: echo servers over TCP, a
 * unix socket, and TLS (socat's, with OpenSSL).
 */
#include <stdarg.h>
#include <sys/un.h>

#include "buf.h"
#include "check.h"
#include "client/dial.h"
#include "client_rig.h"

static char dir[] = "/tmp/hookline-client-XXXXXX";

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
	s.out = f;	/* what it says later must not meet a closed pipe */
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

int
main(void)
{
	quiet();
	if (mkdtemp(dir) == NULL)
		return 1;
	test_dial_plain();
	test_dial_unix();
	test_dial_failures();
	test_tls();
	run("rm -rf %s", dir);
	return CHECK_DONE;
}
