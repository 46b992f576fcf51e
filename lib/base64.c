/* base64.c - RFC 4648 section 4, strict both ways. */
#include <stdint.h>

#include "base64.h"

#define NOT 0x80		/* not in the alphabet */

static const char alphabet[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/* 64 bytes a row group: '+' is 62, '/' 63. */
static unsigned
value_of(unsigned char c)
{
	static const unsigned char values[128] = {
#define N8 NOT, NOT, NOT, NOT, NOT, NOT, NOT, NOT
		N8, N8, N8, N8, N8, NOT, NOT, NOT, 62, NOT, NOT, NOT, 63,
		52, 53, 54, 55, 56, 57, 58, 59, 60, 61, NOT, NOT, NOT, NOT,
		NOT, NOT, NOT, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13,
		14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, NOT, NOT, NOT,
		NOT, NOT, NOT, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37,
		38, 39, 40, 41, 42, 43, 44, 45, 46, 47, 48, 49, 50, 51, NOT,
		NOT, NOT, NOT, NOT
#undef N8
	};

	return c < 128 ? values[c] : NOT;
}

/* Four characters into 24 bits, or more than 24 if one is none of ours. */
static uint32_t
quad(const unsigned char *p)
{
	unsigned a = value_of(p[0]), b = value_of(p[1]);
	unsigned c = value_of(p[2]), d = value_of(p[3]);

	if ((a | b | c | d) & NOT)
		return UINT32_MAX;
	return (uint32_t)(a << 18 | b << 12 | c << 6 | d);
}

static char *
put3(char *out, uint32_t bits)
{
	out[0] = (char)(bits >> 16);
	out[1] = (char)(bits >> 8 & 0xff);
	out[2] = (char)(bits & 0xff);
	return out + 3;
}

/* The last four characters, of which `pad` are '=': -1 if they leave bits
 * behind, or aren't ours. */
static int
last_quad(char *out, const unsigned char *p, size_t pad)
{
	unsigned char q[4] = { p[0], p[1], p[2], p[3] };
	char three[3];
	uint32_t bits;
	size_t i;

	for (i = 4 - pad; i < 4; i++)
		q[i] = 'A';
	bits = quad(q);
	if (bits == UINT32_MAX ||
	    (pad > 0 && (bits & (pad == 1 ? 0xffu : 0xffffu)) != 0))
		return -1;
	put3(three, bits);
	memcpy(out, three, 3 - pad);
	return 0;
}

static size_t
padding(struct span s)
{
	if (s.p[s.n - 1] != '=')
		return 0;
	return s.p[s.n - 2] == '=' ? 2 : 1;
}

int
base64_encode(struct buf *out, struct span bytes)
{
	const unsigned char *p = (const unsigned char *)bytes.p;
	size_t left = bytes.n, n = (bytes.n / 3 + (bytes.n % 3 != 0)) * 4;
	char *q = buf_room(out, n);

	if (q == NULL)
		return -1;
	for (; left >= 3; left -= 3, p += 3, q += 4) {
		q[0] = alphabet[p[0] >> 2];
		q[1] = alphabet[(p[0] & 3) << 4 | p[1] >> 4];
		q[2] = alphabet[(p[1] & 15) << 2 | p[2] >> 6];
		q[3] = alphabet[p[2] & 63];
	}
	if (left > 0) {
		unsigned char second = left == 2 ? p[1] : 0;

		q[0] = alphabet[p[0] >> 2];
		q[1] = alphabet[(p[0] & 3) << 4 | second >> 4];
		q[2] = left == 2 ? alphabet[(second & 15) << 2] : '=';
		q[3] = '=';
	}
	buf_took(out, n);
	return 0;
}

int
base64_decode(struct buf *out, struct span text)
{
	const unsigned char *p = (const unsigned char *)text.p;
	size_t i, n, pad;
	char *q;

	if (text.n % 4 != 0)
		return -1;
	if (text.n == 0)
		return 0;
	pad = padding(text);
	n = text.n / 4 * 3 - pad;
	q = buf_room(out, n);
	if (q == NULL)
		return -1;
	for (i = 0; i + 4 < text.n; i += 4) {
		uint32_t bits = quad(p + i);

		if (bits == UINT32_MAX)
			return -1;
		q = put3(q, bits);
	}
	if (last_quad(q, p + i, pad) == -1)
		return -1;
	buf_took(out, n);
	return 0;
}
