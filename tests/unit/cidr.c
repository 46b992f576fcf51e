/* cidr.c - internet addresses, and blocks of them. */
#include <arpa/inet.h>
#include <netinet/in.h>

#include "check.h"
#include "cidr.h"

static const struct {
	const char *block, *in, *out;
} within[] = {
	{ "10.0.0.0/8", "10.0.0.0", "9.255.255.255" },
	{ "10.0.0.0/8", "10.255.255.255", "11.0.0.0" },
	{ "192.168.4.0/22", "192.168.7.255", "192.168.8.0" },
	{ "192.168.4.0/22", "192.168.4.0", "192.168.3.255" },
	{ "10.1.2.3", "10.1.2.3", "10.1.2.4" },
	{ "10.1.2.3/32", "10.1.2.3", "10.1.2.2" },
	{ "10.1.2.2/31", "10.1.2.3", "10.1.2.4" },
	{ "128.0.0.0/1", "255.255.255.255", "127.255.255.255" },
	{ "0.0.0.0/0", "8.8.8.8", "2606:4700::1" },
	{ "0.0.0.0/0", "::ffff:8.8.8.8", "::1" },
	{ "::/0", "2606:4700::1", "8.8.8.8" },
	{ "::/0", "::1", "::ffff:8.8.8.8" },
	{ "2001:db8::/32", "2001:db8:ffff::1", "2001:db9::" },
	{ "2001:db8::/33", "2001:db8:7fff::", "2001:db8:8000::" },
	{ "fe80::/10", "febf::1", "fec0::1" },
	{ "::1", "::1", "::2" },
	{ "::1", "::1", "0.0.0.1" },
	{ "2001:db8::1/128", "2001:db8::1", "2001:db8::" },
	{ "::ffff:10.0.0.0/104", "10.9.8.7", "11.0.0.0" },
	{ "::ffff:10.0.0.0/104", "::ffff:10.9.8.7", "a09:807::" },
	{ "::ffff:0:0/96", "1.2.3.4", "::1:1.2.3.4" },
	{ "::ffff:10.1.2.3", "10.1.2.3", "10.1.2.4" },
	{ "10.0.0.0/8", "::ffff:a01:203", "::ffff:b01:203" }
};

static const char *const bad_blocks[] = {
	"", "/", "/8", "10", "10.0.0", "10.0.0.0/", "10.0.0.0/33",
	"10.0.0.0/-1", "10.0.0.0/+8", "10.0.0.0/08", "10.0.0.0/8 ",
	" 10.0.0.0/8", "10.0.0.0/8/8", "10.0.0.0/8x", "10.0.0.0.0/8",
	"256.0.0.0/8", "010.0.0.0/8", "0x0a.0.0.0/8", "10.0.0.1/8",
	"10.0.0.0/255.0.0.0", "::/129", "::1/64", "2001:db8::/3200", ":::/0",
	"[::1]", "::1]", "fe80::1%eth0", "localhost", "10.0.0.0:80",
	"::ffff:10.0.0.0/8", "::ffff:0:0/95", "10.0.0.0/99999999999999999999",
	"1111:2222:3333:4444:5555:6666:7777:8888:9999/64",
	"11111:2222:3333:4444:5555:6666:255.255.255.255:and-more", NULL
};

static struct cidr_ip
ip(const char *text)
{
	struct cidr_ip ip = { .bits = 0 };

	CHECK(cidr_ip_parse(&ip, span_str(text)) == 0);
	return ip;
}

static void
test_within(void)
{
	struct cidr c;
	struct cidr_ip in, out;
	size_t i;

	for (i = 0; i < sizeof(within) / sizeof(within[0]); i++) {
		CHECK(cidr_parse(&c, within[i].block, NULL) == 0);
		in = ip(within[i].in);
		out = ip(within[i].out);
		if (!cidr_has(&c, &in))
			CHECK_STR(within[i].in, within[i].block);
		else
			check_passed++;
		if (cidr_has(&c, &out))
			CHECK_STR(within[i].out, "not within the block");
		else
			check_passed++;
	}
}

static void
test_bad(void)
{
	struct cidr c;
	struct why why;
	size_t i;

	for (i = 0; bad_blocks[i] != NULL; i++) {
		if (cidr_parse(&c, bad_blocks[i], &why) != -1)
			CHECK_STR(bad_blocks[i], "refused");
		else
			CHECK(why.status == STATUS_USAGE);
	}
	CHECK(cidr_parse(&c, "10.1.2.3/8", &why) == -1);
	CHECK_STR(why.text, "10.1.2.3/8: bits are set behind the prefix "
	    "(did you mean 10.0.0.0/8?)");
	CHECK(cidr_parse(&c, "x", &why) == -1);
	CHECK_STR(why.text, "x: not an address or a block, as 10.0.0.0/8 and "
	    "2001:db8::/32 are");
}

static void
test_text(void)
{
	static const char *const texts[][2] = {
		{ "10.1.2.3", "10.1.2.3" }, { "::ffff:10.1.2.3", "10.1.2.3" },
		{ "2001:DB8:0:0:0:0:0:1", "2001:db8::1" }, { "::", "::" }
	};
	struct cidr_ip a;
	char text[CIDR_IP_TEXT];
	size_t i;

	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		a = ip(texts[i][0]);
		cidr_ip_text(text, &a);
		CHECK_STR(text, texts[i][1]);
	}
	CHECK(cidr_ip_parse(&a, SPAN("10.1.2.3\0")) == -1);
	CHECK(cidr_ip_parse(&a, SPAN("10.1.2.3:80")) == -1);
	CHECK(cidr_ip_parse(&a, SPAN("")) == -1);
	a = ip("2001:db8:1:2:3:4:5:6");
	cidr_ip_mask(&a, 64);
	cidr_ip_text(text, &a);
	CHECK_STR(text, "2001:db8:1:2::");
	a = ip("10.255.255.255");
	cidr_ip_mask(&a, 13);
	cidr_ip_text(text, &a);
	CHECK_STR(text, "10.248.0.0");
}

static const struct {
	const char *text, *ip, *port;	/* ip NULL: no peer */
} peers[] = {
	{ "10.1.2.3", "10.1.2.3", "" }, { "10.1.2.3:80", "10.1.2.3", "80" },
	{ "10.1.2.3:65535", "10.1.2.3", "65535" },
	{ "2001:db8::1", "2001:db8::1", "" }, { "::", "::", "" },
	{ "[2001:db8::1]", "2001:db8::1", "" },
	{ "[2001:db8::1]:0", "2001:db8::1", "0" },
	{ "[::ffff:10.1.2.3]:8080", "10.1.2.3", "8080" },
	{ "::ffff:10.1.2.3", "10.1.2.3", "" },
	{ "", NULL, NULL }, { ":", NULL, NULL }, { "[", NULL, NULL },
	{ "[]", NULL, NULL }, { "]", NULL, NULL }, { "[:]", NULL, NULL },
	{ "10.1.2.3:", NULL, NULL }, { "10.1.2.3:65536", NULL, NULL },
	{ "10.1.2.3:-1", NULL, NULL }, { "10.1.2.3:8 0", NULL, NULL },
	{ "10.1.2.3:000080", NULL, NULL }, { ":80", NULL, NULL },
	{ "[10.1.2.3]", NULL, NULL }, { "[10.1.2.3]:80", NULL, NULL },
	{ "[::1]80", NULL, NULL }, { "[::1]:", NULL, NULL },
	{ "[::1]:80:", NULL, NULL }, { "[[::1]]", NULL, NULL },
	{ "::1]:80", NULL, NULL }, { " 10.1.2.3", NULL, NULL },
	{ "localhost", NULL, NULL }, { "localhost:80", NULL, NULL },
	{ "unknown", NULL, NULL }, { "_hidden", NULL, NULL },
	{ "unix:", NULL, NULL }
};

static void
test_peers(void)
{
	struct cidr_ip a, want;
	struct span port;
	size_t i;

	for (i = 0; i < sizeof(peers) / sizeof(peers[0]); i++) {
		int got = cidr_peer_parse(&a, span_str(peers[i].text), &port);

		if ((got == 0) != (peers[i].ip != NULL)) {
			CHECK_STR(peers[i].text, "otherwise");
		} else if (got == 0) {
			want = ip(peers[i].ip);
			CHECK(memcmp(&a, &want, sizeof(a)) == 0);
			CHECK(span_eq(port, span_str(peers[i].port)));
		}
	}
}

static void
test_sockaddr(void)
{
	struct sockaddr_in in = { .sin_family = AF_INET };
	struct sockaddr_in6 in6 = { .sin6_family = AF_INET6 };
	struct sockaddr other = { .sa_family = AF_UNIX };
	struct cidr_ip a, b = ip("10.1.2.3");

	inet_pton(AF_INET, "10.1.2.3", &in.sin_addr);
	CHECK(cidr_ip_from(&a, (struct sockaddr *)&in) == 0);
	CHECK(memcmp(&a, &b, sizeof(a)) == 0);
	inet_pton(AF_INET6, "::ffff:10.1.2.3", &in6.sin6_addr);
	CHECK(cidr_ip_from(&a, (struct sockaddr *)&in6) == 0);
	CHECK(memcmp(&a, &b, sizeof(a)) == 0);
	CHECK(cidr_ip_from(&a, &other) == -1);
}

static void
test_list(void)
{
	struct cidr_list list = { NULL, 0 };
	struct cidr_ip a = ip("10.1.2.3"), b = ip("2001:db8::1");

	CHECK(!cidr_list_has(&list, &a));
	CHECK(cidr_list_add(&list, "2001:db8::/32", NULL) == 0);
	CHECK(!cidr_list_has(&list, &a) && cidr_list_has(&list, &b));
	CHECK(cidr_list_add(&list, "nonsense", NULL) == -1);
	CHECK(cidr_list_add(&list, "10.0.0.0/8", NULL) == 0);
	CHECK(list.n == 2);
	CHECK(cidr_list_has(&list, &a) && cidr_list_has(&list, &b));
	cidr_list_done(&list);
	CHECK(list.n == 0);
}

int
main(void)
{
	test_within();
	test_bad();
	test_text();
	test_peers();
	test_sockaddr();
	test_list();
	return CHECK_DONE;
}
