/* systemd.c - socket activation, sd_notify and the watchdog. */
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "clock.h"
#include "systemd.h"

static const char *const variables[] = {
	"LISTEN_PID", "LISTEN_PIDFDID", "LISTEN_FDS", "LISTEN_FDNAMES",
	"NOTIFY_SOCKET", "WATCHDOG_PID", "WATCHDOG_USEC"
};

/* A whole number, at most `most`: 0; 1 if it is not set; -1. */
static int
number(const char *name, int64_t most, int64_t *out, struct why *why)
{
	const char *text = getenv(name);
	char *end;

	if (text == NULL)
		return 1;
	errno = 0;
	*out = strtoll(text, &end, 10);
	if (text[0] < '0' || text[0] > '9' || *end != '\0' || errno != 0 ||
	    *out > most)
		return why_set(why, STATUS_USAGE, "%s: '%s' is not a number "
		    "up to %" PRId64, name, text, most);
	return 0;
}

/* Is the variable beside NAME_PID for this process? */
static int
is_ours(const char *name, int64_t otherwise)
{
	int64_t pid = otherwise;

	return number(name, INT32_MAX, &pid, NULL) >= 0 && pid == getpid();
}

static int
take_descriptors(struct systemd *s, struct why *why)
{
	const char *names = getenv("LISTEN_FDNAMES");
	int64_t n = 0;
	int fd, got;

	if (!is_ours("LISTEN_PID", 0))
		return 0;
	got = number("LISTEN_FDS", 4096, &n, why);
	if (got != 0)
		return got == -1 ? -1 : 0;
	for (fd = SYSTEMD_FIRST_FD; fd < SYSTEMD_FIRST_FD + n; fd++)
		if (fcntl(fd, F_SETFD, FD_CLOEXEC) == -1)
			return why_set(why, STATUS_USAGE, "LISTEN_FDS: "
			    "descriptor %d: %s", fd, strerror(errno));
	s->nfds = (int)n;
	if (names != NULL && (s->names = strdup(names)) == NULL)
		return why_errno(why, STATUS_USAGE, "LISTEN_FDNAMES");
	return 0;
}

static int
take_watchdog(struct systemd *s, struct why *why)
{
	int64_t us = 0;
	int got;

	if (!is_ours("WATCHDOG_PID", getpid()))
		return 0;
	got = number("WATCHDOG_USEC", INT64_MAX, &us, why);
	s->watchdog_ms = us > 0 && us < 1000 ? 1 : us / 1000;
	return got == -1 ? -1 : 0;
}

static int
take_notify(struct systemd *s, struct why *why)
{
	const char *path = getenv("NOTIFY_SOCKET");
	struct sockaddr_un un;

	if (path == NULL || *path == '\0')
		return 0;
	/* vsock:CID:PORT is for whole machines. */
	if ((path[0] != '/' && path[0] != '@') ||
	    strlen(path) >= sizeof(un.sun_path))
		return why_set(why, STATUS_USAGE,
		    "NOTIFY_SOCKET: %s: not a socket's path", path);
	s->notify = strdup(path);
	return s->notify == NULL ?
	    why_errno(why, STATUS_USAGE, "NOTIFY_SOCKET") : 0;
}

int
systemd_init(struct systemd *s, struct why *why)
{
	size_t i;
	int failed;

	*s = (struct systemd){ .notify = NULL };
	failed = take_descriptors(s, why) == -1 ||
	    take_watchdog(s, why) == -1 || take_notify(s, why) == -1;
	for (i = 0; i < sizeof(variables) / sizeof(variables[0]); i++)
		unsetenv(variables[i]);
	return failed ? -1 : 0;
}

void
systemd_done(struct systemd *s)
{
	free(s->notify);
	free(s->names);
	s->notify = s->names = NULL;
}

struct span
systemd_name(const struct systemd *s, int i)
{
	struct span rest = span_str(s->names), name = rest;

	for (; i >= 0 && rest.p != NULL; i--) {
		const char *colon = rest.n == 0 ? NULL :
		    memchr(rest.p, ':', rest.n);

		name = rest;
		if (colon != NULL)
			name.n = (size_t)(colon - rest.p);
		rest = colon == NULL ? span_of(NULL, 0) :
		    span_from(rest, name.n + 1);
	}
	return i >= 0 ? span_of(NULL, 0) : name;
}

void
systemd_tell(const struct systemd *s, const char *state)
{
	const struct timeval second = { .tv_sec = 1 };
	struct sockaddr_un un = { .sun_family = AF_UNIX };
	socklen_t size;
	int fd;

	if (s->notify == NULL)
		return;
	size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) +
	    strlen(s->notify));
	memcpy(un.sun_path, s->notify, strlen(s->notify));
	if (un.sun_path[0] == '@')	/* the abstract name space */
		un.sun_path[0] = '\0';
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd == -1)
		return;
	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &second, sizeof(second));
	/* Whoever has gone needs not be told. */
	(void)sendto(fd, state, strlen(state), MSG_NOSIGNAL,
	    (struct sockaddr *)&un, size);
	close(fd);
}

void
systemd_tell_reloading(const struct systemd *s)
{
	char state[64];

	snprintf(state, sizeof(state), "RELOADING=1\nMONOTONIC_USEC=%" PRId64,
	    clock_mono_us());
	systemd_tell(s, state);
}
