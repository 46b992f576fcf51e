/* clock.c - dates written and read. */
#include <time.h>

#include "check.h"
#include "clock.h"

static const struct {
	int64_t us;
	const char *text;
} written[] = {
	{ 0, "1970-01-01T00:00:00.000000Z" },
	{ 784111777123456, "1994-11-06T08:49:37.123456Z" },
	{ 784111777000007, "1994-11-06T08:49:37.000007Z" },
	{ 784111778000007, "1994-11-06T08:49:38.000007Z" },
	{ 951782400000000, "2000-02-29T00:00:00.000000Z" },
	{ 1709251199999999, "2024-02-29T23:59:59.999999Z" },
	{ 4107542400000000, "2100-03-01T00:00:00.000000Z" },
	{ -1, "1969-12-31T23:59:59.999999Z" },
	{ -86400000000, "1969-12-31T00:00:00.000000Z" },
	{ 253402300799000001, "9999-12-31T23:59:59.000001Z" },
};

static const struct {
	const char *text;
	int64_t secs;
} read_as[] = {
	{ "Sun, 06 Nov 1994 08:49:37 GMT", 784111777 },
	{ "Sunday, 06-Nov-94 08:49:37 GMT", 784111777 },
	{ "Sun Nov  6 08:49:37 1994", 784111777 },
	{ "Wed Nov 16 08:49:37 1994", 784975777 },
	{ "Thu, 01 Jan 1970 00:00:00 GMT", 0 },
	{ "Thu, 29 Feb 2024 23:59:60 GMT", 1709251200 },
	{ "Tue, 19 Jan 2038 03:14:08 GMT", 2147483648 },
	{ "", -1 }, { "Sun", -1 }, { "Sun, ", -1 },
	{ "Sun, 06 Nov 1994 08:49:37 UTC", -1 },
	{ "Sun, 06 Nov 1994 08:49:37 GMT ", -1 },
	{ "Sun, 6 Nov 1994 08:49:37 GMT", -1 },
	{ "Sun, 31 Nov 1994 08:49:37 GMT", -1 },
	{ "Sun, 00 Nov 1994 08:49:37 GMT", -1 },
	{ "Sun, 06 Nov 1994 24:00:00 GMT", -1 },
	{ "Wed, 29 Feb 2023 00:00:00 GMT", -1 },
	{ "Mon, 29 Feb 2100 00:00:00 GMT", -1 },
	{ "Wed, 31 Dec 1969 23:59:59 GMT", -1 },
	{ "sun, 06 nov 1994 08:49:37 gmt", -1 },
	{ "1994-11-06T08:49:37Z", -1 },
};

static const struct {
	const char *text;
	int64_t us;
} rfc3339[] = {
	{ "1970-01-01T00:00:00Z", 0 },
	{ "2019-11-16T10:11:12.634234626Z", 1573899072634234 },
	{ "2021-03-25T05:09:27.5Z", 1616648967500000 },
	{ "2020-01-01T00:00:00-07:00", 1577862000000000 },
	{ "2024-02-29T23:59:60+00:30", 1709249400000000 },
	{ "1969-12-31T23:59:59-00:01", 59000000 },
	{ "2038-01-19t03:14:08z", 2147483648000000 },
	{ "", -1 }, { "1969-12-31T23:59:59Z", -1 },
	{ "0000-01-01T00:00:00Z", -1 }, { "2023-02-29T00:00:00Z", -1 },
	{ "2023-13-01T00:00:00Z", -1 }, { "2023-00-01T00:00:00Z", -1 },
	{ "2023-01-01T24:00:00Z", -1 }, { "2023-01-01T00:00:00", -1 },
	{ "2023-01-01 00:00:00Z", -1 }, { "2023-01-01T00:00:00.Z", -1 },
	{ "2023-01-01T00:00:00+0100", -1 }, { "2023-01-01T00:00:00Z ", -1 },
};

static void
reading_rfc3339(void)
{
	size_t i;

	for (i = 0; i < sizeof(rfc3339) / sizeof(rfc3339[0]); i++) {
		const char *text = rfc3339[i].text;
		int64_t us = clock_read_rfc3339(text, strlen(text));

		if (us != rfc3339[i].us)
			fprintf(stderr, "%s: %lld\n", text, (long long)us);
		CHECK(us == rfc3339[i].us);
	}
}

/* Against the C library, a day in every few over some centuries. */
static void
calendar(void)
{
	char got[CLOCK_RFC3339_SIZE], want[CLOCK_RFC3339_SIZE], http[40];
	time_t t;
	struct tm tm;
	int wrong = 0;

	for (t = 0; t < 16725225600; t += 5 * 86400 + 12345) {
		gmtime_r(&t, &tm);
		strftime(want, sizeof(want), "%Y-%m-%dT%H:%M:%S.000000Z", &tm);
		clock_rfc3339(got, (int64_t)t * 1000000);
		wrong += strcmp(got, want) != 0;
		wrong += clock_read_rfc3339(got, strlen(got)) !=
		    (int64_t)t * 1000000;
		strftime(http, sizeof(http), "%a, %d %b %Y %H:%M:%S GMT", &tm);
		wrong += clock_http_date(http, strlen(http)) != t;
	}
	CHECK(wrong == 0);
}

int
main(void)
{
	char got[CLOCK_RFC3339_SIZE];
	size_t i;

	for (i = 0; i < sizeof(written) / sizeof(written[0]); i++) {
		clock_rfc3339(got, written[i].us);
		CHECK_STR(got, written[i].text);
	}
	for (i = 0; i < sizeof(read_as) / sizeof(read_as[0]); i++) {
		const char *text = read_as[i].text;
		int64_t secs = clock_http_date(text, strlen(text));

		if (secs != read_as[i].secs)
			fprintf(stderr, "%s: %lld\n", text, (long long)secs);
		CHECK(secs == read_as[i].secs);
	}
	reading_rfc3339();
	calendar();
	CHECK(clock_wall_us() > 1700000000000000);
	CHECK(clock_mono_ms() <= clock_mono_ms());
	return CHECK_DONE;
}
