/* rate.c - so many in so long. */
#include "check.h"
#include "rate.h"

static const struct {
	const char *text;
	int64_t n, per_ms;	/* n 0: not a rate */
} texts[] = {
	{ "1/s", 1, 1000 }, { "100/s", 100, 1000 }, { "30/m", 30, 60000 },
	{ "1000/h", 1000, 3600000 }, { "1000000/s", 1000000, 1000 },
	{ "007/s", 7, 1000 },
	{ "0/s", 0, 0 }, { "1000001/s", 0, 0 }, { "", 0, 0 }, { "/s", 0, 0 },
	{ "1", 0, 0 }, { "1/", 0, 0 }, { "1/d", 0, 0 }, { "1/ss", 0, 0 },
	{ "-1/s", 0, 0 }, { "+1/s", 0, 0 }, { "1.5/s", 0, 0 },
	{ " 1/s", 0, 0 }, { "1 /s", 0, 0 }, { "1/s ", 0, 0 }, { "1/S", 0, 0 },
	{ "99999999999999999999/s", 0, 0 }
};

static void
test_parse(void)
{
	struct rate r;
	struct why why;
	size_t i;

	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		int got = rate_parse(&r, texts[i].text, &why);

		if ((got == 0) != (texts[i].n != 0))
			CHECK_STR(texts[i].text, "otherwise");
		else if (got == 0)
			CHECK(r.n == texts[i].n && r.burst == r.n &&
			    r.per_ms == texts[i].per_ms);
		else
			CHECK(why.status == STATUS_USAGE);
	}
	CHECK(rate_parse(&r, "fast", &why) == -1);
	CHECK_STR(why.text, "'fast' is not a rate, as 10/s, 30/m and 1000/h "
	    "are");
}

/* How many of `want` a go are taken, looking every step_ms from the time
 * from_ms on, for so long. */
static int64_t
taken(const struct rate *r, struct rate_bucket *b, int64_t from_ms,
    int64_t for_ms, int64_t step_ms, int want)
{
	int64_t t, n = 0;
	int i;

	for (t = from_ms; t < from_ms + for_ms; t += step_ms)
		for (i = 0; i < want; i++)
			n += rate_take(r, b, t) == 0;
	return n;
}

static void
test_burst(void)
{
	struct rate r = { 10, 1000, 10 };
	struct rate_bucket b = { 0 };

	CHECK(taken(&r, &b, 5000, 1, 1, 100) == 10);
	CHECK(rate_take(&r, &b, 5000) == 100);
	CHECK(rate_take(&r, &b, 5099) == 1);
	CHECK(rate_wait(&r, &b, 5100) == 0);
	CHECK(rate_take(&r, &b, 5100) == 0);
	CHECK(rate_take(&r, &b, 5100) == 100);
	/* What was not used does not pile up beyond the burst. */
	CHECK(taken(&r, &b, 3600000, 1, 1, 100) == 10);
}

static void
test_even(void)
{
	struct rate r = { 10, 1000, 1 };
	struct rate_bucket b = { 0 };

	CHECK(taken(&r, &b, 0, 1000, 1, 5) == 10);
	/* A refusal takes nothing. */
	CHECK(rate_take(&r, &b, 1000) == 0);
	CHECK(rate_take(&r, &b, 1001) == 99);
	CHECK(rate_take(&r, &b, 1001) == 99);
}

/* Kept exactly by whoever always wants more, at rates finer than the clock,
 * and where it is looked at late. */
static void
test_exact(void)
{
	static const int64_t rates[] = { 1, 3, 7, 999, 1000, 30000, 1000000 };
	size_t i;

	for (i = 0; i < sizeof(rates) / sizeof(rates[0]); i++) {
		struct rate r = { rates[i], 1000, rates[i] / 50 + 2 };
		struct rate_bucket b = { 0 };
		int64_t n = taken(&r, &b, 0, 20000, 20,
		    (int)(rates[i] / 50 + 3));

		CHECK(n <= 20 * r.n + r.burst && n >= 20 * r.n - r.burst);
	}
}

static void
test_slow(void)
{
	struct rate r = { 2, 3600000, 2 };
	struct rate_bucket b = { 0 };

	CHECK(rate_take(&r, &b, 0) == 0 && rate_take(&r, &b, 0) == 0);
	CHECK(rate_take(&r, &b, 0) == 1800000);
	CHECK(rate_take(&r, &b, 1799999) == 1);
	CHECK(rate_take(&r, &b, 1800000) == 0);
	/* Far into the machine's life. */
	CHECK(taken(&r, &b, INT64_C(3600) * 24 * 365 * 100 * 1000, 1, 1, 5) ==
	    2);
}

int
main(void)
{
	test_parse();
	test_burst();
	test_even();
	test_exact();
	test_slow();
	return CHECK_DONE;
}
