/* post - the least a sender can be, for benchmarks.
 *
 *	post bare|curl PORT COUNT BODY
 *
 * COUNT times the file BODY to 127.0.0.1:PORT by POST, over 64 connections
 * that stay; each reply's head must say 204.  The head of the request is as
 * long as that of a signed webhook, and always the same.
 *
 * bare: system calls and nothing else: epoll, send, recv.  curl: libcurl with
 * nothing around it: what it takes at the least, whoever uses it.
 */
#include <sys/epoll.h>

#include <curl/curl.h>

#include "rig.h"

#define FLYING 64
#define MAX_BODY 65536

static char *const fields[] = { "User-Agent: hookline/0.1.0",
    "Content-Type: application/json",
    "webhook-id: msg_019ab862-1f5e-7c4b-8c5d-3a1f2e4b6c7d",
    "webhook-timestamp: 1764089000",
    "webhook-signature: v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=" };
#define NFIELDS (sizeof(fields) / sizeof(fields[0]))

static char body[MAX_BODY];
static size_t body_n;
static long started, ended, wanted;

static void
read_body(const char *file)
{
	FILE *f = fopen(file, "r");

	if (f == NULL)
		rig_die(file);
	body_n = fread(body, 1, sizeof(body), f);
	fclose(f);
}

/* ---- bare ---- */

static size_t
make_request(char *out, size_t size, int port)
{
	int n = snprintf(out, size, "POST / HTTP/1.1\r\n"
	    "Host: 127.0.0.1:%d\r\nContent-Length: %zu\r\n", port, body_n);
	size_t i;

	for (i = 0; i < NFIELDS; i++)
		n += snprintf(out + n, size - (size_t)n, "%s\r\n", fields[i]);
	n += snprintf(out + n, size - (size_t)n, "\r\n");
	memcpy(out + n, body, body_n);
	return (size_t)n + body_n;
}

/* What loopback brings of so short a head comes at once. */
static void
answer(int fd)
{
	char head[4096];
	ssize_t n = recv(fd, head, sizeof(head), 0);

	if (n < 16 || memcmp(head + 9, "204", 3) != 0 ||
	    memcmp(head + n - 4, "\r\n\r\n", 4) != 0)
		rig_die("the reply");
	ended++;
}

static void
bare(int port)
{
	static char request[MAX_BODY + 4096];
	size_t size = make_request(request, sizeof(request) - MAX_BODY, port);
	struct epoll_event ready[FLYING];
	int set = epoll_create1(0), n, i, fd;

	for (; started < FLYING && started < wanted; started++) {
		fd = rig_dial(port, 0);
		ready[0] = (struct epoll_event){ EPOLLIN, { .fd = fd } };
		if (epoll_ctl(set, EPOLL_CTL_ADD, fd, &ready[0]) == -1 ||
		    send(fd, request, size, 0) != (ssize_t)size)
			rig_die("send");
	}
	while (ended < wanted) {
		n = epoll_wait(set, ready, FLYING, -1);
		for (i = 0; i < n; i++) {
			answer(ready[i].data.fd);
			if (started == wanted)
				continue;
			started++;
			if (send(ready[i].data.fd, request, size, 0) !=
			    (ssize_t)size)
				rig_die("send");
		}
	}
}

/* ---- curl ---- */

static CURL *
easy_new(const char *url, struct curl_slist *list)
{
	CURL *easy = curl_easy_init();

	if (easy == NULL)
		rig_die("libcurl");
	curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(easy, CURLOPT_URL, url);
	curl_easy_setopt(easy, CURLOPT_PROXY, "");
	curl_easy_setopt(easy, CURLOPT_HTTPHEADER, list);
	curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE, (long)body_n);
	curl_easy_setopt(easy, CURLOPT_POSTFIELDS, body);
	return easy;
}

static void
check(CURLMsg *msg)
{
	long status = 0;

	curl_easy_getinfo(msg->easy_handle, CURLINFO_RESPONSE_CODE, &status);
	if (msg->data.result != CURLE_OK || status != 204)
		rig_die("the reply");
	ended++;
}

static void
curl(int port)
{
	CURLM *multi = curl_multi_init();
	struct curl_slist list[NFIELDS];
	char url[64];
	CURLMsg *msg;
	CURL *easy;
	size_t i;
	int n;

	snprintf(url, sizeof(url), "http://127.0.0.1:%d/", port);
	for (i = 0; i < NFIELDS; i++)
		list[i] = (struct curl_slist){ fields[i],
		    i + 1 < NFIELDS ? &list[i + 1] : NULL };
	for (; started < FLYING && started < wanted; started++)
		curl_multi_add_handle(multi, easy_new(url, list));
	while (ended < wanted) {
		curl_multi_perform(multi, &n);
		while ((msg = curl_multi_info_read(multi, &n)) != NULL) {
			check(msg);
			easy = msg->easy_handle;
			curl_multi_remove_handle(multi, easy);
			if (started < wanted) {
				started++;
				curl_multi_add_handle(multi, easy);
			}
		}
		if (ended < wanted)
			curl_multi_poll(multi, NULL, 0, 1000, &n);
	}
}

int
main(int argc, char **argv)
{
	if (argc != 5) {
		fprintf(stderr, "usage: post bare|curl PORT COUNT BODY\n");
		return 2;
	}
	wanted = atol(argv[3]);
	read_body(argv[4]);
	if (strcmp(argv[1], "bare") == 0)
		bare(atoi(argv[2]));
	else
		curl(atoi(argv[2]));
	return 0;
}
