/* systemd.h - what a service manager passes to us in the environment, and
 * what it is told: socket activation, sd_notify, the watchdog.
 *
 * Without libsystemd, which brings four compression and cryptography
 * libraries into the process: the protocol is a handful of variables and a
 * datagram, and its documentation promises that they stay as they are.
 *
 * This module reads the environment, and removes from it what it has read,
 * so that no child takes it for its own.
 *
 * Errors:  -1 and why, STATUS_USAGE: variables that cannot be right.
 * Owns:    strings, until systemd_done.
 * Source:  sd_listen_fds(3), sd_notify(3), sd_watchdog_enabled(3).
 */
#ifndef HOOKLINE_SYSTEMD_H
#define HOOKLINE_SYSTEMD_H

#include <stdint.h>

#include "span.h"
#include "why.h"

#define SYSTEMD_FIRST_FD 3

struct systemd {
	char *notify;		/* NOTIFY_SOCKET; or NULL */
	int nfds;		/* passed: from SYSTEMD_FIRST_FD on */
	char *names;		/* theirs, with colons between; or NULL */
	int64_t watchdog_ms;	/* be heard of within; or 0 */
};

/* The descriptors are made close-on-exec. */
int systemd_init(struct systemd *, struct why *);
void systemd_done(struct systemd *);

/* The name of the i-th descriptor passed, empty if it has none; it is often
 * that of the unit which the socket belongs to. */
struct span systemd_name(const struct systemd *, int i);

/* "READY=1", ...: nothing where nobody listens.  Waits a second at most. */
void systemd_tell(const struct systemd *, const char *state);

/* "RELOADING=1", with the time that belongs to it. */
void systemd_tell_reloading(const struct systemd *);

#endif
