/* retry.c - waits double, jitter only adds, the peer's wish is a floor. */
#include "check.h"
#include "clock.h"
#include "retry.h"

static void
doubling(void)
{
	struct retry_plan p = { .first_ms = 1000, .max_ms = 5000,
	    .max_tries = 5 };
	uint64_t seed, one;
	int64_t least, wait, tries;
	int spread = 0;

	for (seed = 0; seed < 200; seed++) {
		one = seed;
		least = 1000;
		for (tries = 0; tries < 5; tries++, least *= 2) {
			if (least > 5000)
				least = 5000;
			wait = retry_next(&p, tries, -1, &one);
			CHECK(wait >= least && wait <= least + least / 2);
			spread += wait > least + least / 4;
		}
		CHECK(retry_next(&p, 5, -1, &one) == RETRY_NEVER);
		CHECK(retry_next(&p, 5, 5, &one) == RETRY_NEVER);
	}
	CHECK(spread > 300 && spread < 700);	/* about half of 1000 */
}

static void
floors(void)
{
	struct retry_plan p = { .first_ms = 10, .max_ms = 100,
	    .max_tries = 2 };
	uint64_t seed, one;

	for (seed = 0; seed < 200; seed++) {
		one = seed;
		CHECK(retry_next(&p, 0, 30000, &one) >= 30000);
		CHECK(retry_next(&p, 1, 1, &one) >= 20);
		CHECK(retry_next(&p, 0, INT64_C(90000000), &one) >=
		    RETRY_ASKED_MS);
		CHECK(retry_next(&p, 0, INT64_C(90000000), &one) <
		    RETRY_ASKED_MS + 10);
	}
}

static void
edges(void)
{
	struct retry_plan none = { .first_ms = 10, .max_ms = 100 };
	struct retry_plan zero = { .max_tries = 1 };
	struct retry_plan same = { .first_ms = 500, .max_ms = 500,
	    .max_tries = 100 };
	struct retry_plan huge = { .first_ms = 1, .max_ms = INT64_MAX / 2,
	    .max_tries = 100 };
	uint64_t seed = 7, twin = 7;

	CHECK(retry_next(&none, 0, 0, &seed) == RETRY_NEVER);
	CHECK(retry_next(&zero, 0, -1, &seed) == 0);
	seed = 7;
	CHECK(retry_next(&same, 0, -1, &seed) ==
	    retry_next(&same, 0, -1, &twin));
	CHECK(retry_next(&huge, 90, -1, &seed) >= INT64_MAX / 2);
}

static void
schedules(void)
{
	static const int64_t standard_s[] = { 5, 300, 1800, 7200, 18000,
	    36000, 50400, 72000, 86400, 86400 };
	struct retry_plan p = { .max_tries = 10 };
	struct why why;
	uint64_t seed = 1;
	int64_t wait, least;
	int i, j;

	CHECK(retry_schedule(&p, "standard", &why) == 0 && p.nsteps == 9);
	for (j = 0; j < 100; j++) {
		for (i = 0; i < 10; i++) {
			least = standard_s[i] * 1000;
			wait = retry_next(&p, i, -1, &seed);
			CHECK(wait >= least && wait <= least + least / 2);
			CHECK(wait <= least + RETRY_JITTER_MS);
		}
	}
	CHECK(retry_next(&p, 10, -1, &seed) == RETRY_NEVER);
	CHECK(retry_schedule(&p, "7s", &why) == 0 && p.nsteps == 1);
	CHECK(retry_schedule(&p, "0s,1h", &why) == 0 && p.nsteps == 2);
	CHECK(p.steps_ms[0] == 0 && p.steps_ms[1] == 3600000);
	CHECK(retry_schedule(&p, "", &why) == -1);
	CHECK(retry_schedule(&p, "1s,", &why) == -1);
	CHECK(retry_schedule(&p, "1s,,2s", &why) == -1);
	CHECK(retry_schedule(&p, "fast", &why) == -1);
	CHECK(why.status == STATUS_USAGE);
}

static const struct {
	const char *value;
	int64_t ms;
} asked[] = {
	{ "0", 0 }, { "120", 120000 }, { " 5 ", 5000 }, { "\t7", 7000 },
	{ "99999999999999999999999", INT64_C(366) * 86400000 },
	{ "Sun, 06 Nov 1994 08:49:37 GMT", 37000 },
	{ "Sun Nov  6 08:49:37 1994", 37000 },
	{ "Sun, 06 Nov 1994 08:48:00 GMT", 0 },	/* past */
	{ "Sun, 06 Nov 2044 08:48:00 GMT", INT64_C(366) * 86400000 },
	{ "", -1 }, { " ", -1 }, { "-1", -1 }, { "1.5", -1 }, { "5s", -1 },
	{ "soon", -1 }, { "1 2", -1 },
};

static void
ranges(void)
{
	struct retry_plan p = { .max_tries = 1 };
	struct why why;

	CHECK(retry_backoff(&p, "500ms..30s", &why) == 0);
	CHECK(p.first_ms == 500 && p.max_ms == 30000);
	CHECK(retry_backoff(&p, "2s", &why) == 0);
	CHECK(p.first_ms == 2000 && p.max_ms == 2000);
	CHECK(retry_backoff(&p, "2s..1s", &why) == -1);
	CHECK(retry_backoff(&p, "2s..", &why) == -1);
	CHECK(retry_backoff(&p, "..2s", &why) == -1);
	CHECK(retry_backoff(&p, "", &why) == -1);
	CHECK(why.status == STATUS_USAGE);
}

int
main(void)
{
	size_t i;

	doubling();
	floors();
	edges();
	schedules();
	ranges();
	for (i = 0; i < sizeof(asked) / sizeof(asked[0]); i++)
		CHECK(retry_after_ms(span_str(asked[i].value),
		    INT64_C(784111740000000)) == asked[i].ms);
	return CHECK_DONE;
}
