/* status.h - the exit statuses of the suite; one table for all programs. */
#ifndef HOOKLINE_STATUS_H
#define HOOKLINE_STATUS_H

enum status {
	STATUS_OK = 0,		/* done, and confirmed */
	STATUS_SOME = 1,	/* some lines failed */
	STATUS_USAGE = 2,	/* usage, configuration, unreadable secret */
	STATUS_UNREACHABLE = 3,	/* can't reach the peer, or can't listen */
	STATUS_TLS = 4,		/* TLS failure */
	STATUS_REFUSED = 5,	/* upgrade or handshake got another status */
	STATUS_LOST = 6,	/* lost before what was sent was confirmed */
	STATUS_CLOSED = 7,	/* the peer closed with an error code */
	STATUS_TIMEOUT = 8,	/* timed out */
	STATUS_BAD_LINE = 9,	/* a line on stdin was bad; others went */
	STATUS_PROTOCOL = 10,	/* the peer broke the protocol or a limit */
	STATUS_UNDELIVERED = 11, /* undelivered lines, all kept on disk */
	STATUS_SIGNAL = 128	/* plus the signal's number */
};

#endif
