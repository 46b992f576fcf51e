/* cidr.h - internet addresses, and blocks of them: 10.0.0.0/8, 2001:db8::/32.
 *
 * An address alone is a block of one.  An IPv6 address that maps an IPv4 one
 * (::ffff:10.1.2.3) is that IPv4 address, in blocks (of /96 and longer) and
 * addresses alike; no IPv4 address is in ::/0.  Zones (%eth0) are no part of
 * an address here.  Pure.
 *
 * Errors:  -1; with a why, it is STATUS_USAGE.
 * Source:  RFC 4632 section 3.1, RFC 4291 sections 2.2, 2.3 and 2.5.5.2.
 */
#ifndef HOOKLINE_CIDR_H
#define HOOKLINE_CIDR_H

#include <sys/socket.h>

#include "span.h"
#include "why.h"

#define CIDR_IP_TEXT 46		/* INET6_ADDRSTRLEN: the longest, and a NUL */

struct cidr_ip {
	unsigned char b[16];	/* of IPv4 the first four; the rest is 0 */
	unsigned bits;		/* 32 or 128 */
};

struct cidr {
	struct cidr_ip net;
	unsigned bits;		/* the prefix's length */
};

/* "10.1.2.3", "2001:db8::1": no brackets, no port.  0 or -1. */
int cidr_ip_parse(struct cidr_ip *, struct span text);
/* 0, or -1: not an internet address. */
int cidr_ip_from(struct cidr_ip *, const struct sockaddr *);
void cidr_ip_text(char out[CIDR_IP_TEXT], const struct cidr_ip *);

/* A peer, as events and fields of HTTP name it: an address with a port or
 * without, IPv6 in brackets or (without a port) bare.  *port is the port's
 * digits, or empty. */
int cidr_peer_parse(struct cidr_ip *, struct span text, struct span *port);

/* The address with all but its first bits (of 32 or 128) cleared. */
void cidr_ip_mask(struct cidr_ip *, unsigned bits);

/* 10.1.2.3/8 is refused: it says two things. */
int cidr_parse(struct cidr *, const char *text, struct why *);
int cidr_has(const struct cidr *, const struct cidr_ip *);

/* Several of them, as an option that repeats collects them.  Zeroed is
 * empty. */
struct cidr_list {
	struct cidr *v;
	size_t n;
};

int cidr_list_add(struct cidr_list *, const char *text, struct why *);
int cidr_list_has(const struct cidr_list *, const struct cidr_ip *);
void cidr_list_done(struct cidr_list *);

#endif
