/* utf8.c - is this UTF-8?  ASCII goes by 32 bytes at a time. */
#include <stdint.h>
#include <string.h>

#include "utf8.h"

#define HIGH_BITS UINT64_C(0x8080808080808080)

static int
is_tail(unsigned char c)
{
	return (c & 0xc0) == 0x80;
}

/* Behind which first byte may which second one stand? (RFC 3629 section 4) */
static int
is_second(unsigned char first, unsigned char c)
{
	switch (first) {
	case 0xe0:
		return c >= 0xa0 && c <= 0xbf;
	case 0xed:
		return c >= 0x80 && c <= 0x9f;
	case 0xf0:
		return c >= 0x90 && c <= 0xbf;
	case 0xf4:
		return c >= 0x80 && c <= 0x8f;
	default:
		return is_tail(c);
	}
}

size_t
utf8_len(struct span s)
{
	const unsigned char *p = (const unsigned char *)s.p;

	if (s.n == 0)
		return 0;
	if (p[0] < 0x80)
		return 1;
	if (p[0] < 0xc2 || p[0] > 0xf4 || s.n < 2 || !is_second(p[0], p[1]))
		return 0;
	if (p[0] < 0xe0)
		return 2;
	if (s.n < 3 || !is_tail(p[2]))
		return 0;
	if (p[0] < 0xf0)
		return 3;
	return s.n >= 4 && is_tail(p[3]) ? 4 : 0;
}

/* How many bytes of ASCII there are at its start, or fewer. */
static size_t
ascii_run(struct span s)
{
	uint64_t v[4];
	size_t i;

	for (i = 0; s.n - i >= sizeof(v); i += sizeof(v)) {
		memcpy(v, s.p + i, sizeof(v));
		if (((v[0] | v[1] | v[2] | v[3]) & HIGH_BITS) != 0)
			return i;
	}
	if (i == s.n)
		return i;
	memset(v, 0, sizeof(v));
	memcpy(v, s.p + i, s.n - i);
	return ((v[0] | v[1] | v[2] | v[3]) & HIGH_BITS) == 0 ? s.n : i;
}

int
utf8_valid(struct span s)
{
	while (s.n > 0) {
		size_t n = ascii_run(s);

		if (n == 0)
			n = utf8_len(s);
		if (n == 0)
			return 0;
		s = span_from(s, n);
	}
	return 1;
}
