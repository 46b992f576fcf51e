/* ws_load - many websocket clients in one small process, for benchmarks.
 *
 *	ws_load sink PORT CLIENTS MESSAGES SIZE
 *	ws_load step PORT CLIENTS MESSAGES SIZE	3>pipe
 *	ws_load echo PORT CLIENTS MESSAGES SIZE
 *
 * Connects CLIENTS to 127.0.0.1:PORT and prints `ready`.
 *
 *	sink	takes what comes until each client has MESSAGES
 *	step	writes a line to descriptor 3, from which the server is to
 *		send it to all, and the next when the last client has it
 *	echo	each client sends messages itself, with at most WINDOW
 *		unanswered
 *
 * Then prints {"received":N,"seconds":S}, with the time from the first message
 * to the last (step, echo: from the start); step adds "p50_us" and "p99_us",
 * from the line to the last client.  Messages are SIZE bytes long, so bytes
 * need only be counted; sink and step have the kernel throw them away, so that
 * it is the server's speed that is measured.  127.0.0.2 to 127.0.0.250 are the
 * clients' addresses, so that more than 28,000 fit.
 */
#include <fcntl.h>
#include <sys/epoll.h>

#include "rig.h"

#define WINDOW 64
#define PER_SOURCE 20000
#define SOURCES 249		/* 127.0.0.2 and on */
#define FEED 3			/* the descriptor that lines go to */
#define PIECE ((size_t)1 << 20)	/* taken from a client at once */

struct client {
	int fd;
	size_t bytes, sent;
};

enum mode { SINK, STEP, ECHO };

struct load {
	struct client *clients;
	enum mode mode;
	int epoll;
	size_t n, messages, size;
	size_t nframe;		/* as it comes */
	size_t target;		/* bytes that each client is to have */
	size_t bytes, done;	/* of all; clients that have them */
	double first;
	char *frame;		/* a masked one to send */
	char *line;		/* of step */
	double *waits;		/* of step: seconds, one a message */
};

/* ---- what is sent ---- */

static void
frame_make(struct load *l)
{
	size_t head = l->size < 126 ? 2 : 4;

	l->nframe = head + l->size;
	l->frame = calloc(1, head + 4 + l->size);
	l->line = malloc(l->size + 1);
	if (l->frame == NULL || l->line == NULL)
		rig_die("memory");
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
	memset(l->line, 'x', l->size);
	l->line[l->size] = '\n';
}

static void
client_send(struct load *l, struct client *c)
{
	size_t n = l->nframe + 4;

	while (c->sent < l->messages &&
	    c->sent - c->bytes / l->nframe < WINDOW) {
		if (write(c->fd, l->frame, n) != (ssize_t)n)
			rig_die("write");
		c->sent++;
	}
}

/* ---- what comes ---- */

static void
client_read(struct load *l, struct client *c)
{
	static char buf[PIECE];
	ssize_t n = recv(c->fd, buf, sizeof buf,
	    l->mode == ECHO ? 0 : MSG_TRUNC);

	if (n <= 0) {
		if (n == 0 || errno != EAGAIN)
			rig_die("a client was closed");
		return;
	}
	if (l->bytes == 0 && l->mode == SINK)
		l->first = rig_now();
	l->bytes += (size_t)n;
	c->bytes += (size_t)n;
	if (c->bytes >= l->target && c->bytes - (size_t)n < l->target)
		l->done++;
	if (l->mode == ECHO)
		client_send(l, c);
}

/* Until all clients have what they are to have. */
static void
await_all(struct load *l)
{
	struct epoll_event ev[256];
	int i, n;

	while (l->done < l->n) {
		n = epoll_wait(l->epoll, ev, 256, 30000);
		if (n <= 0)
			rig_die("nothing for 30 s");
		for (i = 0; i < n; i++)
			client_read(l, ev[i].data.ptr);
	}
}

static void
step(struct load *l)
{
	size_t i, n = l->size + 1;

	l->waits = calloc(l->messages, sizeof *l->waits);
	if (l->waits == NULL)
		rig_die("memory");
	l->target = 0;
	for (i = 0; i < l->messages; i++) {
		double start = rig_now();

		l->done = 0;
		l->target += l->nframe;
		if (write(FEED, l->line, n) != (ssize_t)n)
			rig_die("the server's stdin");
		await_all(l);
		l->waits[i] = rig_now() - start;
	}
	qsort(l->waits, l->messages, sizeof *l->waits, rig_compare);
}

/* ---- all of it ---- */

/* The start is not what is measured: it may block. */
static void
load_open(struct load *l, int port)
{
	struct epoll_event ev = { .events = EPOLLIN };
	size_t i;
	int fd;

	if ((l->clients = calloc(l->n, sizeof *l->clients)) == NULL)
		rig_die("memory");
	for (i = 0; i < l->n; i++) {
		fd = rig_open(port, 1 + (uint32_t)(i / PER_SOURCE % SOURCES));
		fcntl(fd, F_SETFL, O_NONBLOCK);
		l->clients[i].fd = fd;
		ev.data.ptr = &l->clients[i];
		if (epoll_ctl(l->epoll, EPOLL_CTL_ADD, fd, &ev) < 0)
			rig_die("epoll");
	}
}

static void
load_run(struct load *l)
{
	size_t i;

	l->first = rig_now();
	l->target = l->messages * l->nframe;
	if (l->mode == STEP)
		step(l);
	for (i = 0; l->mode == ECHO && i < l->n; i++)
		client_send(l, &l->clients[i]);
	if (l->mode != STEP)
		await_all(l);
	printf("{\"received\":%zu,\"seconds\":%.6f", l->bytes / l->nframe,
	    rig_now() - l->first);
	if (l->mode == STEP)
		printf(",\"p50_us\":%.1f,\"p99_us\":%.1f",
		    1e6 * l->waits[l->messages / 2],
		    1e6 * l->waits[l->messages * 99 / 100]);
	puts("}");
}

int
main(int argc, char **argv)
{
	struct load l = { 0 };

	if (argc != 6) {
		fprintf(stderr, "usage: ws_load sink|step|echo PORT CLIENTS "
		    "MESSAGES SIZE\n");
		return 2;
	}
	rig_raise_limit();
	l.mode = strcmp(argv[1], "echo") == 0 ? ECHO :
	    strcmp(argv[1], "step") == 0 ? STEP : SINK;
	l.n = (size_t)atol(argv[3]);
	l.messages = (size_t)atol(argv[4]);
	l.size = (size_t)atol(argv[5]);
	l.epoll = epoll_create1(0);
	frame_make(&l);
	load_open(&l, atoi(argv[2]));
	puts("ready");
	fflush(stdout);
	load_run(&l);
	free(l.waits);
	free(l.frame);
	free(l.line);
	free(l.clients);
	return 0;
}
