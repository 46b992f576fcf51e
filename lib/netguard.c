/* netguard.c - which addresses are public. */
#include "netguard.h"

#define V4(a, b, c, d, n) { { { (a), (b), (c), (d) }, 32 }, (n) }
#define V6(n, ...) { { { __VA_ARGS__ }, 128 }, (n) }

static const struct cidr special4[] = {
	V4(0, 0, 0, 0, 8),		/* this network */
	V4(10, 0, 0, 0, 8),		/* private */
	V4(100, 64, 0, 0, 10),		/* shared, CGNAT */
	V4(127, 0, 0, 0, 8),		/* loopback */
	V4(169, 254, 0, 0, 16),		/* link-local; clouds' metadata */
	V4(172, 16, 0, 0, 12),		/* private */
	V4(192, 0, 0, 0, 24),		/* protocol assignments */
	V4(192, 0, 2, 0, 24),		/* documentation */
	V4(192, 31, 196, 0, 24),	/* AS112 */
	V4(192, 52, 193, 0, 24),	/* AMT */
	V4(192, 88, 99, 0, 24),		/* 6to4 and 6a44 relays */
	V4(192, 168, 0, 0, 16),		/* private */
	V4(192, 175, 48, 0, 24),	/* direct delegation AS112 */
	V4(198, 18, 0, 0, 15),		/* benchmarking */
	V4(198, 51, 100, 0, 24),	/* documentation */
	V4(203, 0, 113, 0, 24),		/* documentation */
	V4(224, 0, 0, 0, 4),		/* multicast */
	V4(240, 0, 0, 0, 4)		/* reserved, broadcast */
};

/* What is assigned as global unicast: outside of it are loopback, the
 * IPv4-compatible, discard-only, SRv6, unique local, link-local, site-local
 * and multicast blocks, and what nobody has yet. */
static const struct cidr unicast6 = V6(3, 0x20);

static const struct cidr special6[] = {
	V6(23, 0x20, 0x01),		/* protocol assignments; Teredo */
	V6(32, 0x20, 0x01, 0x0d, 0xb8),	/* documentation */
	V6(48, 0x26, 0x20, 0x00, 0x4f, 0x80),	/* direct delegation AS112 */
	V6(20, 0x3f, 0xff)		/* documentation */
};

/* Those that carry an IPv4 address, and where; mapped ones are IPv4 to
 * cidr.h already. */
static const struct carrying {
	struct cidr block;
	unsigned at;
} carrying[] = {
	{ V6(96, 0x00, 0x64, 0xff, 0x9b), 12 },	/* NAT64: RFC 6052 */
	{ V6(16, 0x20, 0x02), 2 }		/* 6to4: RFC 3056 */
};

static int
has(const struct cidr *blocks, size_t n, const struct cidr_ip *ip)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (cidr_has(&blocks[i], ip))
			return 1;
	return 0;
}

#define HAS(blocks, ip) has((blocks), sizeof(blocks) / sizeof(*(blocks)), (ip))

static int
public4(const struct cidr_ip *ip)
{
	return !HAS(special4, ip);
}

static int
public6(const struct cidr_ip *ip)
{
	struct cidr_ip inner = { { 0 }, 32 };
	size_t i;

	for (i = 0; i < sizeof(carrying) / sizeof(carrying[0]); i++) {
		if (!cidr_has(&carrying[i].block, ip))
			continue;
		memcpy(inner.b, ip->b + carrying[i].at, 4);
		return public4(&inner);
	}
	return cidr_has(&unicast6, ip) && !HAS(special6, ip);
}

static int
is_public(const struct cidr_ip *ip)
{
	return ip->bits == 32 ? public4(ip) : public6(ip);
}

int
netguard_allows(const struct cidr_list *allow, const struct sockaddr *sa)
{
	struct cidr_ip ip;

	if (cidr_ip_from(&ip, sa) == -1)
		return 0;
	return is_public(&ip) ||
	    (allow != NULL && cidr_list_has(allow, &ip));
}
