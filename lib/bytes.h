/* bytes.h - sixteen bytes at a time, by the vectors that GCC and clang have
 * for every processor.
 *
 * A comparison of such vectors has 0xff for each byte of which it is true,
 * else 0.
 */
#ifndef HOOKLINE_BYTES_H
#define HOOKLINE_BYTES_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

typedef uint8_t bytes16 __attribute__((vector_size(16)));
typedef int8_t bytes16_signed __attribute__((vector_size(16)));

static inline bytes16
bytes_load(const char *p)
{
	bytes16 v;

	memcpy(&v, p, sizeof(v));
	return v;
}

/* Of n bytes, 8 to 16, the first eight and the last eight: those between are
 * there twice. */
static inline bytes16
bytes_load_short(const char *p, size_t n)
{
	uint64_t half[2];
	bytes16 v;

	memcpy(&half[0], p, sizeof(half[0]));
	memcpy(&half[1], p + n - sizeof(half[1]), sizeof(half[1]));
	memcpy(&v, half, sizeof(v));
	return v;
}

/* Are all 0? */
static inline int
bytes_none(bytes16 v)
{
	uint64_t half[2];

	memcpy(half, &v, sizeof(v));
	return (half[0] | half[1]) == 0;
}

/* Of eight, some not 0: how many bytes go before the first of those. */
static inline size_t
bytes_first_of_8(uint64_t half)
{
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
	return (size_t)__builtin_ctzll(half) / 8;
#else
	return (size_t)__builtin_clzll(half) / 8;
#endif
}

/* The same without that first one; no byte has more than one bit. */
static inline uint64_t
bytes_rest_of_8(uint64_t bits)
{
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
	return bits & (bits - 1);
#else
	return bits & ~(UINT64_C(1) << (63 - __builtin_clzll(bits)));
#endif
}

/* The same of sixteen. */
static inline size_t
bytes_first(bytes16 v)
{
	uint64_t half[2];
	size_t i;

	memcpy(half, &v, sizeof(v));
	i = half[0] == 0;
	return 8 * i + bytes_first_of_8(half[i]);
}

#endif
