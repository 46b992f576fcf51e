/* netguard.c - which addresses are public. */
#include <netinet/in.h>
#include <stdint.h>
#include <string.h>

#include "netguard.h"

struct net4 {
	uint32_t net;
	unsigned bits;
};

struct net6 {
	unsigned char net[16];
	unsigned bits;
};

static const struct net4 inner4[] = {
	{ 0x00000000, 8 },	/* this network */
	{ 0x0a000000, 8 },	/* private */
	{ 0x64400000, 10 },	/* shared, CGNAT */
	{ 0x7f000000, 8 },	/* loopback */
	{ 0xa9fe0000, 16 },	/* link-local, cloud metadata among it */
	{ 0xac100000, 12 },	/* private */
	{ 0xc0000000, 24 },	/* protocol assignments */
	{ 0xc0000200, 24 },	/* documentation */
	{ 0xc0a80000, 16 },	/* private */
	{ 0xc6120000, 15 },	/* benchmarking */
	{ 0xc6336400, 24 },	/* documentation */
	{ 0xcb007100, 24 },	/* documentation */
	{ 0xe0000000, 4 },	/* multicast */
	{ 0xf0000000, 4 }	/* reserved, broadcast */
};

static const struct net6 inner6[] = {
	{ { 0 }, 127 },				/* ::, ::1 */
	{ { 0x00, 0x64, 0xff, 0x9b, 0, 1 }, 48 },	/* local-use NAT64 */
	{ { 0x01 }, 64 },			/* discard */
	{ { 0x20, 0x01 }, 32 },			/* Teredo */
	{ { 0x20, 0x01, 0x0d, 0xb8 }, 32 },	/* documentation */
	{ { 0xfc }, 7 },			/* unique local */
	{ { 0xfe, 0x80 }, 10 },			/* link-local */
	{ { 0xfe, 0xc0 }, 10 },			/* site-local */
	{ { 0xff }, 8 }				/* multicast */
};

/* Those that carry an IPv4 address, and where. */
static const struct carrying {
	struct net6 net;
	unsigned at;
} carrying[] = {
	{ { { 0 }, 96 }, 12 },					/* compatible */
	{ { { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff }, 96 }, 12 },
	{ { { 0x00, 0x64, 0xff, 0x9b }, 96 }, 12 },		/* NAT64 */
	{ { { 0x20, 0x02 }, 16 }, 2 }				/* 6to4 */
};

static int
public4(uint32_t addr)
{
	size_t i;

	for (i = 0; i < sizeof(inner4) / sizeof(inner4[0]); i++)
		if ((addr ^ inner4[i].net) >> (32 - inner4[i].bits) == 0)
			return 0;
	return 1;
}

static int
within6(const unsigned char *addr, const struct net6 *net)
{
	unsigned bytes = net->bits / 8, rest = net->bits % 8;

	if (memcmp(addr, net->net, bytes) != 0)
		return 0;
	return rest == 0 || (addr[bytes] ^ net->net[bytes]) >> (8 - rest) == 0;
}

static int
public6(const unsigned char *addr)
{
	const unsigned char *p;
	size_t i;

	for (i = 0; i < sizeof(inner6) / sizeof(inner6[0]); i++)
		if (within6(addr, &inner6[i]))
			return 0;
	for (i = 0; i < sizeof(carrying) / sizeof(carrying[0]); i++) {
		if (!within6(addr, &carrying[i].net))
			continue;
		p = addr + carrying[i].at;
		return public4((uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 |
		    (uint32_t)p[2] << 8 | p[3]);
	}
	return 1;
}

int
netguard_public(const struct sockaddr *sa)
{
	struct sockaddr_in in;
	struct sockaddr_in6 in6;

	switch (sa->sa_family) {
	case AF_INET:
		memcpy(&in, sa, sizeof(in));
		return public4(ntohl(in.sin_addr.s_addr));
	case AF_INET6:
		memcpy(&in6, sa, sizeof(in6));
		return public6(in6.sin6_addr.s6_addr);
	default:
		return 0;
	}
}
