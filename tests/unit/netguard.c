/* netguard.c - which addresses a stranger's URL may reach. */
#include <arpa/inet.h>
#include <netinet/in.h>

#include "check.h"
#include "netguard.h"

static const char *const inside[] = {
	"0.0.0.0", "0.1.2.3", "10.0.0.0", "10.255.255.255", "100.64.0.1",
	"100.127.255.255", "127.0.0.1", "127.255.255.255", "169.254.169.254",
	"172.16.0.1", "172.31.255.255", "192.0.0.1", "192.0.2.1",
	"192.168.0.1", "192.168.255.255", "198.18.0.1", "198.19.255.255",
	"198.51.100.7", "203.0.113.9", "224.0.0.1", "239.255.255.255",
	"240.0.0.1", "255.255.255.255",
	"::", "::1", "::127.0.0.1", "::ffff:127.0.0.1", "::ffff:10.1.2.3",
	"::ffff:169.254.169.254", "64:ff9b::7f00:1", "64:ff9b::a00:1",
	"64:ff9b:1::808:808", "100::1", "2001::1", "2001:db8::1",
	"2002:7f00:1::", "2002:c0a8:101::1", "fc00::1", "fd12:3456::1",
	"fdff:ffff::", "fe80::1", "febf::1", "fec0::1", "ff02::1", "ff0e::1",
	NULL
};

static const char *const outside[] = {
	"1.1.1.1", "8.8.8.8", "9.255.255.255", "11.0.0.0", "100.63.255.255",
	"100.128.0.0", "126.255.255.255", "128.0.0.1", "169.253.1.1",
	"172.15.255.255", "172.32.0.0", "192.0.1.1", "192.167.1.1",
	"192.169.0.1", "198.17.255.255", "198.20.0.0", "223.255.255.255",
	"2606:4700:4700::1111", "2a00:1450::1", "::ffff:8.8.8.8",
	"64:ff9b::808:808", "2002:808:808::1", "2001:4860:4860::8888",
	"fbff::1", NULL
};

static int
is_public(const char *text)
{
	struct sockaddr_in in = { .sin_family = AF_INET };
	struct sockaddr_in6 in6 = { .sin6_family = AF_INET6 };

	if (inet_pton(AF_INET, text, &in.sin_addr) == 1)
		return netguard_public((struct sockaddr *)&in);
	if (inet_pton(AF_INET6, text, &in6.sin6_addr) == 1)
		return netguard_public((struct sockaddr *)&in6);
	return -1;
}

int
main(void)
{
	struct sockaddr other = { .sa_family = AF_UNIX };
	size_t i;

	for (i = 0; inside[i] != NULL; i++)
		if (is_public(inside[i]) != 0)
			CHECK_STR(inside[i], "an address inside");
		else
			check_passed++;
	for (i = 0; outside[i] != NULL; i++)
		if (is_public(outside[i]) != 1)
			CHECK_STR(outside[i], "a public address");
		else
			check_passed++;
	CHECK(netguard_public(&other) == 0);
	return CHECK_DONE;
}
