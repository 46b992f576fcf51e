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

/* 0xff for each byte that is a quote, a backslash, a control or, where
 * ascii is set, not ASCII, which is negative; else 0. */
static inline json_bytes
json_special(json_bytes v, int ascii)
{
	return (json_bytes)((v == '"') | (v == '\\') |
	    (ascii ? (json_signed)v < 0x20 : v < 0x20));
}

/* How many bytes go before the first that is not 0. */
static inline size_t
json_leading_zeros(json_bytes v)
{
	uint64_t half[2];
	size_t i;

	memcpy(half, &v, sizeof(v));
	i = half[0] == 0;
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
	return 8 * i + (size_t)__builtin_ctzll(half[i]) / 8;
#else
	return 8 * i + (size_t)__builtin_clzll(half[i]) / 8;
#endif
}

static inline int
json_is_zero(json_bytes v)
{
	uint64_t half[2];

	memcpy(half, &v, sizeof(v));
	return (half[0] | half[1]) == 0;
}

/* How many bytes go before the first that is a quote, a backslash, a control
 * or, where ascii is set, not ASCII. */
static inline size_t
json_plain_run(const char *p, const char *end, int ascii)
{
	size_t n = (size_t)(end - p), i;
	json_bytes v;

	for (i = 0; n - i >= sizeof(v); i += sizeof(v)) {
		memcpy(&v, p + i, sizeof(v));
		v = json_special(v, ascii);
		if (!json_is_zero(v))
			return i + json_leading_zeros(v);
	}
	/* The rest, with blanks behind it. */
	v = (json_bytes){ 0 } | ' ';
	memcpy(&v, p + i, n - i);
	v = json_special(v, ascii);
	return json_is_zero(v) ? n : i + json_leading_zeros(v);
}

static inline int
json_is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
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
