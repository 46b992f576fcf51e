/* rig.h - what the tools for benchmarks share: clocks, loopback sockets, and
 * the client's half of a websocket handshake.
 *
 * Who fails says why and ends with status 1.
 */
#ifndef HOOKLINE_TESTS_BENCH_RIG_H
#define HOOKLINE_TESTS_BENCH_RIG_H

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

_Noreturn static inline void
rig_die(const char *what)
{
	fprintf(stderr, "%s: %s: %s\n", program_invocation_short_name, what,
	    strerror(errno));
	exit(1);
}

/* Seconds. */
static inline double
rig_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* For qsort: doubles that ascend. */
static inline int
rig_compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* As many descriptors as may be had. */
static inline void
rig_raise_limit(void)
{
	struct rlimit lim;

	getrlimit(RLIMIT_NOFILE, &lim);
	lim.rlim_cur = lim.rlim_max;
	setrlimit(RLIMIT_NOFILE, &lim);
}

/* ---- sockets ---- */

/* 127.0.0.1, plus that many. */
static inline struct sockaddr_in
rig_loopback(int port, uint32_t plus)
{
	return (struct sockaddr_in){ .sin_family = AF_INET,
		.sin_port = htons((uint16_t)port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK + plus) };
}

static inline void
rig_no_delay(int fd)
{
	int one = 1;

	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
}

/* The port is chosen as it connects, so that one may serve for several
 * addresses. */
static inline int
rig_bind_source(int fd, uint32_t plus)
{
	struct sockaddr_in from = rig_loopback(0, plus);
	int one = 1;

	setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &one,
	    sizeof(one));
	return bind(fd, (struct sockaddr *)&from, sizeof(from));
}

/* Blocks.  From 127.0.0.1, plus that many. */
static inline int
rig_dial(int port, uint32_t plus)
{
	struct sockaddr_in to = rig_loopback(port, 0);
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	if (fd == -1 || (plus > 0 && rig_bind_source(fd, plus) == -1) ||
	    connect(fd, (struct sockaddr *)&to, sizeof(to)) == -1)
		rig_die("connect");
	rig_no_delay(fd);
	return fd;
}

/* Does not block. */
static inline int
rig_listen(int port)
{
	struct sockaddr_in at = rig_loopback(port, 0);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), one = 1;

	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	if (bind(fd, (struct sockaddr *)&at, sizeof(at)) == -1 ||
	    listen(fd, SOMAXCONN) == -1)
		rig_die("listen");
	return fd;
}

/* ---- the handshake ---- */

static inline void
rig_ask(int fd, int port)
{
	char head[256];
	int n = snprintf(head, sizeof(head), "GET / HTTP/1.1\r\n"
	    "Host: 127.0.0.1:%d\r\nUpgrade: websocket\r\n"
	    "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
	    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n", port);

	if (send(fd, head, (size_t)n, MSG_NOSIGNAL) != n)
		rig_die("handshake");
}

static inline void
rig_check_answer(const char *head)
{
	if (strncmp(head, "HTTP/1.1 101", 12) == 0)
		return;
	fprintf(stderr, "%s: %.40s\n", program_invocation_short_name, head);
	exit(1);
}

/* Connects and shakes hands; blocks.  Not a byte behind the head is read. */
static inline int
rig_open(int port, uint32_t plus)
{
	char head[4096] = "";
	int fd = rig_dial(port, plus);
	size_t n = 0;

	rig_ask(fd, port);
	while (n < 4 || memcmp(head + n - 4, "\r\n\r\n", 4) != 0)
		if (n == sizeof(head) - 1 || read(fd, head + n++, 1) != 1)
			rig_die("handshake");
	rig_check_answer(head);
	return fd;
}

#endif
