/* ws_idle - as many websocket clients as a process may hold, which say nothing.
 *
 *	ws_idle PORT CLIENTS NUMBER
 *
 * Connects CLIENTS to 127.0.0.1:PORT, WINDOW at a time, from addresses that
 * are this NUMBER's alone.  Then lines on
 * stdout, with the clock (CLOCK_MONOTONIC, seconds) at which it was so:
 *
 *	open N AT [WHY]		so many are open, and why no more
 *	got AT			the last of them has had one more message
 *
 * Pings are answered.  Messages are at most 125 bytes long.  Ends when stdin
 * does.
 */
#include <sys/epoll.h>

#include "rig.h"

#define WINDOW 128		/* handshakes at a time */
#define PER_SOURCE 4000	/* of 28,000 ports: more are long looked for */
#define SOURCES 60		/* addresses of a NUMBER */
#define FIRST_SOURCE 0x10001	/* behind 127.0.0.1 */
#define EVENTS 256
#define STDIN UINT32_MAX

enum state { CONNECTING, ASKED, OPEN };

struct client {
	int fd;
	uint32_t messages;
	enum state state;
};

struct crowd {
	struct client *clients;
	int epoll, port, number;
	uint32_t n, begun, open;
	const char *why;	/* no more are begun */
	uint32_t had;		/* messages that each has had */
	uint32_t have;		/* clients that have had one more */
};

/* ---- opening ---- */

static int
connect_from(int fd, const struct crowd *c, uint32_t i)
{
	uint32_t source = (uint32_t)c->number * SOURCES + i / PER_SOURCE;
	struct sockaddr_in to = rig_loopback(c->port, 0);

	if (rig_bind_source(fd, FIRST_SOURCE + source) == -1)
		return -1;
	if (connect(fd, (struct sockaddr *)&to, sizeof to) == 0 ||
	    errno == EINPROGRESS)
		return 0;
	return -1;
}

/* The next one; or it is found why there is none. */
static void
begin(struct crowd *c)
{
	uint32_t i = c->begun;
	struct epoll_event ev = { .events = EPOLLIN | EPOLLOUT | EPOLLET,
		.data.u32 = i };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);

	if (fd == -1 || connect_from(fd, c, i) == -1 ||
	    epoll_ctl(c->epoll, EPOLL_CTL_ADD, fd, &ev) == -1) {
		c->why = strerror(errno);
		close(fd);
		return;
	}
	c->clients[i].fd = fd;
	c->begun++;
}

static void
begin_some(struct crowd *c)
{
	while (c->begun < c->n && c->begun - c->open < WINDOW &&
	    c->why == NULL)
		begin(c);
}

static void
tell_open(const struct crowd *c)
{
	printf("open %u %.6f %s\n", c->open, rig_now(),
	    c->why != NULL ? c->why : "");
	fflush(stdout);
}

/* ---- what comes ---- */

static void
message(struct crowd *c, struct client *one)
{
	if (++one->messages != c->had + 1 || ++c->have < c->open)
		return;
	c->had++;
	c->have = 0;
	printf("got %.6f\n", rig_now());
	fflush(stdout);
}

/* Whole frames with short heads: they are small. */
static void
frames(struct crowd *c, struct client *one, const unsigned char *p, size_t n)
{
	static const unsigned char pong[6] = { 0x8a, 0x80 };

	while (n >= 2 && n >= 2 + (size_t)p[1]) {
		size_t length = 2 + (size_t)p[1];

		if (p[0] == 0x89)
			send(one->fd, pong, sizeof pong, MSG_NOSIGNAL);
		else
			message(c, one);
		p += length;
		n -= length;
	}
}

static void
opened(struct crowd *c, struct client *one, const char *reply)
{
	rig_check_answer(reply);
	one->state = OPEN;
	c->open++;
	begin_some(c);
	if (c->open == c->begun)
		tell_open(c);
}

static void
client_event(struct crowd *c, struct client *one, uint32_t events)
{
	char buf[4096];
	ssize_t n;

	if (one->state == CONNECTING && (events & EPOLLOUT)) {
		rig_ask(one->fd, c->port);
		one->state = ASKED;
	}
	if (!(events & (EPOLLIN | EPOLLERR | EPOLLHUP)))
		return;
	n = recv(one->fd, buf, sizeof buf - 1, 0);
	if (n <= 0)
		rig_die("a client was closed");
	buf[n] = '\0';
	if (one->state == OPEN)
		frames(c, one, (unsigned char *)buf, (size_t)n);
	else
		opened(c, one, buf);
}

/* ---- all of it ---- */

static void
serve(struct crowd *c)
{
	struct epoll_event ev[EVENTS];
	int i, n = epoll_wait(c->epoll, ev, EVENTS, -1);

	for (i = 0; i < n; i++) {
		if (ev[i].data.u32 == STDIN)
			exit(0);
		client_event(c, &c->clients[ev[i].data.u32], ev[i].events);
	}
}

int
main(int argc, char **argv)
{
	static struct crowd c;
	struct epoll_event ev = { .events = EPOLLIN, .data.u32 = STDIN };

	if (argc != 4) {
		fprintf(stderr, "usage: ws_idle PORT CLIENTS NUMBER\n");
		return 2;
	}
	rig_raise_limit();
	c.port = atoi(argv[1]);
	c.n = (uint32_t)atol(argv[2]);
	c.number = atoi(argv[3]);
	c.epoll = epoll_create1(0);
	c.clients = calloc(c.n, sizeof *c.clients);
	if (c.clients == NULL)
		rig_die("memory");
	epoll_ctl(c.epoll, EPOLL_CTL_ADD, STDIN_FILENO, &ev);
	begin_some(&c);
	if (c.begun == 0)
		tell_open(&c);
	for (;;)
		serve(&c);
}
