/* netguard.h - is a socket address one of the public internet?
 *
 * For URLs that strangers choose: what is private to this host or its
 * networks is not theirs to reach.  Looks through IPv6 addresses that carry
 * an IPv4 one (mapped, compatible, NAT64, 6to4).  Pure.
 *
 * Source:  IANA special-purpose address registries, RFC 6890 as updated.
 */
#ifndef HOOKLINE_NETGUARD_H
#define HOOKLINE_NETGUARD_H

#include <sys/socket.h>

/* 1, or 0: private, loopback, link-local, shared (CGNAT), multicast, reserved,
 * documentation, or not an internet address at all. */
int netguard_public(const struct sockaddr *);

#endif
