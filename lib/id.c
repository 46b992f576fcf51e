/* id.c - UUIDs of version 7.
 *
 * The 74 random bits are a counter: within a millisecond, and while the
 * clock stands behind the last id's, each id is the last plus a random step
 * (RFC 9562 section 6.2, method 2).
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "id.h"

#define LOW_BITS 62
#define LOW_MASK ((UINT64_C(1) << LOW_BITS) - 1)
#define HIGH_MASK 0xfffu

static struct {
	uint64_t ms;		/* the last id's */
	uint64_t high, low;	/* its random bits: 12 and 62 */
} last;

/* The kernel is asked once for some hundred ids. */
static struct {
	uint64_t v[128];
	size_t left;
} pool;

static uint64_t
random64(void)
{
	size_t n = 0;

	if (pool.left > 0)
		return pool.v[--pool.left];
	while (n < sizeof(pool.v)) {
		ssize_t did = getrandom((char *)pool.v + n,
		    sizeof(pool.v) - n, 0);

		/* Never since Linux 3.17, but for EINTR. */
		if (did == -1 && errno != EINTR)
			abort();
		n += did > 0 ? (size_t)did : 0;
	}
	pool.left = sizeof(pool.v) / sizeof(pool.v[0]);
	return pool.v[--pool.left];
}

static void
step(void)
{
	last.low += (random64() >> 32) + 1;
	if (last.low <= LOW_MASK)
		return;
	last.low &= LOW_MASK;
	if (++last.high <= HIGH_MASK)
		return;
	last.high = 0;
	last.ms++;
}

static char *
hex(char *p, uint64_t n, unsigned digits)
{
	while (digits-- > 0)
		*p++ = "0123456789abcdef"[n >> (4 * digits) & 0xf];
	return p;
}

void
id_uuid7(char out[ID_SIZE], int64_t wall_us)
{
	uint64_t ms = wall_us < 0 ? 0 : (uint64_t)wall_us / 1000;
	char *p = out;

	if (ms > last.ms) {
		last.ms = ms;
		/* The top bit is left for the counter to run into. */
		last.high = random64() & (HIGH_MASK >> 1);
		last.low = random64() & LOW_MASK;
	} else
		step();
	p = hex(p, last.ms >> 16, 8);
	*p++ = '-';
	p = hex(p, last.ms, 4);
	*p++ = '-';
	p = hex(p, 0x7000 | last.high, 4);
	*p++ = '-';
	p = hex(p, 0x8000 | last.low >> 48, 4);
	*p++ = '-';
	p = hex(p, last.low, 12);
	*p = '\0';
}

void
id_after(const char *id)
{
	unsigned long long part[5];
	uint64_t ms, high, low;
	int end = 0;

	/* So few digits fit. NOLINTNEXTLINE(cert-err34-c) */
	if (sscanf(id, "%8llx-%4llx-%4llx-%4llx-%12llx%n", &part[0], &part[1],
	    &part[2], &part[3], &part[4], &end) != 5 || end != ID_SIZE - 1 ||
	    part[2] >> 12 != 7)
		return;
	ms = part[0] << 16 | part[1];
	high = part[2] & HIGH_MASK;
	low = (part[3] << 48 | part[4]) & LOW_MASK;
	if (ms < last.ms || (ms == last.ms && (high < last.high ||
	    (high == last.high && low < last.low))))
		return;
	last.ms = ms;
	last.high = high;
	last.low = low;
}
