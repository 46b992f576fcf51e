/* json/run.h - runs of bytes of one sort, for this module's files alone.
 *
 * Strings are most of a text, so within them sixteen bytes are looked at at a
 * time, by the vectors that GCC and clang have for every processor.
 */
#ifndef HOOKLINE_JSON_RUN_H
#define HOOKLINE_JSON_RUN_H

#include <stdint.h>
#include <string.h>

typedef uint8_t json_bytes __attribute__((vector_size(16)));
typedef int8_t json_signed __attribute__((vector_size(16)));

/* Is the byte a quote, a backslash, a control or, where ascii is set, not
 * ASCII? */
static inline int
json_is_special(char c, int ascii)
{
	return c == '"' || c == '\\' || (unsigned char)c < 0x20 ||
	    (ascii && (unsigned char)c >= 0x80);
}

/* 0xff for each byte that is such a one, else 0.  What isn't ASCII is
 * negative. */
static inline json_bytes
json_specials(json_bytes v, int ascii)
{
	return (json_bytes)((v == '"') | (v == '\\') |
	    (ascii ? (json_signed)v < 0x20 : v < 0x20));
}

static inline json_bytes
json_load(const char *p)
{
	json_bytes v;

	memcpy(&v, p, sizeof(v));
	return v;
}

/* Eight of them: how many bytes go before the first that is not 0; some is
 * not. */
static inline size_t
json_first_of_8(uint64_t half)
{
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
	return (size_t)__builtin_ctzll(half) / 8;
#else
	return (size_t)__builtin_clzll(half) / 8;
#endif
}

/* The same without that first one; of each there is but one bit. */
static inline uint64_t
json_rest_of_8(uint64_t bits)
{
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
	return bits & (bits - 1);
#else
	return bits & ~(UINT64_C(1) << (63 - __builtin_clzll(bits)));
#endif
}

/* Of all sixteen. */
static inline size_t
json_leading_zeros(json_bytes v)
{
	uint64_t half[2];
	size_t i;

	memcpy(half, &v, sizeof(v));
	i = half[0] == 0;
	return 8 * i + json_first_of_8(half[i]);
}

static inline int
json_is_zero(json_bytes v)
{
	uint64_t half[2];

	memcpy(half, &v, sizeof(v));
	return (half[0] | half[1]) == 0;
}

/* Are the next 64 bytes plain? */
static inline int
json_plain_64(const char *p, int ascii)
{
	return json_is_zero(json_specials(json_load(p), ascii) |
	    json_specials(json_load(p + 16), ascii) |
	    json_specials(json_load(p + 32), ascii) |
	    json_specials(json_load(p + 48), ascii));
}

/* The run at the start of less than sixteen bytes.  Most are plain to their
 * end: they are looked at at once, those in the middle twice. */
static inline size_t
json_short_run(const char *p, size_t n, int ascii)
{
	uint64_t half[2];
	json_bytes v;
	size_t i;

	if (n >= sizeof(half[0])) {
		memcpy(&half[0], p, sizeof(half[0]));
		memcpy(&half[1], p + n - sizeof(half[1]), sizeof(half[1]));
		memcpy(&v, half, sizeof(v));
		if (json_is_zero(json_specials(v, ascii)))
			return n;
	}
	for (i = 0; i < n && !json_is_special(p[i], ascii); i++)
		;
	return i;
}

/* How many bytes go before the first special one. */
static inline size_t
json_plain_run(const char *p, const char *end, int ascii)
{
	size_t n = (size_t)(end - p), i;
	json_bytes v;

	if (n < sizeof(v))
		return json_short_run(p, n, ascii);
	for (i = 0; n - i >= sizeof(v); i += sizeof(v)) {
		v = json_specials(json_load(p + i), ascii);
		if (!json_is_zero(v))
			return i + json_leading_zeros(v);
		/* One that is not short may be long. */
		while (n - i >= 64 + sizeof(v) &&
		    json_plain_64(p + i + sizeof(v), ascii))
			i += 64;
	}
	/* The last sixteen, of which some are known. */
	v = json_specials(json_load(end - sizeof(v)), ascii);
	return json_is_zero(v) ? n :
	    n - sizeof(v) + json_leading_zeros(v);
}

static inline int
json_is_space(char c)
{
	/* Most bytes are told by one comparison. */
	return (unsigned char)c <= ' ' &&
	    (c == ' ' || c == '\t' || c == '\n' || c == '\r');
}

static inline int
json_is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static inline const char *
json_skip_space(const char *p, const char *end)
{
	while (p < end && json_is_space(*p))
		p++;
	return p;
}

static inline const char *
json_skip_digits(const char *p, const char *end)
{
	while (p < end && json_is_digit(*p))
		p++;
	return p;
}

/* -1 if it is no hexadecimal digit. */
static inline int
json_hex_value(char c)
{
	if (json_is_digit(c))
		return c - '0';
	c = (char)(c | 0x20);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

#endif
