/* address.h - where a server listens: 8080, 127.0.0.1:8080, [::1]:8080,
 * localhost:8080, 0.0.0.0:0, unix:PATH, fd:3.
 *
 * A bare port is loopback, IPv4.  A stale unix socket is replaced, one that
 * somebody answers on is refused.
 *
 * Errors:  -1 and why: STATUS_USAGE for a spelling, STATUS_UNREACHABLE for
 *          what the system refuses.
 */
#ifndef HOOKLINE_ADDRESS_H
#define HOOKLINE_ADDRESS_H

#include <sys/socket.h>

#include "why.h"

struct address {
	int fd;			/* listening, close-on-exec, non-blocking */
	int port;		/* as the system gave it; 0 for unix */
	char name[160];		/* "127.0.0.1", "::1", "unix:/run/x" */
	char *unix_path;	/* to unlink when done; else NULL */
};

int address_listen(struct address *, const char *spec, struct why *);
/* The same with the descriptor's number: it stays open, and is made
 * non-blocking. */
int address_adopt(struct address *, int fd, struct why *);

/* Closes, and unlinks the unix socket this process made. */
void address_done(struct address *);

/* "127.0.0.1:8080", "[::1]:8080", "unix:" ... of a socket address. */
void address_format(char *out, size_t size, const struct sockaddr *);

#endif
