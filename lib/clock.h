/* clock.h - what time it is.
 *
 * Units:   wall clock in microseconds since the epoch, monotonic clock in
 *          milliseconds or microseconds; UTC throughout.
 * Source:  RFC 3339.
 */
#ifndef HOOKLINE_CLOCK_H
#define HOOKLINE_CLOCK_H

#include <stdint.h>

#define CLOCK_RFC3339_SIZE 28	/* 2026-11-24T01:51:10.123456Z and a NUL */

int64_t clock_wall_us(void);
int64_t clock_mono_ms(void);
int64_t clock_mono_us(void);

void clock_rfc3339(char out[CLOCK_RFC3339_SIZE], int64_t wall_us);

/* The reverse, of any offset and fraction, in microseconds since the epoch;
 * or -1, also for what was before it. */
int64_t clock_read_rfc3339(const char *p, unsigned long n);

/* An HTTP date (RFC 9110 section 5.6.7, IMF-fixdate, the two obsolete forms
 * too) in seconds since the epoch, or -1. */
int64_t clock_http_date(const char *p, unsigned long n);

#endif
