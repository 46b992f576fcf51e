/* ws_bare - the least a broadcast server can be: what ws-serve is measured
 * against.
 *
 *	ws_bare PORT
 *
 * Each line on stdin goes to every client, on epoll alone; at its end it ends,
 * whoever still lacks something.  It does nothing
 * that the task does not need: it reads no frames, lets nobody go, and knows
 * one handshake, that of ws_load.  What it does it does as well as it can be
 * done: a read of stdin is framed once, into a block; a client that is not
 * full is written to at once, and one that was, all that it lacks in one
 * writev; nothing is registered again; and a block is not filled before the
 * last client has it.
 */
#include <fcntl.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/uio.h>

#include "rig.h"

#define PIPE (1 << 20)
#define PIECE ((size_t)64 * 1024)	/* read at once */
#define BLOCK (4 * PIECE)		/* heads are twice as long as lines */
#define BLOCKS 16
#define EVENTS 256

static const char welcome[] = "HTTP/1.1 101 Switching Protocols\r\n"
    "Upgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";

struct client {
	int fd;
	int open;		/* the handshake is done */
	int full;		/* until epoll says otherwise */
	uint64_t at;		/* the block that it is to have next */
	size_t off;		/* and how much of it it has */
};

struct block {
	size_t n;
	size_t owed;		/* clients that lack some of it */
	char data[BLOCK];
};

struct server {
	int epoll, listener;
	int more;		/* stdin may have something */
	struct client **clients;
	size_t nclients, cap;
	struct block blocks[BLOCKS];
	uint64_t filled;	/* blocks so far */
	char in[PIECE];
	size_t nin;		/* a part of a line */
};

static void
watch(struct server *s, int fd, void *what, uint32_t events)
{
	struct epoll_event ev = { .events = events, .data.ptr = what };

	if (epoll_ctl(s->epoll, EPOLL_CTL_ADD, fd, &ev) == -1)
		rig_die("epoll");
}

/* ---- to clients ---- */

static void
took(struct server *s, struct client *c, size_t n)
{
	while (n > 0) {
		struct block *b = &s->blocks[c->at % BLOCKS];
		size_t left = b->n - c->off;

		if (n < left) {
			c->off += n;
			return;
		}
		n -= left;
		c->off = 0;
		c->at++;
		b->owed--;
	}
}

static void
flush(struct server *s, struct client *c)
{
	struct iovec v[BLOCKS];
	size_t all = 0;
	int k = 0;
	uint64_t i;
	ssize_t n;

	for (i = c->at; i < s->filled; i++, k++) {
		struct block *b = &s->blocks[i % BLOCKS];
		size_t off = i == c->at ? c->off : 0;

		v[k].iov_base = b->data + off;
		v[k].iov_len = b->n - off;
		all += v[k].iov_len;
	}
	if (k == 0)
		return;
	n = k == 1 ? send(c->fd, v[0].iov_base, v[0].iov_len, 0) :
	    writev(c->fd, v, k);
	if (n == -1 && errno != EAGAIN)
		rig_die("write");
	if (n > 0)
		took(s, c, (size_t)n);
	c->full = n != (ssize_t)all;
}

/* ---- lines ---- */

static size_t
put_head(char *out, size_t n)
{
	out[0] = (char)0x81;
	if (n < 126) {
		out[1] = (char)n;
		return 2;
	}
	out[1] = 126;		/* a line is shorter than 64 KB */
	out[2] = (char)(n >> 8);
	out[3] = (char)(n & 255);
	return 4;
}

/* Frames the lines that there are. */
static void
fill(struct server *s, struct block *b)
{
	char *p = s->in, *end = s->in + s->nin, *nl;

	b->n = 0;
	while ((nl = memchr(p, '\n', (size_t)(end - p))) != NULL) {
		size_t n = (size_t)(nl - p);

		b->n += put_head(b->data + b->n, n);
		memcpy(b->data + b->n, p, n);
		b->n += n;
		p = nl + 1;
	}
	s->nin = (size_t)(end - p);
	memmove(s->in, p, s->nin);
}

/* Reads a piece and sends it, if the last client has what was there. */
static int
step(struct server *s)
{
	struct block *b = &s->blocks[s->filled % BLOCKS];
	size_t room = sizeof s->in - s->nin, i;
	ssize_t n;

	if (!s->more || b->owed > 0)
		return 0;
	n = read(STDIN_FILENO, s->in + s->nin, room);
	/* Less than was asked for: the next edge is to come. */
	s->more = n == (ssize_t)room;
	if (n == 0)
		exit(0);
	if (n == -1)
		return 0;
	s->nin += (size_t)n;
	fill(s, b);
	if (b->n == 0)
		return 1;
	b->owed = s->nclients;
	s->filled++;
	for (i = 0; i < s->nclients; i++)
		if (!s->clients[i]->full)
			flush(s, s->clients[i]);
	return 1;
}

/* ---- clients ---- */

static void
let_in(struct server *s)
{
	int fd = accept4(s->listener, NULL, NULL, SOCK_NONBLOCK);
	struct client *c;

	if (fd == -1)
		return;
	if ((c = calloc(1, sizeof *c)) == NULL)
		rig_die("memory");
	rig_no_delay(fd);
	c->fd = fd;
	watch(s, fd, c, EPOLLIN | EPOLLOUT | EPOLLET);
}

/* Its handshake, which is one segment; what comes later is not looked at. */
static void
hear(struct server *s, struct client *c)
{
	char buf[4096];

	if (read(c->fd, buf, sizeof buf) <= 0 || c->open)
		return;
	if (send(c->fd, welcome, sizeof welcome - 1, 0) == -1)
		rig_die("handshake");
	if (s->nclients == s->cap) {
		s->cap = s->cap == 0 ? 64 : 2 * s->cap;
		s->clients = realloc(s->clients,
		    s->cap * sizeof(struct client *));
		if (s->clients == NULL)
			rig_die("memory");
	}
	c->open = 1;
	c->at = s->filled;
	s->clients[s->nclients++] = c;
}

static void
serve(struct server *s)
{
	struct epoll_event ev[EVENTS];
	int i, n = epoll_wait(s->epoll, ev, EVENTS, -1);

	for (i = 0; i < n; i++) {
		struct client *c = ev[i].data.ptr;

		if (ev[i].data.ptr == &s->listener) {
			let_in(s);
		} else if (ev[i].data.ptr == &s->more) {
			s->more = 1;
		} else {
			if (ev[i].events & EPOLLIN)
				hear(s, c);
			if (c->open && c->full)
				flush(s, c);
		}
	}
	while (step(s))
		;
}

static void
begin(struct server *s, int port)
{
	rig_raise_limit();
	signal(SIGPIPE, SIG_IGN);
	s->epoll = epoll_create1(0);
	s->listener = rig_listen(port);
	watch(s, s->listener, &s->listener, EPOLLIN);
	fcntl(STDIN_FILENO, F_SETPIPE_SZ, PIPE);
	fcntl(STDIN_FILENO, F_SETFL, O_NONBLOCK);
	watch(s, STDIN_FILENO, &s->more, EPOLLIN | EPOLLET);
}

int
main(int argc, char **argv)
{
	static struct server s;

	if (argc != 2) {
		fprintf(stderr, "usage: ws_bare PORT\n");
		return 2;
	}
	begin(&s, atoi(argv[1]));
	for (;;)
		serve(&s);
}
