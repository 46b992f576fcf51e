/* json/run.h - runs of bytes of one sort, for this module's files alone.
 *
 * Strings are most of a text, so within them eight bytes are looked at at a
 * time.
 */
#ifndef HOOKLINE_JSON_RUN_H
#define HOOKLINE_JSON_RUN_H

#include <stdint.h>
#include <string.h>

#define EACH(byte) (UINT64_C(0x0101010101010101) * (byte))

/* The high bit of each byte that is `c`; above the first one it may err. */
static inline uint64_t
json_equal(uint64_t eight, unsigned char c)
{
	uint64_t x = eight ^ EACH(c);

	return (x - EACH(1)) & ~x & EACH(0x80);
}

/* How many bytes go before the first that is a quote, a backslash, a control
 * or, where high is 0x80, not ASCII. */
static inline size_t
json_plain_run(const char *p, const char *end, unsigned char high)
{
	const char *q = p;

	for (; end - q >= 8; q += 8) {
		uint64_t w, hit;

		memcpy(&w, q, 8);
		hit = json_equal(w, '"') | json_equal(w, '\\') |
		    ((w - EACH(0x20)) & ~w & EACH(0x80)) | (w & EACH(high));
		if (hit != 0) {
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
			return (size_t)(q - p) +
			    (size_t)__builtin_ctzll(hit) / 8;
#else
			break;
#endif
		}
	}
	for (; q < end; q++) {
		unsigned char c = (unsigned char)*q;

		if (c == '"' || c == '\\' || c < 0x20 || (c & high) != 0)
			break;
	}
	return (size_t)(q - p);
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

#undef EACH

#endif
