/* catch - the least a receiver can be, for benchmarks.
 *
 *	catch PORT [SECRET]
 *
 * Whatever one recv() gets on 127.0.0.1:PORT is a request: it is written to
 * stdout with a line feed, what came in one turn at once, and answered 204
 * then.  With a SECRET, the HMAC-SHA256 of the last kilobyte is made first,
 * from a key that is ready, and written before it.  System calls and nothing
 * else: no parser, no quoting, no limit.
 */
#include <fcntl.h>
#include <sys/epoll.h>

#include <openssl/evp.h>

#include "rig.h"

#define CLIENTS 256
#define MAX_REQUEST 8192
#define PIPE_SIZE (1024 * 1024)
#define MAC_SIZE 32

static const char reply[] = "HTTP/1.1 204 No Content\r\n"
    "Date: Thu, 01 Jan 1970 00:00:00 GMT\r\n\r\n";

static char out[CLIENTS * (MAC_SIZE + MAX_REQUEST + 1)];
static size_t out_n;
static EVP_MAC_CTX *keyed;

static EVP_MAC_CTX *
mac_ready(const char *secret)
{
	OSSL_PARAM params[] = { { "digest", OSSL_PARAM_UTF8_STRING,
	    (char[]){ "SHA256" }, 6, 0 }, OSSL_PARAM_END };
	EVP_MAC *mac = EVP_MAC_fetch(NULL, "HMAC", NULL);
	EVP_MAC_CTX *ctx = EVP_MAC_CTX_new(mac);

	if (EVP_MAC_init(ctx, (const unsigned char *)secret, strlen(secret),
	    params) != 1)
		rig_die("HMAC");
	EVP_MAC_free(mac);
	return ctx;
}

static void
add_mac(const char *body, size_t n)
{
	EVP_MAC_CTX *ctx = EVP_MAC_CTX_dup(keyed);
	size_t got;

	EVP_MAC_update(ctx, (const unsigned char *)body, n);
	EVP_MAC_final(ctx, (unsigned char *)out + out_n, &got, MAC_SIZE);
	EVP_MAC_CTX_free(ctx);
	out_n += got;
}

static void
watch(int poll, int fd, uint32_t events)
{
	struct epoll_event e = { .events = events, .data.fd = fd };

	if (epoll_ctl(poll, EPOLL_CTL_ADD, fd, &e) == -1)
		rig_die("epoll_ctl");
}

static void
come_in(int poll, int listener)
{
	int fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK);

	if (fd == -1)
		return;
	rig_no_delay(fd);
	watch(poll, fd, EPOLLIN | EPOLLET);
}

/* 0, or -1: it has left. */
static int
take(int fd)
{
	char request[MAX_REQUEST];
	ssize_t n = recv(fd, request, sizeof(request), 0);
	size_t body = n < 1024 ? (size_t)(n > 0 ? n : 0) : 1024;

	if (n <= 0) {
		close(fd);
		return -1;
	}
	if (keyed != NULL)
		add_mac(request + (size_t)n - body, body);
	memcpy(out + out_n, request, (size_t)n);
	out_n += (size_t)n;
	out[out_n++] = '\n';
	return 0;
}

static void
write_out(void)
{
	size_t at = 0;
	ssize_t n;

	for (; at < out_n; at += (size_t)n)
		if ((n = write(STDOUT_FILENO, out + at, out_n - at)) == -1)
			rig_die("stdout");
	out_n = 0;
}

static void
turn(int poll, int listener)
{
	struct epoll_event events[CLIENTS];
	int owed[CLIENTS], n, nowed = 0, i;

	n = epoll_wait(poll, events, CLIENTS, -1);
	for (i = 0; i < n; i++)
		if (events[i].data.fd == listener)
			come_in(poll, listener);
		else if (take(events[i].data.fd) == 0)
			owed[nowed++] = events[i].data.fd;
	write_out();
	for (i = 0; i < nowed; i++)
		if (send(owed[i], reply, sizeof(reply) - 1, MSG_NOSIGNAL) ==
		    -1 && errno != EPIPE && errno != ECONNRESET)
			rig_die("send");
}

int
main(int argc, char **argv)
{
	int poll = epoll_create1(0), listener;

	if (argc < 2 || poll == -1)
		rig_die("usage: catch PORT [SECRET]");
	if (argc > 2)
		keyed = mac_ready(argv[2]);
	fcntl(STDOUT_FILENO, F_SETPIPE_SZ, PIPE_SIZE);
	listener = rig_listen(atoi(argv[1]));
	watch(poll, listener, EPOLLIN);
	for (;;)
		turn(poll, listener);
}
