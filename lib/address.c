/* address.c - descriptors that listen, from what a user writes. */
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "address.h"
#include "span.h"

void
address_format(char *out, size_t size, const struct sockaddr *sa)
{
	char host[INET6_ADDRSTRLEN] = "?";
	const struct sockaddr_in *v4 = (const void *)sa;
	const struct sockaddr_in6 *v6 = (const void *)sa;

	if (sa->sa_family == AF_INET) {
		inet_ntop(AF_INET, &v4->sin_addr, host, sizeof(host));
		snprintf(out, size, "%s:%d", host, ntohs(v4->sin_port));
	} else if (sa->sa_family == AF_INET6) {
		inet_ntop(AF_INET6, &v6->sin6_addr, host, sizeof(host));
		snprintf(out, size, "[%s]:%d", host, ntohs(v6->sin6_port));
	} else {
		snprintf(out, size, "unix:");
	}
}

/* A number of at most so many digits; -1: it is none. */
static int
number(const char *s, size_t most)
{
	int64_t n;

	return span_number(span_str(s), most, &n) == 0 ? (int)n : -1;
}

/* The name without the port, and the port the system chose. */
static int
settle(struct address *a, const char *spec, struct why *why)
{
	struct sockaddr_storage ss;
	socklen_t n = sizeof(ss);
	char *colon;

	if (getsockname(a->fd, (struct sockaddr *)&ss, &n) == -1)
		return why_errno(why, STATUS_UNREACHABLE, spec);
	if (ss.ss_family == AF_UNIX) {
		const struct sockaddr_un *un = (const void *)&ss;

		snprintf(a->name, sizeof(a->name), "unix:%s", un->sun_path);
		return 0;
	}
	address_format(a->name, sizeof(a->name), (struct sockaddr *)&ss);
	colon = strrchr(a->name, ':');
	a->port = number(colon + 1, 5);
	*colon = '\0';
	if (a->name[0] == '[') {
		memmove(a->name, a->name + 1, strlen(a->name));
		a->name[strlen(a->name) - 1] = '\0';
	}
	return 0;
}

static int
begin(struct address *a, const char *spec, int family,
    const struct sockaddr *sa, socklen_t n, struct why *why)
{
	int one = 1;

	a->fd = socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (a->fd == -1)
		return why_errno(why, STATUS_UNREACHABLE, spec);
	if (family != AF_UNIX)
		setsockopt(a->fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	if (family == AF_INET6)
		setsockopt(a->fd, IPPROTO_IPV6, IPV6_V6ONLY, &one,
		    sizeof(one));
	if (bind(a->fd, sa, n) == -1 || listen(a->fd, SOMAXCONN) == -1) {
		why_errno(why, STATUS_UNREACHABLE, spec);
		close(a->fd);
		a->fd = -1;
		return -1;
	}
	return 0;
}

/* ---- unix:PATH ---- */

/* A socket that nobody answers on was left behind: it is removed.  One that
 * somebody answers on makes bind fail, as anything else there does. */
static void
remove_stale(const struct sockaddr_un *un)
{
	struct stat st;
	int fd;

	if (lstat(un->sun_path, &st) == -1 || !S_ISSOCK(st.st_mode))
		return;
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd == -1)
		return;
	if (connect(fd, (const struct sockaddr *)un, sizeof(*un)) == -1 &&
	    errno == ECONNREFUSED)
		unlink(un->sun_path);
	close(fd);
}

static int
listen_unix(struct address *a, const char *spec, struct why *why)
{
	struct sockaddr_un un = { .sun_family = AF_UNIX };
	const char *path = spec + strlen("unix:");

	if (*path == '\0' || strlen(path) >= sizeof(un.sun_path))
		return why_set(why, STATUS_USAGE,
		    "%s: a path of 1 to %zu bytes is needed", spec,
		    sizeof(un.sun_path) - 1);
	memcpy(un.sun_path, path, strlen(path) + 1);
	remove_stale(&un);
	if (begin(a, spec, AF_UNIX, (struct sockaddr *)&un, sizeof(un),
	    why) != 0)
		return -1;
	a->unix_path = strdup(path);
	return 0;
}

/* ---- fd:N ---- */

/* Non-blocking, though it may be shared: of several that accept from one
 * socket each may find that another was quicker, and must not wait then. */
static int
adopt(struct address *a, const char *spec, int fd, struct why *why)
{
	int is_listening = 0, flags;
	socklen_t n = sizeof(is_listening);

	if (getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &is_listening,
	    &n) == -1)
		return why_errno(why, STATUS_UNREACHABLE, spec);
	if (!is_listening)
		return why_set(why, STATUS_UNREACHABLE,
		    "%s: not a listening socket", spec);
	a->fd = fcntl(fd, F_DUPFD_CLOEXEC, 3);
	if (a->fd == -1 || (flags = fcntl(a->fd, F_GETFL)) == -1 ||
	    fcntl(a->fd, F_SETFL, flags | O_NONBLOCK) == -1)
		return why_errno(why, STATUS_UNREACHABLE, spec);
	return 0;
}

static int
listen_fd(struct address *a, const char *spec, struct why *why)
{
	int fd = number(spec + strlen("fd:"), 6);

	if (fd == -1)
		return why_set(why, STATUS_USAGE,
		    "%s: not a descriptor's number", spec);
	return adopt(a, spec, fd, why);
}

/* ---- [HOST:]PORT ---- */

/* Splits at the last colon: "[::1]:80", "host:80", "80". */
static int
split(const char *spec, char *host, size_t size, const char **port)
{
	const char *colon = strrchr(spec, ':');
	size_t n;
	int value;

	*port = colon == NULL ? spec : colon + 1;
	value = number(*port, 5);
	if (value == -1 || value > 65535)
		return -1;
	if (colon == NULL) {
		snprintf(host, size, "127.0.0.1");
		return 0;
	}
	n = (size_t)(colon - spec);
	if (n >= 2 && spec[0] == '[' && spec[n - 1] == ']') {
		spec++;
		n -= 2;
	} else if (memchr(spec, ':', n) != NULL) {
		return -1;
	}
	if (n == 0 || n >= size)
		return -1;
	memcpy(host, spec, n);
	host[n] = '\0';
	return 0;
}

static int
listen_inet(struct address *a, const char *spec, struct why *why)
{
	struct addrinfo hints = { .ai_flags = AI_PASSIVE | AI_NUMERICSERV,
	    .ai_socktype = SOCK_STREAM };
	struct addrinfo *found;
	const char *port;
	char host[256];
	int e;

	if (split(spec, host, sizeof(host), &port) != 0)
		return why_set(why, STATUS_USAGE, "%s: not an address "
		    "(PORT, HOST:PORT, [IPV6]:PORT, unix:PATH, fd:N; a "
		    "COMMAND stands behind --)", spec);
	e = getaddrinfo(host, port, &hints, &found);
	if (e != 0)
		return why_set(why, STATUS_UNREACHABLE, "%s: %s", spec,
		    gai_strerror(e));
	e = begin(a, spec, found->ai_family, found->ai_addr,
	    found->ai_addrlen, why);
	freeaddrinfo(found);
	return e;
}

/* ---- the module's functions ---- */

int
address_listen(struct address *a, const char *spec, struct why *why)
{
	int e;

	memset(a, 0, sizeof(*a));
	a->fd = -1;
	if (strncmp(spec, "unix:", 5) == 0)
		e = listen_unix(a, spec, why);
	else if (strncmp(spec, "fd:", 3) == 0)
		e = listen_fd(a, spec, why);
	else
		e = listen_inet(a, spec, why);
	if (e != 0 || (e = settle(a, spec, why)) != 0)
		address_done(a);
	return e;
}

int
address_adopt(struct address *a, int fd, struct why *why)
{
	char spec[16];

	snprintf(spec, sizeof(spec), "fd:%d", fd);
	return address_listen(a, spec, why);
}

void
address_done(struct address *a)
{
	if (a->unix_path != NULL)
		unlink(a->unix_path);
	free(a->unix_path);
	a->unix_path = NULL;
	if (a->fd != -1)
		close(a->fd);
	a->fd = -1;
}
