/* cidr.c - internet addresses, and blocks of them. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#include "cidr.h"

#define MAPPED 96		/* bits of ::ffff:0:0, before an IPv4 address */

static const unsigned char mapped[MAPPED / 8] = { [10] = 0xff, [11] = 0xff };

static void
set4(struct cidr_ip *ip, const void *bytes)
{
	memset(ip, 0, sizeof(*ip));
	memcpy(ip->b, bytes, 4);
	ip->bits = 32;
}

static void
set6(struct cidr_ip *ip, const unsigned char *bytes)
{
	if (memcmp(bytes, mapped, sizeof(mapped)) == 0) {
		set4(ip, bytes + sizeof(mapped));
		return;
	}
	memcpy(ip->b, bytes, 16);
	ip->bits = 128;
}

/* *family tells how it was written. */
static int
parse(struct cidr_ip *ip, struct span text, int *family)
{
	char copy[CIDR_IP_TEXT];
	unsigned char bytes[16];

	if (text.n == 0 || text.n >= sizeof(copy) ||
	    memchr(text.p, '\0', text.n) != NULL)
		return -1;
	memcpy(copy, text.p, text.n);
	copy[text.n] = '\0';
	*family = strchr(copy, ':') == NULL ? AF_INET : AF_INET6;
	if (inet_pton(*family, copy, bytes) != 1)
		return -1;
	if (*family == AF_INET)
		set4(ip, bytes);
	else
		set6(ip, bytes);
	return 0;
}

int
cidr_ip_parse(struct cidr_ip *ip, struct span text)
{
	int family;

	return parse(ip, text, &family);
}

int
cidr_ip_from(struct cidr_ip *ip, const struct sockaddr *sa)
{
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;

	switch (sa->sa_family) {
	case AF_INET:
		memcpy(&v4, sa, sizeof(v4));
		set4(ip, &v4.sin_addr);
		return 0;
	case AF_INET6:
		memcpy(&v6, sa, sizeof(v6));
		set6(ip, v6.sin6_addr.s6_addr);
		return 0;
	default:
		return -1;
	}
}

void
cidr_ip_text(char out[CIDR_IP_TEXT], const struct cidr_ip *ip)
{
	inet_ntop(ip->bits == 32 ? AF_INET : AF_INET6, ip->b, out,
	    CIDR_IP_TEXT);
}

/* Digits and nothing else, no more than five: 0 and a number up to most, or
 * -1. */
static int
decimal(struct span s, unsigned most, unsigned *out)
{
	size_t i;

	*out = 0;
	for (i = 0; i < s.n; i++) {
		if (s.p[i] < '0' || s.p[i] > '9' || i == 5)
			return -1;
		*out = *out * 10 + (unsigned)(s.p[i] - '0');
	}
	return s.n > 0 && *out <= most ? 0 : -1;
}

int
cidr_peer_parse(struct cidr_ip *ip, struct span text, struct span *port)
{
	struct span host = text, rest = SPAN("");
	unsigned number;
	const char *at;

	*port = rest;
	if (text.n > 0 && text.p[0] == '[') {
		at = memchr(text.p, ']', text.n);
		if (at == NULL)
			return -1;
		host = span_of(text.p + 1, (size_t)(at - text.p) - 1);
		if (host.n == 0 || memchr(host.p, ':', host.n) == NULL)
			return -1;
		rest = span_from(text, host.n + 2);
	} else if (text.n > 0 &&
	    (at = memchr(text.p, ':', text.n)) != NULL &&
	    at == memrchr(text.p, ':', text.n)) {
		host.n = (size_t)(at - text.p);
		rest = span_from(text, host.n);
	}
	if (rest.n > 0) {
		*port = span_from(rest, 1);
		if (rest.p[0] != ':' || decimal(*port, 65535, &number) == -1)
			return -1;
	}
	return cidr_ip_parse(ip, host);
}

void
cidr_ip_mask(struct cidr_ip *ip, unsigned bits)
{
	unsigned i = bits / 8, rest = bits % 8;

	if (rest != 0)
		ip->b[i++] &= (unsigned char)(0xff00u >> rest);
	for (; i < sizeof(ip->b); i++)
		ip->b[i] = 0;
}

/* "24", without zeros in front. */
static int
prefix_length(const char *text, unsigned most, unsigned *bits)
{
	if (text[0] == '0' && text[1] != '\0')
		return -1;
	return decimal(span_str(text), most, bits);
}

int
cidr_parse(struct cidr *c, const char *text, struct why *why)
{
	size_t n = strcspn(text, "/");
	char shown[CIDR_IP_TEXT];
	struct cidr_ip given;
	unsigned most, bits;
	int family;

	if (parse(&given, span_of(text, n), &family) == -1)
		goto bad;
	most = bits = family == AF_INET ? 32 : 128;
	if (text[n] == '/' && prefix_length(text + n + 1, most, &bits) == -1)
		goto bad;
	if (most != given.bits) {	/* mapped */
		if (bits < MAPPED)
			goto bad;
		bits -= MAPPED;
	}
	*c = (struct cidr){ given, bits };
	cidr_ip_mask(&c->net, bits);
	if (memcmp(&c->net, &given, sizeof(given)) == 0)
		return 0;
	cidr_ip_text(shown, &c->net);
	return why_set(why, STATUS_USAGE, "%s: bits are set behind the "
	    "prefix (did you mean %s/%u?)", text, shown, bits);
bad:
	return why_set(why, STATUS_USAGE, "%s: not an address or a block, as "
	    "10.0.0.0/8 and 2001:db8::/32 are", text);
}

int
cidr_has(const struct cidr *c, const struct cidr_ip *ip)
{
	struct cidr_ip net = *ip;

	if (ip->bits != c->net.bits)
		return 0;
	cidr_ip_mask(&net, c->bits);
	return memcmp(net.b, c->net.b, sizeof(net.b)) == 0;
}

int
cidr_list_add(struct cidr_list *list, const char *text, struct why *why)
{
	struct cidr one, *v;

	if (cidr_parse(&one, text, why) == -1)
		return -1;
	v = realloc(list->v, (list->n + 1) * sizeof(*v));
	if (v == NULL)
		return why_errno(why, STATUS_USAGE, text);
	v[list->n++] = one;
	list->v = v;
	return 0;
}

int
cidr_list_has(const struct cidr_list *list, const struct cidr_ip *ip)
{
	size_t i;

	for (i = 0; i < list->n; i++)
		if (cidr_has(&list->v[i], ip))
			return 1;
	return 0;
}

void
cidr_list_done(struct cidr_list *list)
{
	free(list->v);
	*list = (struct cidr_list){ NULL, 0 };
}
