/* ws_load - many websocket clients in one small process, for benchmarks.
 *
 *	ws_load sink PORT CLIENTS MESSAGES SIZE
 *	ws_load echo PORT CLIENTS MESSAGES SIZE
 *
 * Connects CLIENTS to 127.0.0.1:PORT, prints `ready`, and counts the messages
 * that come until each client has MESSAGES of them; with `echo` each client
 * sends its messages itself, with at most WINDOW unanswered.  Then prints
 * {"received":N,"seconds":S}, the time from the first message to the last
 * (echo: from the start).  Addresses 127.0.0.2 to 127.0.0.250 are used as
 * sources, so that more than 64,000 connections fit.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define WINDOW 64
#define PER_SOURCE 20000

struct client {
	int fd;
	int open;		/* the 101 has been read */
	uint64_t skip;		/* payload bytes still to pass over */
	unsigned char head[10];	/* a frame header in the making */
	size_t nhead;
	long received, sent;
};

struct load {
	struct client *clients;
	size_t n;
	long messages, received;
	size_t done, size;
	int echo, epoll;
	double first;
	char *frame;		/* a masked frame to send */
	size_t nframe;
};

static double
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void
die(const char *what)
{
	fprintf(stderr, "ws_load: %s: %s\n", what, strerror(errno));
	exit(1);
}

/* Blocking connect and handshake: the start is not what is measured. */
static void
client_open(struct client *c, size_t i, int port)
{
	char head[4096], source[32];
	struct sockaddr_in to = { .sin_family = AF_INET };
	struct sockaddr_in from = { .sin_family = AF_INET };
	size_t n = 0;
	int one = 1;

	snprintf(source, sizeof source, "127.0.0.%zu",
	    2 + i / PER_SOURCE % 250);
	inet_pton(AF_INET, source, &from.sin_addr);
	inet_pton(AF_INET, "127.0.0.1", &to.sin_addr);
	to.sin_port = htons((uint16_t)port);
	if ((c->fd = socket(AF_INET, SOCK_STREAM, 0)) < 0)
		die("socket");
	setsockopt(c->fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &one,
	    sizeof one);
	setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
	if (bind(c->fd, (struct sockaddr *)&from, sizeof from) < 0 ||
	    connect(c->fd, (struct sockaddr *)&to, sizeof to) < 0)
		die("connect");
	if (dprintf(c->fd, "GET / HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n"
	    "Upgrade: websocket\r\nConnection: Upgrade\r\n"
	    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
	    "Sec-WebSocket-Version: 13\r\n\r\n", port) < 0)
		die("handshake");
	while (n < sizeof head - 1) {
		if (read(c->fd, head + n, 1) != 1)
			die("handshake");
		head[++n] = '\0';
		if (n >= 4 && memcmp(head + n - 4, "\r\n\r\n", 4) == 0)
			break;
	}
	if (strncmp(head, "HTTP/1.1 101", 12) != 0)
		die(head);
	fcntl(c->fd, F_SETFL, O_NONBLOCK);
}

static void
frame_make(struct load *l)
{
	size_t head = l->size < 126 ? 2 : 4;

	l->nframe = head + 4 + l->size;
	l->frame = calloc(1, l->nframe);
	l->frame[0] = (char)0x81;
	if (head == 2) {
		l->frame[1] = (char)(0x80 | l->size);
	} else {
		l->frame[1] = (char)(0x80 | 126);
		l->frame[2] = (char)(l->size >> 8);
		l->frame[3] = (char)(l->size & 255);
	}
	/* A mask of zeros is a mask. */
	memset(l->frame + head + 4, 'x', l->size);
}

static void
client_send(struct load *l, struct client *c)
{
	while (c->sent < l->messages && c->sent - c->received < WINDOW) {
		if (write(c->fd, l->frame, l->nframe) != (ssize_t)l->nframe)
			die("write");
		c->sent++;
	}
}

static void
client_message(struct load *l, struct client *c)
{
	if (l->received++ == 0 && !l->echo)
		l->first = now();
	if (++c->received == l->messages)
		l->done++;
}

/* The header in c->head is whole: how much payload follows? */
static int
head_whole(struct client *c)
{
	unsigned len;
	size_t i, want;

	if (c->nhead < 2)
		return 0;
	len = c->head[1] & 127;
	want = len < 126 ? 2 : len == 126 ? 4 : 10;
	if (c->nhead < want)
		return 0;
	c->skip = len < 126 ? len : 0;
	for (i = 2; i < want; i++)
		c->skip = c->skip << 8 | c->head[i];
	return 1;
}

static void
client_bytes(struct load *l, struct client *c, const unsigned char *p,
    size_t n)
{
	size_t k;

	while (n > 0) {
		if (c->skip > 0) {
			k = c->skip < n ? (size_t)c->skip : n;
			c->skip -= k;
			p += k;
			n -= k;
			continue;
		}
		c->head[c->nhead++] = *p++;
		n--;
		if (head_whole(c)) {
			if ((c->head[0] & 15) < 8)
				client_message(l, c);
			c->nhead = 0;
		}
	}
}

static void
client_read(struct load *l, struct client *c)
{
	static unsigned char buf[1 << 18];
	ssize_t n;

	n = read(c->fd, buf, sizeof buf);
	if (n > 0)
		client_bytes(l, c, buf, (size_t)n);
	else if (n == 0 || errno != EAGAIN)
		die("a client was closed");
	if (l->echo)
		client_send(l, c);
}

static void
load_run(struct load *l)
{
	struct epoll_event ev[256];
	int i, n;

	while (l->done < l->n) {
		n = epoll_wait(l->epoll, ev, 256, 30000);
		if (n <= 0)
			die("nothing for 30 s");
		for (i = 0; i < n; i++)
			client_read(l, ev[i].data.ptr);
	}
}

static void
load_open(struct load *l, int port)
{
	struct epoll_event ev = { .events = EPOLLIN };
	size_t i;

	for (i = 0; i < l->n; i++) {
		client_open(&l->clients[i], i, port);
		ev.data.ptr = &l->clients[i];
		if (epoll_ctl(l->epoll, EPOLL_CTL_ADD, l->clients[i].fd,
		    &ev) < 0)
			die("epoll");
	}
}

int
main(int argc, char **argv)
{
	struct rlimit lim;
	struct load l = { 0 };
	size_t i;

	if (argc != 6) {
		fprintf(stderr,
		    "usage: ws_load sink|echo PORT CLIENTS MESSAGES SIZE\n");
		return 2;
	}
	getrlimit(RLIMIT_NOFILE, &lim);
	lim.rlim_cur = lim.rlim_max;
	setrlimit(RLIMIT_NOFILE, &lim);
	l.echo = strcmp(argv[1], "echo") == 0;
	l.n = (size_t)atol(argv[3]);
	l.messages = atol(argv[4]);
	l.size = (size_t)atol(argv[5]);
	l.clients = calloc(l.n, sizeof *l.clients);
	l.epoll = epoll_create1(0);
	frame_make(&l);
	load_open(&l, atoi(argv[2]));
	puts("ready");
	fflush(stdout);
	l.first = now();
	for (i = 0; l.echo && i < l.n; i++)
		client_send(&l, &l.clients[i]);
	load_run(&l);
	printf("{\"received\":%ld,\"seconds\":%.6f}\n", l.received,
	    now() - l.first);
	free(l.frame);
	free(l.clients);
	return 0;
}
