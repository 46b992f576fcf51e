/* netguard.c - which addresses a stranger's URL may reach. */
#include <arpa/inet.h>
#include <netinet/in.h>

#include "check.h"
#include "netguard.h"

/* Each block of the two registries of special purposes (and multicast), with
 * its first and last address, and the neighbours before and behind, which are
 * public unless another block of the table (or, in IPv6, what is assigned to
 * nobody) has them; "-" says so. */
static const struct block {
	const char *name, *first, *last, *before, *behind;
} blocks[] = {
	/* iana-ipv4-special-registry */
	{ "0.0.0.0/8", "0.0.0.0", "0.255.255.255", "-", "1.0.0.0" },
	{ "0.0.0.0/32", "0.0.0.0", "0.0.0.0", "-", "-" },
	{ "10.0.0.0/8", "10.0.0.0", "10.255.255.255", "9.255.255.255",
	    "11.0.0.0" },
	{ "100.64.0.0/10", "100.64.0.0", "100.127.255.255",
	    "100.63.255.255", "100.128.0.0" },
	{ "127.0.0.0/8", "127.0.0.0", "127.255.255.255",
	    "126.255.255.255", "128.0.0.0" },
	{ "169.254.0.0/16", "169.254.0.0", "169.254.255.255",
	    "169.253.255.255", "169.255.0.0" },
	{ "172.16.0.0/12", "172.16.0.0", "172.31.255.255",
	    "172.15.255.255", "172.32.0.0" },
	{ "192.0.0.0/24", "192.0.0.0", "192.0.0.255", "191.255.255.255",
	    "192.0.1.0" },
	{ "192.0.0.0/29", "192.0.0.0", "192.0.0.7", "-", "-" },
	{ "192.0.0.8/32", "192.0.0.8", "192.0.0.8", "-", "-" },
	{ "192.0.0.9/32", "192.0.0.9", "192.0.0.9", "-", "-" },
	{ "192.0.0.10/32", "192.0.0.10", "192.0.0.10", "-", "-" },
	{ "192.0.0.170/31", "192.0.0.170", "192.0.0.171", "-", "-" },
	{ "192.0.2.0/24", "192.0.2.0", "192.0.2.255", "192.0.1.255",
	    "192.0.3.0" },
	{ "192.31.196.0/24", "192.31.196.0", "192.31.196.255",
	    "192.31.195.255", "192.31.197.0" },
	{ "192.52.193.0/24", "192.52.193.0", "192.52.193.255",
	    "192.52.192.255", "192.52.194.0" },
	{ "192.88.99.0/24", "192.88.99.0", "192.88.99.255",
	    "192.88.98.255", "192.88.100.0" },
	{ "192.88.99.2/32", "192.88.99.2", "192.88.99.2", "-", "-" },
	{ "192.168.0.0/16", "192.168.0.0", "192.168.255.255",
	    "192.167.255.255", "192.169.0.0" },
	{ "192.175.48.0/24", "192.175.48.0", "192.175.48.255",
	    "192.175.47.255", "192.175.49.0" },
	{ "198.18.0.0/15", "198.18.0.0", "198.19.255.255",
	    "198.17.255.255", "198.20.0.0" },
	{ "198.51.100.0/24", "198.51.100.0", "198.51.100.255",
	    "198.51.99.255", "198.51.101.0" },
	{ "203.0.113.0/24", "203.0.113.0", "203.0.113.255",
	    "203.0.112.255", "203.0.114.0" },
	{ "224.0.0.0/4", "224.0.0.0", "239.255.255.255",
	    "223.255.255.255", "-" },
	{ "240.0.0.0/4", "240.0.0.0", "255.255.255.255", "-", "-" },
	{ "255.255.255.255/32", "255.255.255.255", "255.255.255.255", "-",
	    "-" },
	/* iana-ipv6-special-registry */
	{ "::/128", "::", "::", "-", "-" },
	{ "::1/128", "::1", "::1", "-", "-" },
	{ "64:ff9b:1::/48", "64:ff9b:1::",
	    "64:ff9b:1:ffff:ffff:ffff:ffff:ffff", "-", "-" },
	{ "100::/64", "100::", "100::ffff:ffff:ffff:ffff", "-", "-" },
	{ "100:0:0:1::/64", "100:0:0:1::", "100:0:0:1:ffff:ffff:ffff:ffff",
	    "-", "-" },
	{ "2001::/23", "2001::", "2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff",
	    "2000:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "2001:200::" },
	{ "2001::/32", "2001::", "2001:0:ffff:ffff:ffff:ffff:ffff:ffff",
	    "-", "-" },
	{ "2001:1::1/128", "2001:1::1", "2001:1::1", "-", "-" },
	{ "2001:1::2/128", "2001:1::2", "2001:1::2", "-", "-" },
	{ "2001:1::3/128", "2001:1::3", "2001:1::3", "-", "-" },
	{ "2001:2::/48", "2001:2::", "2001:2:0:ffff:ffff:ffff:ffff:ffff",
	    "-", "-" },
	{ "2001:3::/32", "2001:3::", "2001:3:ffff:ffff:ffff:ffff:ffff:ffff",
	    "-", "-" },
	{ "2001:4:112::/48", "2001:4:112::",
	    "2001:4:112:ffff:ffff:ffff:ffff:ffff", "-", "-" },
	{ "2001:10::/28", "2001:10::",
	    "2001:1f:ffff:ffff:ffff:ffff:ffff:ffff", "-", "-" },
	{ "2001:20::/28", "2001:20::",
	    "2001:2f:ffff:ffff:ffff:ffff:ffff:ffff", "-", "-" },
	{ "2001:30::/28", "2001:30::",
	    "2001:3f:ffff:ffff:ffff:ffff:ffff:ffff", "-", "-" },
	{ "2001:db8::/32", "2001:db8::",
	    "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff",
	    "2001:db7:ffff:ffff:ffff:ffff:ffff:ffff", "2001:db9::" },
	{ "2620:4f:8000::/48", "2620:4f:8000::",
	    "2620:4f:8000:ffff:ffff:ffff:ffff:ffff",
	    "2620:4f:7fff:ffff:ffff:ffff:ffff:ffff", "2620:4f:8001::" },
	{ "3fff::/20", "3fff::", "3fff:fff:ffff:ffff:ffff:ffff:ffff:ffff",
	    "3ffe:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "3fff:1000::" },
	{ "5f00::/16", "5f00::", "5f00:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
	    "-", "-" },
	{ "fc00::/7", "fc00::", "fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
	    "-", "-" },
	{ "fe80::/10", "fe80::", "febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
	    "-", "-" },
	/* Deprecated by RFC 3879 and RFC 4291 section 2.5.5.1; multicast. */
	{ "fec0::/10", "fec0::", "feff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
	    "-", "-" },
	{ "::/96", "::", "::255.255.255.255", "-", "-" },
	{ "ff00::/8", "ff00::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
	    "-", "-" },
	/* What is assigned at all, from within. */
	{ "::/3", "::", "1fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "-",
	    "2000::" },
	{ "4000::/2", "4000::", "7fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
	    "3fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "-" },
	{ "8000::/1", "8000::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
	    "-", "-" },
};

/* An IPv4 address is carried by these, and each is as public as it is. */
static const char *const carriers[] = { "::ffff:%u.%u.%u.%u",
    "64:ff9b::%u.%u.%u.%u" };

static int
allows(const struct cidr_list *list, const char *text)
{
	struct sockaddr_in in = { .sin_family = AF_INET };
	struct sockaddr_in6 in6 = { .sin6_family = AF_INET6 };

	if (inet_pton(AF_INET, text, &in.sin_addr) == 1)
		return netguard_allows(list, (struct sockaddr *)&in);
	if (inet_pton(AF_INET6, text, &in6.sin6_addr) == 1)
		return netguard_allows(list, (struct sockaddr *)&in6);
	return -1;
}

static void
check(const struct block *b, const char *text, int want)
{
	char carried[64];
	unsigned v[4];
	size_t i;

	if (strcmp(text, "-") == 0)
		return;
	if (allows(NULL, text) != want) {
		CHECK_STR(text, b->name);
		return;
	}
	check_passed++;
	if (sscanf(text, "%u.%u.%u.%u", v, v + 1, v + 2, v + 3) != 4)
		return;
	for (i = 0; i < sizeof(carriers) / sizeof(carriers[0]); i++) {
		snprintf(carried, sizeof(carried), carriers[i], v[0], v[1],
		    v[2], v[3]);
		CHECK(allows(NULL, carried) == want);
	}
	snprintf(carried, sizeof(carried), "2002:%02x%02x:%02x%02x::1", v[0],
	    v[1], v[2], v[3]);
	CHECK(allows(NULL, carried) == want);
	/* Compatible, local-use NAT64, Teredo: never. */
	snprintf(carried, sizeof(carried), "::%u.%u.%u.%u", v[0], v[1], v[2],
	    v[3]);
	CHECK(allows(NULL, carried) == 0);
	snprintf(carried, sizeof(carried), "64:ff9b:1::%u.%u.%u.%u", v[0],
	    v[1], v[2], v[3]);
	CHECK(allows(NULL, carried) == 0);
	snprintf(carried, sizeof(carried), "2001:0:%02x%02x:%02x%02x::1",
	    v[0], v[1], v[2], v[3]);
	CHECK(allows(NULL, carried) == 0);
}

static void
test_blocks(void)
{
	size_t i;

	for (i = 0; i < sizeof(blocks) / sizeof(blocks[0]); i++) {
		check(&blocks[i], blocks[i].first, 0);
		check(&blocks[i], blocks[i].last, 0);
		check(&blocks[i], blocks[i].before, 1);
		check(&blocks[i], blocks[i].behind, 1);
	}
	CHECK(allows(NULL, "169.254.169.254") == 0);
	CHECK(allows(NULL, "1.1.1.1") == 1);
	CHECK(allows(NULL, "8.8.8.8") == 1);
	CHECK(allows(NULL, "2606:4700:4700::1111") == 1);
	CHECK(allows(NULL, "2a00:1450::1") == 1);
}

static void
test_allow(void)
{
	struct cidr_list list = { 0 };
	struct sockaddr other = { .sa_family = AF_UNIX };
	struct why why;

	CHECK(netguard_allows(NULL, &other) == 0);
	CHECK(cidr_list_add(&list, "10.1.0.0/16", &why) == 0);
	CHECK(cidr_list_add(&list, "::1", &why) == 0);
	CHECK(allows(&list, "10.1.255.255") == 1);
	CHECK(allows(&list, "::ffff:10.1.2.3") == 1);
	CHECK(allows(&list, "10.2.0.0") == 0);
	CHECK(allows(&list, "127.0.0.1") == 0);
	CHECK(allows(&list, "::1") == 1);
	CHECK(allows(&list, "8.8.8.8") == 1);
	CHECK(netguard_allows(&list, &other) == 0);
	cidr_list_done(&list);
}

int
main(void)
{
	test_blocks();
	test_allow();
	return CHECK_DONE;
}
