/* clock.c - what time it is.
 *
 * Dates are worked out here: gmtime_r takes a lock and strptime a locale,
 * and an event line needs a date each.  Days are counted from 1 March of
 * year 0, so that the leap day is a year's last.
 */
#include <ctype.h>
#include <string.h>
#include <time.h>

#include "clock.h"
#include "span.h"

#define DAY 86400
#define TO_EPOCH 719468		/* days from 0000-03-01 to 1970-01-01 */
#define ERA 146097		/* days in 400 years */

struct date {
	int64_t year;
	unsigned month, day;	/* from 1 */
};

static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";

static struct date
date_of(int64_t days)
{
	int64_t z = days + TO_EPOCH;
	int64_t era = (z >= 0 ? z : z - ERA + 1) / ERA;
	unsigned doe = (unsigned)(z - era * ERA);
	unsigned yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	unsigned doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	unsigned m = (5 * doy + 2) / 153;	/* 0 is March */
	struct date d;

	d.day = doy - (153 * m + 2) / 5 + 1;
	d.month = m < 10 ? m + 3 : m - 9;
	d.year = era * 400 + yoe + (d.month <= 2);
	return d;
}

/* For years from 1 on. */
static int64_t
days_of(struct date d)
{
	int64_t y = d.year - (d.month <= 2);
	int64_t yoe = y % 400;
	unsigned m = d.month > 2 ? d.month - 3 : d.month + 9;
	int64_t doy = (153 * m + 2) / 5 + d.day - 1;

	return y / 400 * ERA + yoe * 365 + yoe / 4 - yoe / 100 + doy -
	    TO_EPOCH;
}

static unsigned
days_in(int64_t year, unsigned month)
{
	static const unsigned char days[] = { 31, 28, 31, 30, 31, 30, 31, 31,
	    30, 31, 30, 31 };
	int leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);

	return days[month - 1] + (month == 2 && leap ? 1u : 0u);
}

static void
put(char *p, unsigned width, uint64_t n)
{
	while (width-- > 0) {
		p[width] = (char)('0' + n % 10);
		n /= 10;
	}
}

/* ---- reading: each takes what it knows off the span, or answers -1 ---- */

static int
take(struct span *s, const char *lit)
{
	size_t n = strlen(lit);

	if (s->n < n || memcmp(s->p, lit, n) != 0)
		return -1;
	*s = span_from(*s, n);
	return 0;
}

static int
take_number(struct span *s, unsigned width, unsigned *out)
{
	unsigned i;

	if (s->n < width)
		return -1;
	*out = 0;
	for (i = 0; i < width; i++) {
		if (!isdigit((unsigned char)s->p[i]))
			return -1;
		*out = *out * 10 + (unsigned)(s->p[i] - '0');
	}
	*s = span_from(*s, width);
	return 0;
}

static int
take_month(struct span *s, unsigned *out)
{
	unsigned i;

	for (i = 0; s->n >= 3 && i < 12; i++)
		if (memcmp(s->p, months + 3 * i, 3) == 0) {
			*out = i + 1;
			*s = span_from(*s, 3);
			return 0;
		}
	return -1;
}

/* "08:49:37", a leap second included. */
static int
take_time(struct span *s, int64_t *secs)
{
	unsigned h, m, sec;

	if (take_number(s, 2, &h) == -1 || take(s, ":") == -1 ||
	    take_number(s, 2, &m) == -1 || take(s, ":") == -1 ||
	    take_number(s, 2, &sec) == -1 || h > 23 || m > 59 || sec > 60)
		return -1;
	*secs = (int64_t)h * 3600 + m * 60 + sec;
	return 0;
}

/* The day's name, long or short: 0 short, 1 long, -1 none. */
static int
take_day_name(struct span *s)
{
	static const char *const names[] = { "Monday", "Tuesday", "Wednesday",
	    "Thursday", "Friday", "Saturday", "Sunday" };
	char abbr[4] = "";
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (take(s, names[i]) == 0)
			return 1;
		memcpy(abbr, names[i], 3);
		if (take(s, abbr) == 0)
			return 0;
	}
	return -1;
}

/* "06 Nov 1994 08:49:37 GMT" */
static int
imf_fixdate(struct span s, struct date *d, int64_t *secs)
{
	unsigned year;

	if (take_number(&s, 2, &d->day) == -1 || take(&s, " ") == -1 ||
	    take_month(&s, &d->month) == -1 || take(&s, " ") == -1 ||
	    take_number(&s, 4, &year) == -1 || take(&s, " ") == -1 ||
	    take_time(&s, secs) == -1 || take(&s, " GMT") == -1)
		return -1;
	d->year = year;
	return s.n == 0 ? 0 : -1;
}

/* "06-Nov-94 08:49:37 GMT"; a year that seems more than 50 years ahead is
 * past (RFC 9110 section 5.6.7). */
static int
rfc850_date(struct span s, struct date *d, int64_t *secs)
{
	int64_t now = date_of(clock_wall_us() / 1000000 / DAY).year;
	unsigned year;

	if (take_number(&s, 2, &d->day) == -1 || take(&s, "-") == -1 ||
	    take_month(&s, &d->month) == -1 || take(&s, "-") == -1 ||
	    take_number(&s, 2, &year) == -1 || take(&s, " ") == -1 ||
	    take_time(&s, secs) == -1 || take(&s, " GMT") == -1)
		return -1;
	d->year = now - now % 100 + year;
	if (d->year > now + 50)
		d->year -= 100;
	return s.n == 0 ? 0 : -1;
}

/* "Nov  6 08:49:37 1994" */
static int
asctime_date(struct span s, struct date *d, int64_t *secs)
{
	unsigned year;

	if (take_month(&s, &d->month) == -1 || take(&s, " ") == -1 ||
	    take_number(&s, take(&s, " ") == 0 ? 1 : 2, &d->day) == -1 ||
	    take(&s, " ") == -1 || take_time(&s, secs) == -1 ||
	    take(&s, " ") == -1 || take_number(&s, 4, &year) == -1)
		return -1;
	d->year = year;
	return s.n == 0 ? 0 : -1;
}

/* ".634234626": what is beyond microseconds doesn't count. */
static int
take_fraction(struct span *s, int64_t *us)
{
	int64_t place = 100000;
	unsigned digit;

	*us = 0;
	if (take(s, ".") == -1)
		return 0;
	if (take_number(s, 1, &digit) == -1)
		return -1;
	do {
		*us += digit * place;
		place /= 10;
	} while (take_number(s, 1, &digit) == 0);
	return 0;
}

/* "Z" or "-07:00": seconds to add to get UTC. */
static int
take_offset(struct span *s, int64_t *secs)
{
	unsigned h, m;
	int sign = take(s, "-") == 0 ? 1 : take(s, "+") == 0 ? -1 : 0;

	*secs = 0;
	if (sign == 0)
		return take(s, "Z") == 0 || take(s, "z") == 0 ? 0 : -1;
	if (take_number(s, 2, &h) == -1 || take(s, ":") == -1 ||
	    take_number(s, 2, &m) == -1 || h > 23 || m > 59)
		return -1;
	*secs = sign * (int64_t)(h * 3600 + m * 60);
	return 0;
}

int64_t
clock_wall_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

int64_t
clock_mono_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

int64_t
clock_mono_ms(void)
{
	return clock_mono_us() / 1000;
}

/* All but the fraction. */
static void
put_second(char *out, int64_t secs)
{
	int64_t days = secs / DAY - (secs % DAY < 0);
	uint64_t rest = (uint64_t)(secs - days * DAY);
	struct date d = date_of(days);

	memcpy(out, "0000-00-00T00:00:00.000000Z", CLOCK_RFC3339_SIZE);
	put(out, 4, (uint64_t)(d.year < 0 ? 0 : d.year));
	put(out + 5, 2, d.month);
	put(out + 8, 2, d.day);
	put(out + 11, 2, rest / 3600);
	put(out + 14, 2, rest / 60 % 60);
	put(out + 17, 2, rest % 60);
}

void
clock_rfc3339(char out[CLOCK_RFC3339_SIZE], int64_t wall_us)
{
	/* Many ask within one second. */
	static _Thread_local char last[CLOCK_RFC3339_SIZE];
	static _Thread_local int64_t last_secs;
	int64_t secs = wall_us / 1000000, us = wall_us % 1000000;

	if (us < 0) {
		us += 1000000;
		secs--;
	}
	if (secs != last_secs || last[0] == '\0')
		put_second(last, last_secs = secs);
	memcpy(out, last, sizeof(last));
	put(out + 20, 6, (uint64_t)us);
}

int64_t
clock_read_rfc3339(const char *p, unsigned long n)
{
	struct span s = span_of(p, n);
	struct date d = { 0 };
	unsigned year;
	int64_t secs, us, offset, all;

	if (take_number(&s, 4, &year) == -1 || take(&s, "-") == -1 ||
	    take_number(&s, 2, &d.month) == -1 || take(&s, "-") == -1 ||
	    take_number(&s, 2, &d.day) == -1 ||
	    (take(&s, "T") == -1 && take(&s, "t") == -1) ||
	    take_time(&s, &secs) == -1 || take_fraction(&s, &us) == -1 ||
	    take_offset(&s, &offset) == -1 || s.n > 0)
		return -1;
	d.year = year;
	if (year < 1969 || d.month < 1 || d.month > 12 || d.day < 1 ||
	    d.day > days_in(d.year, d.month))
		return -1;
	all = (days_of(d) * DAY + secs + offset) * 1000000 + us;
	return all < 0 ? -1 : all;
}

int64_t
clock_http_date(const char *p, unsigned long n)
{
	struct span s = span_of(p, n);
	int64_t secs = 0;
	struct date d = { 0 };
	int is_long = take_day_name(&s), bad;

	if (is_long == -1)
		return -1;
	if (is_long)
		bad = take(&s, ", ") == -1 || rfc850_date(s, &d, &secs) == -1;
	else if (take(&s, ", ") == 0)
		bad = imf_fixdate(s, &d, &secs) == -1;
	else
		bad = take(&s, " ") == -1 || asctime_date(s, &d, &secs) == -1;
	if (bad || d.year < 1970 || d.day < 1 ||
	    d.day > days_in(d.year, d.month))
		return -1;
	return days_of(d) * DAY + secs;
}
