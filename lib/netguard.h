/* netguard.h - is an address one of the public internet?
 *
 * For URLs that strangers choose: what is private to this host or its
 * networks is not theirs to reach.  Every special-purpose block is refused,
 * those that are globally reachable too: nobody's receiver is there.  So is
 * all of IPv6 that is not assigned as global unicast.  Addresses that carry
 * an IPv4 one (mapped, NAT64, 6to4) are as public as that is.  Pure.
 *
 * Source:  IANA's IPv4 and IPv6 Special-Purpose Address registries (RFC 6890,
 *          RFC 8190) as of October 2025, the multicast registries, RFC 4291
 *          section 2.4.
 */
#ifndef HOOKLINE_NETGUARD_H
#define HOOKLINE_NETGUARD_H

#include "cidr.h"

/* May a stranger's URL reach it?  Where it is public, or in one of the blocks
 * allowed besides (NULL: none); never what is no internet address. */
int netguard_allows(const struct cidr_list *allow, const struct sockaddr *);

#endif
